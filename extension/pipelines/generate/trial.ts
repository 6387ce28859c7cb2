import type { ParameterValues, StrategyDescription } from '../../contracts/strategy.ts';
import { chooseBest, gridSearch, leastTrades } from '../../evaluation/grid.ts';
import { holdOutSplit } from '../../evaluation/splits.ts';
import { sliceCandles } from '../../market/candles.ts';
import type { SagaStep, StepContext } from '../../orchestrator/saga/definition.ts';
import { metricsOf } from '../backtestResult.ts';
import { countTrials, recordTrials, windowOf } from '../recordTrials.ts';
import { runBacktest } from '../runBacktest.ts';
import type { StrategyRun } from '../strategyRunner.ts';
import { backtestStepSchema, optimiseStepSchema, sandboxStepSchema, type TrialInput } from './contracts.ts';
import { currentSource, keepColumn, keepJson } from './evidence.ts';
import type { TrialServices } from './services.ts';

type Step<Input extends TrialInput> = SagaStep<Input>;

function defaultsOf(description: StrategyDescription) {
  const entries = Object.entries(description.params);
  return Object.fromEntries(entries.map(([name, definition]) => [name, definition.default]));
}

async function inSampleCandles(services: TrialServices, input: TrialInput) {
  const candles = await services.loadCandles(input.data);
  const { outOfSample } = holdOutSplit(candles.time.length);
  const splitTime = candles.time[outOfSample.from] as number;
  return { candles: sliceCandles(candles, undefined, splitTime), splitBar: outOfSample.from };
}

/** Runs the strategy for the first time, twice with other chunk borders, away from the held-back part. */
export function sandboxStep<Input extends TrialInput>(services: TrialServices): Step<Input> {
  return {
    name: 'sandbox',
    resultSchema: sandboxStepSchema,
    async run(context) {
      const source = currentSource(context);
      const { candles } = await inSampleCandles(services, context.input);
      const run = await services.runner.run({
        source,
        candles,
        settings: context.input.settings,
        chooseSets: (description) => [defaultsOf(description)],
        minimumLevel: context.input.minimumLevel,
        twice: true,
        signal: context.signal,
        progress: context.progress,
      });
      await recordTrials(services.trials, context, { candles, source, run, purpose: 'sandbox' });
      return {
        description: run.description,
        isolation: run.isolation,
        doubleRun: run.doubleRun.verdict,
        warmUp: run.warmUps[0] ?? 0,
        fills: run.runs[0]?.ledger.fills.rows ?? 0,
      };
    },
  };
}

/** Chooses the values to search of each parameter. */
export type ChooseGrid<Input> = (
  context: StepContext<Input>,
  description: StrategyDescription,
) => Readonly<Record<string, readonly number[]>>;

/** Searches a small grid on the bars that are not held back; every trial is kept as evidence. */
export function optimiseStep<Input extends TrialInput>(
  services: TrialServices,
  chooseGrid: ChooseGrid<Input>,
): Step<Input> {
  return {
    name: 'optimise',
    resultSchema: optimiseStepSchema,
    async run(context) {
      const { input } = context;
      const source = currentSource(context);
      const { candles, splitBar } = await inSampleCandles(services, input);
      const run = await services.runner.run({
        source,
        candles,
        settings: input.settings,
        chooseSets: (description) => {
          const grid = knownNames(chooseGrid(context, description), description);
          return spread(gridSearch(grid, {}, description.params), input.budget);
        },
        minimumLevel: input.minimumLevel,
        twice: false,
        signal: context.signal,
        progress: context.progress,
      });
      await recordTrials(services.trials, context, { candles, source, run, purpose: 'optimise' });
      const trials = run.sets.map((params, set) => ({
        params,
        metrics: metricsOf(candles, run.runs[set] as (typeof run.runs)[number], input.settings),
      }));
      await keepJson(context, 'trials.json', trials);
      const choice = chooseBest(trials, input.metric, leastTrades);
      return {
        splitBar,
        optimisation: {
          metric: input.metric,
          trials: trials.map(({ params, metrics }) => ({ params, inSample: metrics, outOfSample: null })),
          chosen: choice.index,
        },
        params: choice.params,
        reasons: [...choice.reasons],
      };
    },
  };
}

/** A person's version may have dropped parameters that the generated code declared. */
function knownNames(grid: Readonly<Record<string, readonly number[]>>, description: StrategyDescription) {
  return Object.fromEntries(Object.entries(grid).filter(([name]) => name in description.params));
}

/** At most `most` of the sets: the first, which is the base, and others evenly from the whole grid. */
function spread<Set>(sets: readonly Set[], most: number): Set[] {
  if (sets.length <= most) return [...sets];
  const step = most === 1 ? 0 : (sets.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => sets[Math.round(index * step)] as Set);
}

export interface BacktestChoice {
  readonly params: ParameterValues;
  /** First bar of the part whose figures stand beside those of the bars before it; null for none. */
  readonly splitBar: number | null;
}

/** What the search chose, and the bar from which data was held back from it. */
export function searchedChoice(context: StepContext<TrialInput>): BacktestChoice {
  return context.result('optimise', optimiseStepSchema);
}

/** Runs the chosen set over all data, alone, in a fresh sandbox, twice. */
export function backtestStep<Input extends TrialInput>(
  services: TrialServices,
  choose: (context: StepContext<Input>, bars: number) => BacktestChoice,
): Step<Input> {
  return {
    name: 'backtest',
    resultSchema: backtestStepSchema,
    async run(context) {
      const { input } = context;
      const source = currentSource(context);
      const candles = await services.loadCandles(input.data);
      const { params, splitBar } = choose(context, candles.time.length);
      const { run, result, equity } = await runBacktest(services.runner, {
        source,
        candles,
        settings: input.settings,
        params,
        splitBar,
        dataWarnings: input.dataWarnings,
        minimumLevel: input.minimumLevel,
        pinTrials: async (done) => {
          const evaluated = { candles, source, run: done, purpose: 'backtest' } as const;
          const position = await recordTrials(services.trials, context, evaluated);
          const { trials } = await countTrials(services.trials, windowOf(candles), position);
          return { count: trials, position };
        },
        signal: context.signal,
        progress: context.progress,
      });
      const chart = services.buildChart(candles, equity, result.trades, input.settings.cash);
      const [resultHash, chartHash, equityHash, plots] = await Promise.all([
        keepJson(context, 'result.json', result),
        keepJson(context, 'chart.json', chart),
        keepColumn(context, 'equity.f64', equity),
        keepPlots(context, run.plots),
      ]);
      return {
        result: resultHash,
        chart: chartHash,
        equity: equityHash,
        plots,
        ...(splitBar !== null && { splitBar }),
        metrics: result.metrics,
        inSample: result.segments?.inSample ?? {},
        outOfSample: result.segments?.outOfSample ?? {},
        isolation: result.isolation,
      };
    },
  };
}

/** Plotted series are for the eye: half the bytes are enough for it. */
function keepPlots(context: StepContext<unknown>, plots: StrategyRun['plots']) {
  return Promise.all(
    plots.map(async ({ name, pane, values }, index) => {
      const hash = await keepColumn(context, `plot-${index + 1}.f32`, Float32Array.from(values));
      return { name, pane, hash };
    }),
  );
}

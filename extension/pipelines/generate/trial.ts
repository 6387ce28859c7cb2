import type { StrategyDescription } from '../../contracts/strategy.ts';
import { chooseBest, gridSearch, leastTrades } from '../../evaluation/grid.ts';
import { holdOutSplit } from '../../evaluation/splits.ts';
import { sliceCandles } from '../../market/candles.ts';
import type { SagaStep } from '../../orchestrator/saga/definition.ts';
import { buildBacktestResult, metricsOf } from '../backtestResult.ts';
import {
  backtestStepSchema,
  codeStepSchema,
  type GenerateInput,
  optimiseStepSchema,
  sandboxStepSchema,
} from './contracts.ts';
import { currentSource, keepJson } from './evidence.ts';
import type { GenerateServices } from './services.ts';

type Step = SagaStep<GenerateInput>;

function defaultsOf(description: StrategyDescription) {
  const entries = Object.entries(description.params);
  return Object.fromEntries(entries.map(([name, definition]) => [name, definition.default]));
}

async function inSampleCandles(services: GenerateServices, input: GenerateInput) {
  const candles = await services.loadCandles(input.data);
  const { outOfSample } = holdOutSplit(candles.time.length);
  const splitTime = candles.time[outOfSample.from] as number;
  return { candles: sliceCandles(candles, undefined, splitTime), splitBar: outOfSample.from };
}

/** Runs the strategy for the first time, twice with other chunk borders, away from the held-back part. */
export function sandboxStep(services: GenerateServices): Step {
  return {
    name: 'sandbox',
    resultSchema: sandboxStepSchema,
    async run(context) {
      const { candles } = await inSampleCandles(services, context.input);
      const run = await services.runner.run({
        source: currentSource(context),
        candles,
        settings: context.input.settings,
        chooseSets: (description) => [defaultsOf(description)],
        minimumLevel: context.input.minimumLevel,
        twice: true,
        signal: context.signal,
        progress: context.progress,
      });
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

/** Searches a small grid on the bars that are not held back; every trial is kept as evidence. */
export function optimiseStep(services: GenerateServices): Step {
  return {
    name: 'optimise',
    resultSchema: optimiseStepSchema,
    async run(context) {
      const { input } = context;
      const { candles, splitBar } = await inSampleCandles(services, input);
      const { grid } = context.result('code', codeStepSchema).code;
      const run = await services.runner.run({
        source: currentSource(context),
        candles,
        settings: input.settings,
        chooseSets: (description) => gridSearch(knownNames(grid, description), {}, description.params),
        minimumLevel: input.minimumLevel,
        twice: false,
        signal: context.signal,
        progress: context.progress,
      });
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

/** Runs the chosen set over all data, alone, in a fresh sandbox, twice. */
export function backtestStep(services: GenerateServices): Step {
  return {
    name: 'backtest',
    resultSchema: backtestStepSchema,
    async run(context) {
      const { input } = context;
      const { params, splitBar } = context.result('optimise', optimiseStepSchema);
      const source = currentSource(context);
      const candles = await services.loadCandles(input.data);
      const run = await services.runner.run({
        source,
        candles,
        settings: input.settings,
        chooseSets: () => [params],
        minimumLevel: input.minimumLevel,
        twice: true,
        signal: context.signal,
        progress: context.progress,
      });
      const result = buildBacktestResult({
        candles,
        source,
        settings: input.settings,
        run,
        set: 0,
        splitBar,
        warnings: input.dataWarnings,
      });
      const { equity } = run.runs[0] as (typeof run.runs)[number];
      const chart = services.buildChart(candles, equity, result.trades, input.settings.cash);
      return {
        result: await keepJson(context, 'result.json', result),
        chart: await keepJson(context, 'chart.json', chart),
        metrics: result.metrics,
        inSample: result.segments?.inSample ?? {},
        outOfSample: result.segments?.outOfSample ?? {},
        isolation: result.isolation,
      };
    },
  };
}

import { courseOf } from '../../backtest/metrics/course.ts';
import { orderHistory } from '../../backtest/orderHistory.ts';
import type { Fragility } from '../../contracts/fragility.ts';
import { gatePolicySchema } from '../../contracts/gate.ts';
import { mostOrderEvents } from '../../contracts/orderEvents.ts';
import { type SearchDefinition, searchDefinitionSchema } from '../../contracts/search.ts';
import type { ParameterDefinitions, ParameterValues } from '../../contracts/strategy.ts';
import { findingsOfRun } from '../../evaluation/runFindings.ts';
import { isAllowed } from '../../evaluation/search/axis.ts';
import { chooseBest, usualConstraints } from '../../evaluation/search/choice.ts';
import { holdOutSplit } from '../../evaluation/validation/splits.ts';
import { marketsOf, sliceRun } from '../../market/runCandles.ts';
import type { SagaStep, StepContext } from '../../orchestrator/saga/definition.ts';
import { atMainBars } from '../atMainBars.ts';
import { type FragilityWork, runFragility } from '../fragility/runFragility.ts';
import type { TestedStrategy } from '../fragility/tryVariant.ts';
import { forgetWork } from '../keptWork.ts';
import { loadRunCandles } from '../loadRunCandles.ts';
import { encodeOrderEvents } from '../orderEvents.ts';
import { countTrials, recordTrials, triedSets, windowOf } from '../recordTrials.ts';
import { runBacktest } from '../runBacktest.ts';
import { runSearch } from '../search/runSearch.ts';
import { luckOfSearch, shownTrials } from '../search/searchSummary.ts';
import type { StrategyRun } from '../strategyRunner.ts';
import { backtestStepSchema, optimiseStepSchema, sandboxStepSchema, type TrialInput } from './contracts.ts';
import { currentSource, keepColumn, keepJson } from './evidence.ts';
import type { TrialServices } from './services.ts';

type Step<Input extends TrialInput> = SagaStep<Input>;

async function inSampleCandles(services: TrialServices, input: TrialInput) {
  const candles = await loadRunCandles(services, input);
  const { time } = courseOf(marketsOf(candles));
  const { outOfSample } = holdOutSplit(time.length);
  const splitTime = time[outOfSample.from] as number;
  return { candles: sliceRun(candles, undefined, splitTime), splitBar: outOfSample.from };
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
        sets: [{}],
        minimumLevel: context.input.minimumLevel,
        twice: true,
        alert: context.alert,
        signal: context.signal,
        progress: context.progress,
      });
      const trials = triedSets({ candles, run });
      await recordTrials(services.trials, context, { candles, source, trials, purpose: 'sandbox' });
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

/** Chooses what to search over the parameters that the strategy declares. */
export type ChooseSearch<Input> = (
  context: StepContext<Input>,
  declared: ParameterDefinitions,
) => SearchDefinition;

/** Searches parameters on the bars that are not held back; every trial is kept as evidence. */
export function optimiseStep<Input extends TrialInput>(
  services: TrialServices,
  chooseSearch: ChooseSearch<Input>,
): Step<Input> {
  return {
    name: 'optimise',
    resultSchema: optimiseStepSchema,
    async run(context) {
      const { input } = context;
      const source = currentSource(context);
      const { candles, splitBar } = await inSampleCandles(services, input);
      const { params: declared } = context.result('sandbox', sandboxStepSchema).description;
      const definition = chooseSearch(context, declared);
      const searched = await runSearch(services, context, { definition, declared, source, candles });
      const whole = searched.filter(({ trial }) => trial.fraction === 1);
      await keepJson(
        context,
        'trials.json',
        searched.map(({ trial }) => trial),
      );
      const choice = chooseBest(
        whole.map(({ trial }) => trial),
        definition,
      );
      const { metric } = definition.objectives[0] as SearchDefinition['objectives'][number];
      const { index: chosen, params, reasons } = choice;
      const luck = await luckOfSearch(services, context, { searched: whole, chosen, candles });
      return {
        splitBar,
        optimisation: { metric, trials: shownTrials(whole, definition), chosen, luck },
        params,
        reasons: [...reasons],
      };
    },
    compensate: ({ sagaId }) => forgetWork(services.searches, sagaId),
  };
}

/** The search of a run that asked for none of its own: a grid of the values at hand. */
export function usualSearch(
  { metric, budget }: TrialInput,
  parameters: SearchDefinition['parameters'],
): SearchDefinition {
  return searchDefinitionSchema.parse({
    kind: 'grid',
    objectives: [{ metric, direction: 'maximise' }],
    constraints: usualConstraints,
    parameters,
    budget,
  });
}

/** A person's version may have dropped parameters that the generated code declared, or moved their bounds. */
export function searchedParameters(
  grid: Readonly<Record<string, readonly number[]>> | null,
  declared: ParameterDefinitions,
): SearchDefinition['parameters'] {
  if (grid === null) return null;
  const known = Object.entries(grid).flatMap(([name, values]) => {
    const definition = declared[name];
    if (definition === undefined) return [];
    const allowed = values.filter((value) => isAllowed(value, definition));
    return [[name, { values: [definition.default, ...allowed] }]];
  });
  return Object.fromEntries(known);
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

export interface BacktestStepOptions {
  /** Whether to vary the run besides, and so find out how fragile it is. */
  readonly isVaried: boolean;
}

/** Share of the step's progress that the run itself takes where it is varied besides. */
const ownShare = 0.2;

/** Runs the chosen set over all data, alone, in a fresh sandbox, twice. */
export function backtestStep<Input extends TrialInput>(
  services: TrialServices,
  { isVaried }: BacktestStepOptions,
  choose: (context: StepContext<Input>, bars: number) => BacktestChoice,
): Step<Input> {
  return {
    name: 'backtest',
    resultSchema: backtestStepSchema,
    async run(context) {
      const { input } = context;
      const source = currentSource(context);
      const candles = await loadRunCandles(services, input);
      const { params, splitBar } = choose(context, courseOf(marketsOf(candles)).time.length);
      const { run, result, equity } = await runBacktest(services.runner, {
        source,
        candles,
        settings: input.settings,
        params,
        splitBar,
        dataWarnings: input.dataWarnings,
        minimumLevel: input.minimumLevel,
        pinTrials: async (done) => {
          const trials = triedSets({ candles, run: done });
          const evaluated = { candles, source, trials, purpose: 'backtest' } as const;
          const position = await recordTrials(services.trials, context, evaluated);
          return countTrials(services.trials, windowOf(candles), position);
        },
        alert: context.alert,
        signal: context.signal,
        progress: (fraction, text) => context.progress(fraction * (isVaried ? ownShare : 1), text),
      });
      const fragility = isVaried ? await vary(services, context, { source, params, candles, run }) : null;
      const shown = atMainBars(candles, equity, result.trades);
      const chart = services.buildChart(candles, shown.equity, shown.trades, input.settings.cash, shown.hold);
      const [resultHash, chartHash, equityHash, orders, plots] = await Promise.all([
        keepJson(context, 'result.json', result),
        keepJson(context, 'chart.json', chart),
        keepColumn(context, 'equity.f64', equity),
        keepOrders(context, run),
        keepPlots(context, run.plots),
      ]);
      services.fresh.set({ hash: resultHash, value: result }, { hash: chartHash, value: chart });
      return {
        result: resultHash,
        chart: chartHash,
        equity: equityHash,
        orders,
        plots,
        ...(splitBar !== null && { splitBar }),
        ...(fragility !== null && { fragility: await keepJson(context, 'fragility.json', fragility) }),
        findings: findingsOfRun(result, fragility, gatePolicySchema.parse({})),
        metrics: result.metrics,
        inSample: result.segments?.inSample ?? {},
        outOfSample: result.segments?.outOfSample ?? {},
        isolation: result.isolation,
      };
    },
  };
}

function keepOrders(context: StepContext<unknown>, { runs, intents }: StrategyRun): Promise<string> {
  const { ledger } = runs[0] as StrategyRun['runs'][number];
  const events = orderHistory({ ledger, intents, most: mostOrderEvents });
  return keepColumn(context, 'orders.bin', encodeOrderEvents(events));
}

function vary(
  services: TrialServices,
  context: StepContext<TrialInput>,
  tested: Pick<TestedStrategy, 'source' | 'params'> & Pick<FragilityWork, 'candles' | 'run'>,
): Promise<Fragility> {
  const { source, params, candles, run } = tested;
  const { settings, minimumLevel } = context.input;
  const { backend } = run.isolation;
  return runFragility(services, {
    strategy: {
      ...{ source, params, settings, minimumLevel, backend },
      ...{ alert: context.alert, signal: context.signal },
    },
    candles,
    run,
    key: context.idempotencyKey,
    clock: context.clock,
    progress: (fraction, text) => context.progress(ownShare + fraction * (1 - ownShare), text),
  });
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

import * as z from 'zod';
import { courseOf } from '../../backtest/metrics/course.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import type { Candles, RunCandles } from '../../contracts/candles.ts';
import {
  type ChangedRun,
  changedRunSchema,
  type Fragility,
  nothingRaised,
  type RunComparison,
  runComparisonSchema,
} from '../../contracts/fragility.ts';
import { fillCount } from '../../evaluation/fragility/fills.ts';
import { compareOrdersBefore, cutBars } from '../../evaluation/fragility/orders.ts';
import { compareShiftedStart } from '../../evaluation/fragility/shiftedStart.ts';
import { delayed, isSizeBound, startShifts, withNoiseFrom } from '../../evaluation/fragility/variants.ts';
import { makeCandles } from '../../market/candles.ts';
import { marketCandlesOf, marketsOf, runCandlesOf, sliceRun } from '../../market/runCandles.ts';
import type { TrialServices } from '../generate/services.ts';
import { joinedIntents } from '../joinedIntents.ts';
import { type KeptJob, runKeptJobs } from '../keptJobs.ts';
import { basisOf, openKeptWork } from '../keptWork.ts';
import type { StrategyRun } from '../strategyRunner.ts';
import { raisedCosts } from './raisedCosts.ts';
import { figuresOf, onlyRun, type TestedStrategy, type Tried, tryVariant } from './tryVariant.ts';

export interface FragilityWork {
  readonly strategy: TestedStrategy;
  readonly candles: RunCandles;
  /** The run as it was, of one parameter set over all bars, with its intents. */
  readonly run: StrategyRun;
  /** Names this work among others, over crashes too. */
  readonly key: string;
  readonly clock: () => number;
  readonly progress: (fraction: number, text: string) => void;
}

/** One run that is made for a check. */
interface Variant {
  readonly name: string;
  readonly candles: RunCandles;
  readonly settings: RunSettings;
  readonly judge: (tried: Tried) => Part;
}

const partSchema = z.union([runComparisonSchema, changedRunSchema]);
type Part = RunComparison | ChangedRun;

const delayBars = 1;
const noiseSeed = 1;

/**
 * Runs a strategy again with one thing changed at a time: orders a bar later, costs doubled, begun later, on
 * cut data, on noise behind the cut. At most 11 runs, each once in a sandbox of its own, which together see
 * the bars some eight times. They are not trials: see `tryVariant`. Finished ones are kept.
 * @throws LabError `sandbox.*`, `cancelled`
 */
export async function runFragility(
  services: Pick<TrialServices, 'runner' | 'searches'>,
  work: FragilityWork,
): Promise<Fragility> {
  const { strategy, candles, key, clock, progress } = work;
  const { source, params, settings } = strategy;
  const variants = variantsOf(work);
  const kept = await openKeptWork(
    { folder: services.searches, key: `${key}/fragility` },
    { ...basisOf({ source, candles, settings }), params },
    partSchema,
  );
  const jobs = variants.map(
    ({ name, candles: bars, settings: changed, judge }): KeptJob<Part> => ({
      name,
      bars: timesOf(bars).length,
      run: async (signal, told) =>
        judge(await tryVariant(services.runner, { ...strategy, settings: changed, signal }, bars, told)),
    }),
  );
  const parts = await runKeptJobs(jobs, kept, {
    signal: strategy.signal,
    clock,
    progress,
    atOnce: services.runner.sandboxesAtOnce,
  });
  return assemble(work, parts);
}

function variantsOf({ strategy: { settings }, candles, run }: FragilityWork): Variant[] {
  const settled = onlyRun(run);
  const intents = joinedIntents(run.intents);
  const fills = settled.ledger.fills.used;
  const time = timesOf(candles);
  const [warmUp = 0] = run.warmUps;
  const raised = raisedCosts(candles, settings, fills);
  const variant = (
    name: string,
    changed: Partial<Pick<Variant, 'candles' | 'settings'>>,
    judge: Variant['judge'],
  ): Variant => ({ name, candles, settings, ...changed, judge });
  const figuresWith = (name: string, changed: Pick<Variant, 'candles' | 'settings'>): Variant =>
    variant(name, changed, (tried) =>
      'problem' in tried
        ? { figures: null, problem: tried.problem }
        : { figures: figuresOf(onlyRun(tried.run), changed.candles, changed.settings), problem: null },
    );
  return [
    figuresWith(names.delay, { candles, settings: delayed(settings, delayBars) }),
    ...(raised?.isRaised === true ? [figuresWith(names.costs, raised)] : []),
    ...shiftsOf(candles, warmUp).map((shift) =>
      variant(names.shift(shift), { candles: sliceRun(candles, time[shift]) }, (tried) =>
        'problem' in tried
          ? failedComparison(shift, tried.problem)
          : compareShiftedStart(
              fills,
              {
                fills: onlyRun(tried.run).ledger.fills.used,
                shift,
                warmUp,
                isSizeBound: isSizeBound(settings),
              },
              time,
            ),
      ),
    ),
    ...cutsOf(candles, intents).flatMap((bar) => {
      const compare: Variant['judge'] = (tried) =>
        'problem' in tried
          ? failedComparison(bar, tried.problem)
          : compareOrdersBefore(intents, joinedIntents(tried.run.intents), bar, time);
      const cut = sliceRun(candles, undefined, time[bar]);
      const noise = withNoiseSince(candles, time[bar] as number);
      return [
        variant(names.cut(bar), { candles: cut }, compare),
        variant(names.noise(bar), { candles: noise }, compare),
      ];
    }),
  ];
}

/** The times of a run. */
function timesOf(candles: RunCandles): Float64Array {
  return courseOf(marketsOf(candles)).time;
}

/** Later starts at which every market of the run still has bars. */
function shiftsOf(candles: RunCandles, warmUp: number): number[] {
  const time = timesOf(candles);
  const end = Math.min(...marketsOf(candles).map((market) => market.time.at(-1) as number));
  return startShifts(warmUp, time.length).filter((shift) => (time[shift] as number) <= end);
}

/** The cuts before which every market has bars. */
function cutsOf(candles: RunCandles, intents: Float64Array): number[] {
  const time = timesOf(candles);
  const first = Math.max(...marketsOf(candles).map((market) => market.time[0] as number));
  return cutBars(intents, time.length).filter((bar) => (time[bar] as number) > first);
}

/** All markets as they are before `moment`, and noise from there on, without what else is known of it. */
function withNoiseSince(candles: RunCandles, moment: number): RunCandles {
  const markets = marketsOf(candles).map((market, number): Candles => {
    const from = firstAtOrAfter(market.time, moment);
    const bars = withNoiseFrom(market, from, noiseSeed + number);
    const noise = makeCandles({ ...market, synthetic: true }, bars);
    const finer = market.finer && sliceRun(market, undefined, moment).finer;
    return marketCandlesOf(noise, {
      ...(finer !== undefined && { finer }),
      ...(market.funding !== undefined && { funding: market.funding }),
    });
  });
  return runCandlesOf(markets);
}

const names = {
  delay: 'one bar of delay',
  costs: 'doubled costs',
  shift: (bars: number) => `begun ${bars} bars later`,
  cut: (bar: number) => `cut at bar ${bar}`,
  noise: (bar: number) => `noise from bar ${bar}`,
} as const;

function failedComparison(at: number, problem: RunComparison['problem']): RunComparison {
  return { at, from: null, to: null, compared: 0, difference: null, problem };
}

function assemble(
  { strategy: { settings }, candles, run }: FragilityWork,
  parts: ReadonlyMap<string, Part>,
): Fragility {
  const changed = (name: string): ChangedRun => changedRunSchema.parse(parts.get(name));
  const compared = (name: string): RunComparison => runComparisonSchema.parse(parts.get(name));
  const cuts = cutsOf(candles, joinedIntents(run.intents));
  const settled = onlyRun(run);
  const fills = settled.ledger.fills.used;
  const raised = raisedCosts(candles, settings, fills);
  const notRaised = { figures: null, problem: { kind: 'not-comparable', text: nothingRaised } } as const;
  return {
    base: figuresOf(settled, candles, settings),
    fills: fillCount(fills),
    delay: { bars: delayBars, twoFills: costOfTwoFills(settled), ...changed(names.delay) },
    doubledCosts: raised && {
      ...(raised.isRaised ? changed(names.costs) : notRaised),
      limits: [...raised.limits],
      funding: raised.funding,
    },
    shiftedStart: shiftsOf(candles, run.warmUps[0] ?? 0).map((shift) => compared(names.shift(shift))),
    cutData: cuts.map((bar) => compared(names.cut(bar))),
    noiseFuture: cuts.map((bar) => compared(names.noise(bar))),
  };
}

/** What two fills of a run have cost on average, as a part of its mean equity; 0 without fills. */
function costOfTwoFills({ ledger, costs: { fees, spread, slippage }, equity }: SettledRun): number {
  const count = ledger.fills.rows;
  const mean = equity.reduce((sum, value) => sum + value, 0) / equity.length;
  return count === 0 || !(mean > 0) ? 0 : (2 * (fees + spread + slippage)) / count / mean;
}

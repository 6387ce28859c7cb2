import { rowsAsOf } from '../../backtest/metrics/course.ts';
import { dailyReturns } from '../../backtest/metrics/dailyReturns.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import type { Candles } from '../../contracts/candles.ts';
import type { StressReport } from '../../contracts/stress.ts';
import { detectRegimes } from '../regimes/detector.ts';
import { performanceByRegime } from '../regimes/performance.ts';
import { noBaseline } from '../statistics/baseline.ts';
import { bootstrapIntervals } from '../statistics/intervals.ts';
import { type Computation, part } from '../statistics/progress.ts';
import { randomEntryBaseline } from '../statistics/randomEntryBaseline.ts';
import { timingBaseline } from '../statistics/timingBaseline.ts';
import { tradeOrder } from '../statistics/tradeOrder.ts';
import { barReturns, heldSides, heldTrades, tradeReturns } from './held.ts';

/** Runs of each test: enough for a p-value of a thousandth. */
const runs = 1000;
/** Share of the first equity at which an account counts as ruined. */
const ruinLevel = 0.5;
const level = 0.95;

export type ChanceReport = Pick<
  StressReport,
  | 'ruinLevel'
  | 'shuffled'
  | 'resampled'
  | 'randomEntry'
  | 'rotation'
  | 'permutation'
  | 'intervals'
  | 'regimes'
>;

export interface ChanceInput {
  /** The main market. */
  readonly candles: Candles;
  /** Times of the run: the bars of its market, or of several the times at which any has a bar. */
  readonly times: Float64Array;
  /** Whether the run is over several markets. */
  readonly isJoint: boolean;
  /** Equity after each of `times`. */
  readonly settled: Pick<SettledRun, 'equity' | 'trades'>;
  /** Equity before the first bar. */
  readonly cash: number;
  readonly seed: number;
}

/** What another order of the trades, other times of entry and other days would have made of a run, and where it earned. */
export function* chanceReport(input: ChanceInput): Computation<ChanceReport> {
  const { candles, times: time, isJoint, settled, cash, seed } = input;
  const { timeframe } = candles;
  const { equity, trades } = settled;
  const order = { returns: tradeReturns(trades, time, equity, cash), runs, seed, ruinLevel };
  const shuffled = yield* part(tradeOrder({ ...order, method: 'shuffle' }), 0, 0.2);
  const resampled = yield* part(tradeOrder({ ...order, method: 'resample' }), 0.2, 0.4);

  const { randomEntry, rotation, permutation } = isJoint
    ? noBaselines(seed)
    : yield* part(baselines(input), 0.4, 0.9);

  const returns = dailyReturns({ timeframe, time, equity, from: 0, to: time.length });
  const intervals = yield* part(
    bootstrapIntervals({ returns, method: 'stationary', blockLength: null, resamples: runs, seed, level }),
    0.9,
    1,
  );
  const rows = rowsAsOf(candles.time, time);
  const atBars = Float64Array.from(rows, (row) => equity[row] as number);
  const regimes = performanceByRegime(atBars, detectRegimes(candles));
  return {
    ruinLevel,
    shuffled,
    resampled,
    randomEntry,
    rotation,
    permutation,
    intervals,
    regimes,
  };
}

type Baselines = Pick<ChanceReport, 'randomEntry' | 'rotation' | 'permutation'>;

/** What the same trades and positions of a run in one market would have earned at times without skill. */
function* baselines({ candles, settled: { trades }, seed }: ChanceInput): Computation<Baselines> {
  const sides = heldSides(trades, candles.time);
  const market = { returns: barReturns(candles), runs, seed };
  const randomEntry = yield* part(randomEntryBaseline({ ...market, trades: heldTrades(sides) }), 0, 0.2);
  const timing = { ...market, positions: sides };
  const rotation = yield* part(timingBaseline({ ...timing, method: 'rotation' }), 0.2, 0.6);
  const permutation = yield* part(timingBaseline({ ...timing, method: 'permutation' }), 0.6, 1);
  return { randomEntry, rotation, permutation };
}

/** Positions in several markets hang together: moved one by one they would be another strategy's. */
function noBaselines(seed: number): Baselines {
  const none = noBaseline(runs, seed, severalMarketsReason);
  return { randomEntry: none, rotation: none, permutation: none };
}

export const severalMarketsReason = 'positions in several markets are not moved apart from each other';

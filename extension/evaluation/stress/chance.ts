import { dailyReturns } from '../../backtest/metrics/dailyReturns.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import type { Candles } from '../../contracts/candles.ts';
import type { StressReport } from '../../contracts/stress.ts';
import { detectRegimes } from '../regimes/detector.ts';
import { performanceByRegime } from '../regimes/performance.ts';
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
  readonly candles: Candles;
  readonly settled: Pick<SettledRun, 'equity' | 'trades'>;
  /** Equity before the first bar. */
  readonly cash: number;
  readonly seed: number;
}

/** What another order of the trades, other times of entry and other days would have made of a run, and where it earned. */
export function* chanceReport(input: ChanceInput): Computation<ChanceReport> {
  const { candles, settled, cash, seed } = input;
  const { time, timeframe } = candles;
  const { equity, trades } = settled;
  const order = { returns: tradeReturns(trades, time, equity, cash), runs, seed, ruinLevel };
  const shuffled = yield* part(tradeOrder({ ...order, method: 'shuffle' }), 0, 0.2);
  const resampled = yield* part(tradeOrder({ ...order, method: 'resample' }), 0.2, 0.4);

  const sides = heldSides(trades, time);
  const market = { returns: barReturns(candles), runs, seed };
  const randomEntry = yield* part(randomEntryBaseline({ ...market, trades: heldTrades(sides) }), 0.4, 0.5);
  const timing = { ...market, positions: sides };
  const rotation = yield* part(timingBaseline({ ...timing, method: 'rotation' }), 0.5, 0.7);
  const permutation = yield* part(timingBaseline({ ...timing, method: 'permutation' }), 0.7, 0.9);

  const returns = dailyReturns({ timeframe, time, equity, from: 0, to: time.length });
  const intervals = yield* part(
    bootstrapIntervals({ returns, method: 'stationary', blockLength: null, resamples: runs, seed, level }),
    0.9,
    1,
  );
  const regimes = performanceByRegime(equity, detectRegimes(candles));
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

import { courseOf, rowsAsOf } from '../backtest/metrics/course.ts';
import type { Trade } from '../contracts/backtest.ts';
import type { RunCandles } from '../contracts/candles.ts';
import { marketsOf } from '../market/runCandles.ts';

/** A run as it stands at the bars of its main market, for charts that have one axis of bars. */
export interface RunAtMainBars {
  /** Equity before the next bar of the main market opens. */
  readonly equity: Float64Array;
  /** What buying and holding all markets is worth then, in any unit. */
  readonly hold: Float64Array;
  /** The trades in the main market. */
  readonly trades: readonly Trade[];
}

/** @param equity after each time of the run */
export function atMainBars(
  candles: RunCandles,
  equity: Float64Array,
  trades: readonly Trade[],
): RunAtMainBars {
  if (candles.others === undefined) return { equity, hold: candles.close, trades };
  const { time, close } = courseOf(marketsOf(candles));
  const rows = rowsAsOf(candles.time, time);
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] as number);
  return {
    equity: pick(equity),
    hold: pick(close),
    trades: trades.filter(({ market = 0 }) => market === 0),
  };
}

import type { CandleColumns } from '../../contracts/candles.ts';
import { timelineOf } from '../timeline.ts';

/** The times that a run lives through, and at each of them what buying and holding its markets is worth. */
export interface RunCourse {
  readonly markets: number;
  readonly time: Float64Array;
  /** One market's closes; with several, the worth of 1 that was divided among them, see `severalMarketsDefinitions`. */
  readonly close: Float64Array;
}

/** @param markets at least one, each with a bar */
export function courseOf(markets: readonly Pick<CandleColumns, 'time' | 'close'>[]): RunCourse {
  const [first] = markets;
  if (first === undefined) throw new RangeError('a run needs a market');
  if (markets.length === 1) return { markets: 1, time: first.time, close: first.close };
  const { times, barsBefore } = timelineOf(markets);
  const worth = new Float64Array(times.length);
  for (const [market, { close }] of markets.entries()) {
    const before = barsBefore[market] as Uint32Array;
    const base = close[0] as number;
    for (let at = 0; at < times.length; at++) {
      // Before the market has a bar, its part waits in cash.
      const last = (before[at + 1] as number) - 1;
      const growth = last < 0 ? 1 : (close[last] as number) / base;
      worth[at] = (worth[at] as number) + growth / markets.length;
    }
  }
  return { markets: markets.length, time: times, close: worth };
}

/** What metrics mean in a run of several markets where it is not what they mean in a run of one. */
export const severalMarketsDefinitions = {
  perBarVolatility:
    'As volatility, but of returns between consecutive times of the run, at each of which a bar of any market opens, and scaled by the times of a year as they are counted: those that follow the first one / the time from the first to the last one * 365 days.',
  perBarSharpe:
    'As sharpe, but from returns between consecutive times of the run and scaled by the times of a year, as perBarVolatility.',
  perBarSortino:
    'As sortino, but from returns between consecutive times of the run and scaled by the times of a year, as perBarVolatility.',
  exposure:
    'Time with an open position / all time. A time of the run stands for the time to the next one, the length of a bar at most: an hour in which two markets trade counts once, and hours in which none does not at all.',
  timeUnderWater: 'Time below an earlier high of the equity / all time, both measured as for exposure.',
  buyAndHoldReturn:
    'Buying and holding all markets of the run, without costs: at the start the cash is divided equally among them, each part is exchanged at the first close of its market (and waits in cash until then), and nothing is shifted between them later. Worth at the end / worth at the start - 1.',
} as const;

/**
 * For each bar the row of `times` at which its course stands as of this bar: the last time before the next
 * bar opens, the last of all for the last bar.
 * @param bars open times of one market of the run
 * @param times of the run, all of `bars` among them
 */
export function rowsAsOf(bars: Float64Array, times: Float64Array): Int32Array {
  const rows = new Int32Array(bars.length);
  let row = 0;
  for (let bar = 0; bar < bars.length; bar++) {
    const next = bars[bar + 1] ?? Number.POSITIVE_INFINITY;
    while (row < times.length && (times[row] as number) < next) row++;
    rows[bar] = row - 1;
  }
  return rows;
}

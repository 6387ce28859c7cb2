import type { Crisis, CrisisMarket } from '../../contracts/crisis.ts';
import { crises } from './crisisCatalogue.ts';

export interface CoveredCrisis {
  readonly crisis: Crisis;
  /** Bars `from` (included) to `to` (not included) that overlap the crisis. */
  readonly from: number;
  readonly to: number;
}

export interface CoverOptions {
  /** Length of a bar in milliseconds. */
  readonly barLength: number;
  /** Leaves out the crises of other markets; all where it is not given. */
  readonly market?: CrisisMarket;
  /** Bars that the data must hold before and after the crisis; default 50. */
  readonly barsAround?: number;
}

/**
 * The crises of the catalogue that candles cover: at least half of its time, and enough bars around it to see a
 * strategy enter and leave it. In order of time. No data comes with the catalogue: the candles are the user's.
 * @param time open times, UTC ms, strictly increasing
 */
export function coveredCrises(
  time: Float64Array,
  { barLength, market, barsAround = 50 }: CoverOptions,
): CoveredCrisis[] {
  const covered: CoveredCrisis[] = [];
  for (const crisis of crises) {
    if (market !== undefined && !crisis.markets.includes(market)) continue;
    const from = firstBarFrom(time, crisis.from - barLength + 1);
    const to = firstBarFrom(time, crisis.to);
    if (from >= to || from < barsAround || time.length - to < barsAround) continue;
    const begin = Math.max(crisis.from, time[from] as number);
    const end = Math.min(crisis.to, (time[to - 1] as number) + barLength);
    if (end - begin >= (crisis.to - crisis.from) / 2) covered.push({ crisis, from, to });
  }
  return covered;
}

/** Index of the first bar that opens at `moment` or later. */
function firstBarFrom(time: Float64Array, moment: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((time[middle] as number) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

import type { FundingColumns } from '../../backtest/funding.ts';
import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import { type Fills, fillAt, fillColumns, fillCount, noQuantity } from './fills.ts';

const hourMilliseconds = 3_600_000;

/** A fixed rate as a venue would have recorded it, at each of its times from the first bar to the last. */
export function fixedRates(
  bars: Float64Array,
  { fundingRate, fundingHours }: Pick<RunSettings, 'fundingRate' | 'fundingHours'>,
): FundingColumns {
  const interval = fundingHours * hourMilliseconds;
  const first = Math.ceil((bars[0] ?? 0) / interval);
  const last = Math.floor((bars.at(-1) ?? 0) / interval);
  const time = Float64Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, at) => (first + at) * interval,
  );
  return { time, rate: new Float64Array(time.length).fill(fundingRate) };
}

/**
 * The rates of one market with those twice as high that a run has paid on the position that it held. What it
 * received stays as it was: twice as much would be a gain and no cost.
 * @param bars open times of the market
 * @param fills of the run, in which it has the number `market`
 */
export function withPaidFundingDoubled(
  bars: Float64Array,
  { time, rate }: FundingColumns,
  { fills, market }: { readonly fills: Fills; readonly market: number },
): FundingColumns & { readonly paid: number } {
  const doubled = rate.slice();
  let paid = 0;
  let [row, position, largest] = [0, 0, 0];
  for (let at = 0; at < time.length; at++) {
    // A rate is paid at the open of the first bar that opens when it is due or later, before orders are filled.
    const bar = firstAtOrAfter(bars, time[at] as number);
    if (bar === 0 || bar === bars.length) continue;
    for (; row < fillCount(fills) && fillAt(fills, row, fillColumns.time) < (bars[bar] as number); row++) {
      if (fillAt(fills, row, fillColumns.market) !== market) continue;
      position += fillAt(fills, row, fillColumns.signedQuantity);
      largest = Math.max(largest, Math.abs(position));
    }
    const isHeld = Math.abs(position) > noQuantity * largest;
    if (!isHeld || position * (rate[at] as number) <= 0) continue;
    doubled[at] = 2 * (rate[at] as number);
    paid++;
  }
  return { time, rate: doubled, paid };
}

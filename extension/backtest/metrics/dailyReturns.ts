import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { dayEnds, dayMilliseconds } from '../timeIndex.ts';

/** Returns below which a statistic of them says nothing. */
export const minimumReturns = 30;

/** How often daily returns and returns of bars come in a year. */
export interface YearScale {
  /** Periods of what `dailyReturns` gives: days, or bars where these are longer. */
  readonly days: number;
  readonly bars: number;
}

export function yearScale(timeframe: Timeframe, periodsPerYear: number): YearScale {
  const barMilliseconds = timeframeMilliseconds[timeframe];
  // A bar longer than a day spans closed days too.
  const daysPerYear = barMilliseconds > dayMilliseconds ? 365 : periodsPerYear;
  const bars = (daysPerYear * dayMilliseconds) / barMilliseconds;
  return { days: Math.min(daysPerYear, bars), bars };
}

/** Bars `from` to `to` of a run, `to` not included. */
export interface RunPart {
  readonly timeframe: Timeframe;
  readonly time: Float64Array;
  /** Equity at the close of each bar. */
  readonly equity: Float64Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Returns between the equities at the ends of consecutive UTC days; between bars of a day or longer. The
 * first day has none: nothing came before it.
 */
export function dailyReturns({ timeframe, time, equity, from, to }: RunPart): Float64Array {
  return returnsBetween(equity, dayEnds(time, timeframe, from, to));
}

/** Returns of `values` between neighbouring `rows`; a value that is not above 0 is no base for one. */
export function returnsBetween(values: Float64Array, rows: Int32Array): Float64Array {
  const returns = new Float64Array(Math.max(0, rows.length - 1));
  let count = 0;
  for (let index = 1; index < rows.length; index++) {
    const previous = values[rows[index - 1] as number] as number;
    if (previous > 0) returns[count++] = (values[rows[index] as number] as number) / previous - 1;
  }
  return returns.subarray(0, count);
}

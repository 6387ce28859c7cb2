import { type Timeframe, timeframeMilliseconds } from '../contracts/candles.ts';

/** Weeks start on Mondays; 1970-01-05 was one. All other timeframes count from 1970-01-01. */
const firstMonday = 345_600_000;

/** How far a time (UTC ms, from 1970 on) lies behind the last opening of a bar, in ms. */
export function offsetInBar(time: number, timeframe: Timeframe): number {
  const length = timeframeMilliseconds[timeframe];
  const origin = timeframe === '1w' ? firstMonday : 0;
  return (((time - origin) % length) + length) % length;
}

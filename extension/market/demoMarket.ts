import type { Candles } from '../contracts/candles.ts';
import { syntheticCandles } from './synthetic.ts';

const hoursOfYear = 8760;
const start = Date.UTC(2023, 0, 1);

/** A year of hourly candles from a fixed seed, for a first walk without data. They never traded anywhere. */
export function demoMarket(): Candles {
  return syntheticCandles({ seed: 1, bars: hoursOfYear, timeframe: '1h', startTime: start });
}

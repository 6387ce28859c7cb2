import { Resampler } from '../backtest/resample.ts';
import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { Timeframe } from '../contracts/timeframes.ts';
import { makeCandles } from './candles.ts';

/**
 * The closed bars of a higher timeframe, with a content hash of their own.
 * @throws LabError `data.time` where the bars make no whole bars of `timeframe`, `data.empty` where none is closed
 */
export function resampleCandles(candles: Candles, timeframe: Timeframe): Candles {
  const bars = new Resampler(candles.timeframe, timeframe).feed(candles, 0, candles.time.length);
  if (bars.time.length === 0) {
    throw new LabError(
      'data.empty',
      `The ${candles.time.length} bars of ${candles.timeframe} close no bar of ${timeframe}.`,
      { action: 'Use more data, or a shorter timeframe.' },
    );
  }
  return makeCandles({ ...candles, timeframe }, bars);
}

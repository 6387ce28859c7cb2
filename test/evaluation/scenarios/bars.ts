import type { CandleColumns } from '../../../extension/contracts/candles.ts';

/** Bars whose prices or volume no candle can have; empty for whole ones. */
export function brokenBars({ time, open, high, low, close, volume }: CandleColumns): number[] {
  return [...time.keys()].filter((bar) => {
    const prices = [open, high, low, close].map((column) => column[bar] as number);
    const areFinite = [...prices, volume[bar] as number].every(Number.isFinite);
    const isOrdered = high[bar] === Math.max(...prices) && low[bar] === Math.min(...prices);
    const isLater = bar === 0 || (time[bar] as number) > (time[bar - 1] as number);
    return !(areFinite && isOrdered && isLater && Math.min(...prices) > 0 && (volume[bar] as number) >= 0);
  });
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample deviation (n - 1). */
export function deviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  const squares = Array.from(values).reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Log returns between closes. */
export function logReturns(close: Float64Array): number[] {
  return Array.from(close.subarray(1), (price, bar) => Math.log(price / (close[bar] as number)));
}

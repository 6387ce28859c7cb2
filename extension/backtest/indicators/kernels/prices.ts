import type { BarColumns } from '../call.ts';
import type { Stage, Stages } from '../pipeline.ts';

/** (high + low + close) / 3, summed as distances from the low: of a bar without range it is its price, to the bit. */
export function typicalPrice(bars: BarColumns): Stage {
  const [high, low, close] = [bars.high.values, bars.low.values, bars.close.values];
  return {
    lookback: 0,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const bottom = low[index] as number;
        out[index] = bottom + ((high[index] as number) - bottom + ((close[index] as number) - bottom)) / 3;
      }
    },
  };
}

/** (open + high + low + close) / 4. */
export function averagePrice(bars: BarColumns): Stage {
  const { open, high, low, close } = bars;
  const [opens, highs, lows, closes] = [open.values, high.values, low.values, close.values];
  return {
    lookback: 0,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const outer = (opens[index] as number) + (closes[index] as number);
        out[index] = (outer + ((highs[index] as number) + (lows[index] as number))) / 4;
      }
    },
  };
}

/**
 * Bars of means (Valcu 2004): the close is the average price; the open the middle of the body before, of
 * the first bar that of its own; high and low take in both.
 */
export function heikinAshi(bars: BarColumns): Stages<'open' | 'high' | 'low' | 'close'> {
  const [opens, highs, lows, closes] = [
    bars.open.values,
    bars.high.values,
    bars.low.values,
    bars.close.values,
  ];
  return {
    lookback: 0,
    names: ['open', 'high', 'low', 'close'],
    start({ open: openOut, high: highOut, low: lowOut, close: closeOut }) {
      const state = { open: NaN, close: NaN };
      return (from, to) => {
        let { open, close } = state;
        for (let index = from; index < to; index++) {
          const first = opens[index] as number;
          const top = highs[index] as number;
          const bottom = lows[index] as number;
          const last = closes[index] as number;
          open = Number.isNaN(open) ? (first + last) / 2 : (open + close) / 2;
          close = (first + last + (top + bottom)) / 4;
          openOut[index] = open;
          highOut[index] = Math.max(top, open, close);
          lowOut[index] = Math.min(bottom, open, close);
          closeOut[index] = close;
        }
        state.open = open;
        state.close = close;
      };
    },
  };
}

import type { BarColumns } from '../call.ts';
import type { Column, Stage, Stages } from '../pipeline.ts';

/** The volume, below 0 where the close fell, and 0 where it stayed and at the first bar. */
export function signedVolume({ close, volume }: BarColumns): Stage {
  const [closes, volumes] = [close.values, volume.values];
  return {
    lookback: 0,
    start(out) {
      const state = { previous: NaN };
      return (from, to) => {
        let { previous } = state;
        for (let index = from; index < to; index++) {
          const value = closes[index] as number;
          const own = volumes[index] as number;
          out[index] = own * (Number(value > previous) - Number(value < previous));
          previous = value;
        }
        state.previous = previous;
      };
    },
  };
}

/** Chaikin's part of the volume: volume * (2 close - high - low) / (high - low); 0 of a bar without range. */
export function moneyFlowVolume({ high, low, close, volume }: BarColumns): Stage {
  const [tops, bottoms, closes, volumes] = [high.values, low.values, close.values, volume.values];
  return {
    lookback: 0,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const top = tops[index] as number;
        const bottom = bottoms[index] as number;
        const value = closes[index] as number;
        const range = top - bottom;
        const part = range === 0 ? 0 : (value - bottom - (top - value)) / range;
        out[index] = part * (volumes[index] as number);
      }
    },
  };
}

/** Price times volume of the bars at which the price rose, and of those at which it fell. */
export function signedFlows(price: Column, volume: Column): Stages<'rising' | 'falling'> {
  const [prices, volumes] = [price.values, volume.values];
  return {
    lookback: 1,
    names: ['rising', 'falling'],
    start({ rising, falling }) {
      const state = { previous: NaN };
      return (from, to) => {
        let { previous } = state;
        for (let index = from; index < to; index++) {
          const value = prices[index] as number;
          const flow = value * (volumes[index] as number);
          rising[index] = flow * Number(value > previous);
          falling[index] = flow * Number(value < previous);
          previous = value;
        }
        state.previous = previous;
      };
    },
  };
}

/** Elder's force (1993): (close - previous close) * volume. */
export function forceOf({ close, volume }: BarColumns): Stage {
  const [closes, volumes] = [close.values, volume.values];
  return {
    lookback: 1,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, 1); index < to; index++) {
        const move = (closes[index] as number) - (closes[index - 1] as number);
        out[index] = move * (volumes[index] as number);
      }
    },
  };
}

/** Move of the median price * (high - low) * scale / volume; 0 of a bar without volume. */
export function easeOfMovement({ high, low, volume }: BarColumns, scale: number): Stage {
  const [tops, bottoms, volumes] = [high.values, low.values, volume.values];
  return {
    lookback: 1,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, 1); index < to; index++) {
        const top = tops[index] as number;
        const bottom = bottoms[index] as number;
        const move = (top + bottom) / 2 - ((tops[index - 1] as number) + (bottoms[index - 1] as number)) / 2;
        const own = volumes[index] as number;
        out[index] = own === 0 ? 0 : (move * (top - bottom) * scale) / own;
      }
    },
  };
}

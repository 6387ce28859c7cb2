import { naturalLogarithm } from '../../logarithm.ts';
import type { Column, KeptColumn, Stage } from '../pipeline.ts';

/**
 * Lambert's commodity channel index (1980): distance from the mean, by 0.015 times the mean absolute
 * distance of the window's values from it; 0 where they are all equal. Costs a pass over the window a bar.
 */
export function channelIndex(source: KeptColumn, mean: Column, period: number): Stage {
  const { values } = source;
  const means = mean.values;
  const { lookback } = mean;
  return {
    lookback,
    start(out) {
      const state = { toSkip: lookback };
      return (from, to) => {
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const center = means[index] as number;
          // Two sums, so that one addition need not wait for the one before.
          let even = 0;
          let odd = 0;
          let place = index - period + 1;
          for (; place < index; place += 2) {
            even += Math.abs((values[place] as number) - center);
            odd += Math.abs((values[place + 1] as number) - center);
          }
          if (place === index) even += Math.abs((values[place] as number) - center);
          const total = even + odd;
          const distance = (values[index] as number) - center;
          out[index] = total === 0 ? 0 : distance / (0.015 * (total / period));
        }
      };
    },
  };
}

/** Williams's (1985) weights: (4 short + 2 middle + long) / 7. */
export function weightedByFourTwoOne(short: Column, middle: Column, long: Column): Stage {
  const [x, y, z] = [short.values, middle.values, long.values];
  return {
    lookback: Math.max(short.lookback, middle.lookback, long.lookback),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const sum = 4 * (x[index] as number) + 2 * (y[index] as number) + (z[index] as number);
        out[index] = sum / 7;
      }
    },
  };
}

/** (a + b + c) / 3. */
export function meanOfThree(a: Column, b: Column, c: Column): Stage {
  const [x, y, z] = [a.values, b.values, c.values];
  return {
    lookback: Math.max(a.lookback, b.lookback, c.lookback),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = ((x[index] as number) + (y[index] as number) + (z[index] as number)) / 3;
      }
    },
  };
}

/** Bars in a row that rose, or below 0 that fell; 0 where the value is that of the bar before. */
export function streakLengths(source: Column): Stage {
  const { values, lookback: skip } = source;
  return {
    lookback: skip + 1,
    start(out) {
      const state = { toSkip: skip, previous: NaN, streak: 0 };
      return (from, to) => {
        let { previous, streak } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const value = values[index] as number;
          if (value > previous) streak = streak > 0 ? streak + 1 : 1;
          else if (value < previous) streak = streak < 0 ? streak - 1 : -1;
          else streak = 0;
          out[index] = streak;
          previous = value;
        }
        state.previous = previous;
        state.streak = streak;
      };
    },
  };
}

/**
 * Ehlers's Fisher transform (2002) of a place from -0.5 to 0.5: v = 0.66 place + 0.67 previous v, taken
 * to 0.999 beyond 0.99; (ln((1 + v) / (1 - v)) + previous transform) / 2. Both start from 0.
 */
export function fisherTransform(place: Column): Stage {
  const { values, lookback: skip } = place;
  return {
    lookback: skip,
    start(out) {
      const state = { toSkip: skip, smooth: 0, transform: 0 };
      return (from, to) => {
        let { smooth, transform } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          smooth = 0.66 * (values[index] as number) + 0.67 * smooth;
          if (smooth > 0.99) smooth = 0.999;
          else if (smooth < -0.99) smooth = -0.999;
          transform = 0.5 * naturalLogarithm((1 + smooth) / (1 - smooth)) + 0.5 * transform;
          out[index] = transform;
        }
        state.smooth = smooth;
        state.transform = transform;
      };
    },
  };
}

import type { Column, KeptColumn, Stage } from '../pipeline.ts';

/** Each bar's result from the values of that bar. */

function lookbackOf(...columns: Column[]): number {
  return Math.max(...columns.map(({ lookback }) => lookback));
}

/** a - b. */
export function difference(a: Column, b: Column): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: lookbackOf(a, b),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) out[index] = (x[index] as number) - (y[index] as number);
    },
  };
}

/** (a + b) / 2. */
export function midpoint(a: Column, b: Column): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: lookbackOf(a, b),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = ((x[index] as number) + (y[index] as number)) / 2;
      }
    },
  };
}

/** a * b. */
export function product(a: Column, b: Column): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: lookbackOf(a, b),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) out[index] = (x[index] as number) * (y[index] as number);
    },
  };
}

/** middle + factor * width. */
export function band(middle: Column, width: Column, factor: number): Stage {
  const [x, y] = [middle.values, width.values];
  return {
    lookback: lookbackOf(middle, width),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = (x[index] as number) + factor * (y[index] as number);
      }
    },
  };
}

/** a + factor * (a - b): away from `b`, on from `a`. */
export function extrapolation(a: Column, b: Column, factor: number): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: lookbackOf(a, b),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const value = x[index] as number;
        out[index] = value + factor * (value - (y[index] as number));
      }
    },
  };
}

/** scale * a / b; `otherwise` where b is 0. */
export function quotient(a: Column, b: Column, scale: number, otherwise: number): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: lookbackOf(a, b),
    start: (out) => (from, to) => {
      let hasZero = false;
      for (let index = from; index < to; index++) {
        const divisor = y[index] as number;
        out[index] = (scale * (x[index] as number)) / divisor;
        if (divisor === 0) hasZero = true;
      }
      if (!hasZero) return;
      for (let index = from; index < to; index++) if (y[index] === 0) out[index] = otherwise;
    },
  };
}

/** 100 * a / (a + b); 50 where both are 0. */
export function percentShare(a: Column, b: Column): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: lookbackOf(a, b),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const value = x[index] as number;
        const total = value + (y[index] as number);
        out[index] = total === 0 ? 50 : (100 * value) / total;
      }
    },
  };
}

/**
 * scale * (value - low) / (high - low) + offset; the middle of the scale where both bounds are equal, or
 * not farther apart than `noise`.
 */
export function placeBetween(
  value: Column,
  bounds: { readonly low: Column; readonly high: Column; readonly noise?: number },
  scale: number,
  offset: number,
): Stage {
  const [x, bottoms, tops] = [value.values, bounds.low.values, bounds.high.values];
  const { noise = 0 } = bounds;
  return {
    lookback: lookbackOf(value, bounds.low, bounds.high),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const bottom = bottoms[index] as number;
        const range = (tops[index] as number) - bottom;
        const part = range <= noise ? 0.5 : ((x[index] as number) - bottom) / range;
        out[index] = scale * part + offset;
      }
    },
  };
}

/** value * factor + summand. */
export function scaled(value: Column, factor: number, summand = 0): Stage {
  const x = value.values;
  return {
    lookback: value.lookback,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) out[index] = (x[index] as number) * factor + summand;
    },
  };
}

/** |value|. */
export function magnitude(value: Column): Stage {
  const x = value.values;
  return {
    lookback: value.lookback,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) out[index] = Math.abs(x[index] as number);
    },
  };
}

/** value - value `bars` bars before. */
export function momentum(source: KeptColumn, bars: number): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + bars,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, bars); index < to; index++) {
        out[index] = (values[index] as number) - (values[index - bars] as number);
      }
    },
  };
}

/** value / value `bars` bars before - 1; 0 where that earlier value is 0. */
export function rateOfChange(source: KeptColumn, bars: number): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + bars,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, bars); index < to; index++) {
        const earlier = values[index - bars] as number;
        out[index] = earlier === 0 ? 0 : (values[index] as number) / earlier - 1;
      }
    },
  };
}

/** The value `bars` bars before. */
export function delayed(source: Column, bars: number): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + bars,
    start(out) {
      const ring = new Float64Array(bars);
      const state = { place: 0 };
      return (from, to) => {
        let { place } = state;
        for (let index = from; index < to; index++) {
          const value = values[index] as number;
          out[index] = ring[place] as number;
          ring[place] = value;
          place = place + 1 === bars ? 0 : place + 1;
        }
        state.place = place;
      };
    },
  };
}

import { naturalLogarithm } from '../../logarithm.ts';
import type { Column, KeptColumn, Stage } from '../pipeline.ts';

/** ln(a / b); 0 where one of the two is not above 0. */
export function logarithmOfRatio(a: Column, b: Column): Stage {
  const [x, y] = [a.values, b.values];
  return {
    lookback: Math.max(a.lookback, b.lookback),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = logarithmOf(x[index] as number, y[index] as number);
      }
    },
  };
}

/** ln(value / value before); 0 where one of the two is not above 0. */
export function logReturn(source: KeptColumn): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + 1,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, 1); index < to; index++) {
        out[index] = logarithmOf(values[index] as number, values[index - 1] as number);
      }
    },
  };
}

function logarithmOf(a: number, b: number): number {
  return a > 0 && b > 0 ? naturalLogarithm(a / b) : 0;
}

/** Garman and Klass (1980), their equation 20: range^2 / 2 - (2 ln 2 - 1) body^2, of logarithms. */
export function garmanKlassTerm(range: Column, body: Column): Stage {
  const [x, y] = [range.values, body.values];
  const share = 2 * Math.LN2 - 1;
  return {
    lookback: Math.max(range.lookback, body.lookback),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const height = x[index] as number;
        const move = y[index] as number;
        out[index] = 0.5 * height * height - share * move * move;
      }
    },
  };
}

/** The root of value * factor; 0 below 0. */
export function squareRoot(value: Column, factor: number): Stage {
  const x = value.values;
  return {
    lookback: value.lookback,
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        out[index] = Math.sqrt(Math.max(0, (x[index] as number) * factor));
      }
    },
  };
}

/** Dreiss's choppiness index (1993): 100 ln(path / range) / ln(period); 100 where there is no range. */
export function choppiness(path: Column, range: Column, period: number): Stage {
  const [x, y] = [path.values, range.values];
  const lookback = Math.max(path.lookback, range.lookback);
  const factor = 100 / naturalLogarithm(period);
  return {
    lookback,
    start(out) {
      const state = { toSkip: lookback };
      return (from, to) => {
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const height = y[index] as number;
          out[index] = height === 0 ? 100 : naturalLogarithm((x[index] as number) / height) * factor;
        }
      };
    },
  };
}

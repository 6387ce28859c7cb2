import type { BarColumns } from '../call.ts';
import type { Column, Pipeline, Stage, Stages } from '../pipeline.ts';
import { type Smoothing, smoothed } from './smoothing.ts';

/** max(high, previous close) - min(low, previous close), from the second bar on (Wilder 1978). */
export function trueRange(bars: BarColumns): Stage {
  const [high, low, close] = [bars.high.values, bars.low.values, bars.close.values];
  return {
    lookback: 1,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, 1); index < to; index++) {
        const before = close[index - 1] as number;
        out[index] = Math.max(high[index] as number, before) - Math.min(low[index] as number, before);
      }
    },
  };
}

/** Average of the true ranges. */
export function averageTrueRange(
  pipeline: Pipeline,
  bars: BarColumns,
  period: number,
  smoothing: Smoothing,
): Column {
  return pipeline.step(smoothed(pipeline.step(trueRange(bars)), period, smoothing));
}

/**
 * Wilder's (1978) directional movements: what the high rose above the high before, or the low fell below
 * the low before, whichever is more; none where both are equal.
 */
export function directionalMovements({ high, low }: BarColumns): Stages<'plus' | 'minus'> {
  const [tops, bottoms] = [high.values, low.values];
  return {
    lookback: 1,
    names: ['plus', 'minus'],
    start:
      ({ plus, minus }) =>
      (from, to) => {
        for (let index = Math.max(from, 1); index < to; index++) {
          const up = (tops[index] as number) - (tops[index - 1] as number);
          const down = (bottoms[index - 1] as number) - (bottoms[index] as number);
          // Without branches that nobody can foresee; exact, because doubling and halving are.
          const rise = (Math.abs(up) + up) * 0.5;
          const fall = (Math.abs(down) + down) * 0.5;
          plus[index] = rise * Number(rise > fall);
          minus[index] = fall * Number(fall > rise);
        }
      },
  };
}

/** Distances of the high from the low before and of the low from the high before (Botes and Siepman 2010). */
export function vortexMovements({ high, low }: BarColumns): Stages<'plus' | 'minus'> {
  const [tops, bottoms] = [high.values, low.values];
  return {
    lookback: 1,
    names: ['plus', 'minus'],
    start:
      ({ plus, minus }) =>
      (from, to) => {
        for (let index = Math.max(from, 1); index < to; index++) {
          plus[index] = Math.abs((tops[index] as number) - (bottoms[index - 1] as number));
          minus[index] = Math.abs((bottoms[index] as number) - (tops[index - 1] as number));
        }
      },
  };
}

/** close - min(low, previous close): Williams's buying pressure (1985). */
export function buyingPressure(bars: BarColumns): Stage {
  const [low, close] = [bars.low.values, bars.close.values];
  return {
    lookback: 1,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, 1); index < to; index++) {
        out[index] = (close[index] as number) - Math.min(low[index] as number, close[index - 1] as number);
      }
    },
  };
}

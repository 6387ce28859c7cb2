import type { Column, Pipeline, Stage, Stages } from '../pipeline.ts';
import { percentShare } from './arithmetic.ts';
import { type Smoothing, smoothed } from './smoothing.ts';

/** Rise and fall from the bar before, 0 or above; one of the two is 0. */
export function risesAndFalls(source: Column): Stages<'rise' | 'fall'> {
  const { values, lookback: skip } = source;
  return {
    lookback: skip + 1,
    names: ['rise', 'fall'],
    start({ rise, fall }) {
      const state = { toSkip: skip, previous: NaN };
      return (from, to) => {
        let { previous } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const value = values[index] as number;
          // Without a branch that nobody can foresee; exact, because doubling and halving are.
          const change = value - previous;
          const size = Math.abs(change);
          rise[index] = (size + change) * 0.5;
          fall[index] = (size - change) * 0.5;
          previous = value;
        }
        state.previous = previous;
      };
    },
  };
}

/**
 * Adds the steps of a relative strength index: 100 * up / (up + down), both averages of the rises and
 * falls; 50 where neither moved.
 */
export function relativeStrength(
  pipeline: Pipeline,
  source: Column,
  period: number,
  smoothing: Smoothing,
): Stage {
  const { rise, fall } = pipeline.steps(risesAndFalls(source));
  return percentShare(
    pipeline.step(smoothed(rise, period, smoothing)),
    pipeline.step(smoothed(fall, period, smoothing)),
  );
}

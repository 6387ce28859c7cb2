import type { Column, KeptColumn, Stage } from '../pipeline.ts';

/** Distance of each value from the value before. */
export function stepLengths(source: KeptColumn): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + 1,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, 1); index < to; index++) {
        out[index] = Math.abs((values[index] as number) - (values[index - 1] as number));
      }
    },
  };
}

/**
 * Kaufman's efficiency ratio (1995): the distance that the source went over `period` bars, divided by
 * the length of its way there, `path`; 0 where it did not move.
 */
export function efficiencyRatio(source: KeptColumn, path: Column, period: number): Stage {
  const { values } = source;
  const lengths = path.values;
  return {
    lookback: path.lookback,
    start: (out) => (from, to) => {
      for (let index = Math.max(from, period); index < to; index++) {
        const distance = Math.abs((values[index] as number) - (values[index - period] as number));
        const length = lengths[index] as number;
        out[index] = length === 0 ? 0 : Math.min(1, distance / length);
      }
    },
  };
}

/**
 * Kaufman's adaptive average: previous + c * (value - previous), c the square of a weight between those
 * of the exponential averages of `slow` and `fast` bars, by the efficiency. Starts from the value one bar
 * before the first efficiency.
 */
export function adaptiveAverage(source: KeptColumn, efficiency: Column, fast: number, slow: number): Stage {
  const { values } = source;
  const ratios = efficiency.values;
  const [quick, lazy] = [2 / (fast + 1), 2 / (slow + 1)];
  return {
    lookback: efficiency.lookback,
    start(out) {
      const state = { toSkip: efficiency.lookback, average: NaN };
      return (from, to) => {
        let { average } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          if (Number.isNaN(average)) average = values[index - 1] as number;
          const weight = lazy + (ratios[index] as number) * (quick - lazy);
          average += weight * weight * ((values[index] as number) - average);
          out[index] = average;
        }
        state.average = average;
      };
    },
  };
}

import type { Column, Stage } from '../pipeline.ts';

export const dayMilliseconds = 86_400_000;

/**
 * Mean of a column by volume since the first bar of the UTC day (West's update, 1979); the present value
 * itself while nothing was traded on that day.
 */
export function dailyMean(source: Column, volume: Column, time: Column): Stage {
  const { values } = source;
  const volumes = volume.values;
  const times = time.values;
  return {
    lookback: source.lookback,
    start(out) {
      const state = { toSkip: source.lookback, dayEnd: -Infinity, weight: 0, mean: 0 };
      return (from, to) => {
        let { dayEnd, weight, mean } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const now = times[index] as number;
          if (now >= dayEnd) {
            dayEnd = (Math.floor(now / dayMilliseconds) + 1) * dayMilliseconds;
            weight = 0;
          }
          const value = values[index] as number;
          const own = volumes[index] as number;
          weight += own;
          if (weight === 0) mean = value;
          else mean += (value - mean) * (own / weight);
          out[index] = mean;
        }
        state.dayEnd = dayEnd;
        state.weight = weight;
        state.mean = mean;
      };
    },
  };
}

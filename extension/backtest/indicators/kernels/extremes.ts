import type { Column, Stage } from '../pipeline.ts';
import { inBlocks } from './blocks.ts';

/** Highest (sign 1) or lowest (sign -1) of the last `period` values. */
export function extreme(source: Column, period: number, sign: 1 | -1): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + period - 1,
    start(out) {
      // All values times the sign. The last place stands for an empty end of a block.
      const before = new Float64Array(period + 1).fill(-Infinity);
      const state = { best: -Infinity };
      return inBlocks(period, source.lookback, {
        take(from, to, place) {
          let { best } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = sign * (values[index] as number);
            before[next] = value;
            next++;
            if (value >= best) best = value;
            const older = before[next] as number;
            out[index] = sign * (older > best ? older : best);
          }
          state.best = best;
        },
        turn() {
          let best = -Infinity;
          for (let place = period - 1; place > 0; place--) {
            const value = before[place] as number;
            if (value > best) best = value;
            before[place] = best;
          }
          state.best = -Infinity;
        },
      });
    },
  };
}

/**
 * 100 * (bars - age) / bars, age the bars since the highest (sign 1) or lowest (sign -1) of the present
 * value and the `bars` values before it; since the latest of equals.
 */
export function extremeRecency(source: Column, bars: number, sign: 1 | -1): Stage {
  const { values } = source;
  const period = bars + 1;
  return {
    lookback: source.lookback + bars,
    start(out) {
      const before = new Float64Array(period + 1).fill(-Infinity);
      // Places of the best values from each place of the block before to its end.
      const placesBefore = new Int32Array(period + 1);
      const state = { best: -Infinity, bestPlace: 0 };
      return inBlocks(period, source.lookback, {
        take(from, to, place) {
          let { best, bestPlace } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = sign * (values[index] as number);
            before[next] = value;
            if (value >= best) {
              best = value;
              bestPlace = next;
            }
            next++;
            const isOlder = (before[next] as number) > best;
            const age = next - 1 - (isOlder ? (placesBefore[next] as number) - period : bestPlace);
            out[index] = (100 * (bars - age)) / bars;
          }
          state.best = best;
          state.bestPlace = bestPlace;
        },
        turn() {
          let best = -Infinity;
          let bestPlace = 0;
          for (let place = period - 1; place > 0; place--) {
            const value = before[place] as number;
            if (value > best) {
              best = value;
              bestPlace = place;
            }
            before[place] = best;
            placesBefore[place] = bestPlace;
          }
          state.best = -Infinity;
          state.bestPlace = 0;
        },
      });
    },
  };
}

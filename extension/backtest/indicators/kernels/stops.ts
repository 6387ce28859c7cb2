import type { BarColumns } from '../call.ts';
import type { Column, Stage, Stages } from '../pipeline.ts';

/** 100 * |plus - minus| / (plus + minus); 0 where both are 0. */
export function directionalIndex(plus: Column, minus: Column): Stage {
  const [x, y] = [plus.values, minus.values];
  return {
    lookback: Math.max(plus.lookback, minus.lookback),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const up = x[index] as number;
        const down = y[index] as number;
        const sum = up + down;
        out[index] = sum === 0 ? 0 : (100 * Math.abs(up - down)) / sum;
      }
    },
  };
}

/**
 * Wilder's (1978) parabolic stop. It moves by a growing part of its distance to the best price of the
 * trend, never into the range of the two bars before the one it holds for; a bar that touches it turns it
 * to the other side, at the best price of the trend that ended. It starts at the second bar: short where
 * the low fell by more than the high rose, else long, from the extreme of the first bar.
 */
export function parabolicStop({ high, low }: BarColumns, step: number, maximum: number): Stage {
  const [tops, bottoms] = [high.values, low.values];
  return {
    lookback: 1,
    start(out) {
      const state = { seen: 0, isLong: true, stop: 0, best: 0, speed: 0, lastTop: 0, lastBottom: 0 };
      return (from, to) => {
        let { seen, isLong, stop, best, speed, lastTop, lastBottom } = state;
        for (let index = from; index < to; index++) {
          const top = tops[index] as number;
          const bottom = bottoms[index] as number;
          seen++;
          if (seen === 2) {
            const fall = lastBottom - bottom;
            isLong = !(fall > 0 && fall > top - lastTop);
            stop = isLong ? lastBottom : lastTop;
            best = isLong ? top : bottom;
            speed = Math.min(step, maximum);
            // The first bar is no bound of a stop that starts from its extreme.
            lastTop = top;
            lastBottom = bottom;
          }
          if (seen > 1) {
            const isTouched = isLong ? bottom <= stop : top >= stop;
            if (isTouched) {
              isLong = !isLong;
              stop = isLong ? Math.min(best, bottom, lastBottom) : Math.max(best, top, lastTop);
              best = isLong ? top : bottom;
              speed = Math.min(step, maximum);
            }
            out[index] = stop;
            if (!isTouched && (isLong ? top > best : bottom < best)) {
              best = isLong ? top : bottom;
              speed = Math.min(speed + step, maximum);
            }
            stop += speed * (best - stop);
            stop = isLong ? Math.min(stop, bottom, lastBottom) : Math.max(stop, top, lastTop);
          }
          lastTop = top;
          lastBottom = bottom;
        }
        Object.assign(state, { seen, isLong, stop, best, speed, lastTop, lastBottom });
      };
    },
  };
}

/**
 * Seban's supertrend: bands around the median price that never move away from the price while it keeps
 * within them. The trend goes up when a close passes the upper band and down when one passes the lower.
 */
export function trendBands(
  { high, low, close }: BarColumns,
  range: Column,
  multiplier: number,
): Stages<'line' | 'direction'> {
  const [tops, bottoms, closes, ranges] = [high.values, low.values, close.values, range.values];
  return {
    lookback: range.lookback,
    names: ['line', 'direction'],
    start({ line, direction }) {
      const state = { toSkip: range.lookback, upper: Infinity, lower: -Infinity, last: NaN, isUp: true };
      return (from, to) => {
        let { upper, lower, last, isUp } = state;
        const skipped = Math.min(state.toSkip, to - from);
        state.toSkip -= skipped;
        for (let index = from + skipped; index < to; index++) {
          const middle = ((tops[index] as number) + (bottoms[index] as number)) / 2;
          const width = multiplier * (ranges[index] as number);
          if (middle + width < upper || last > upper) upper = middle + width;
          if (middle - width > lower || last < lower) lower = middle - width;
          last = closes[index] as number;
          isUp = isUp ? last >= lower : last > upper;
          line[index] = isUp ? lower : upper;
          direction[index] = isUp ? 1 : -1;
        }
        Object.assign(state, { upper, lower, last, isUp });
      };
    },
  };
}

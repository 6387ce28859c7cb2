import type { BarColumns } from '../call.ts';
import type { Stages } from '../pipeline.ts';
import { dayMilliseconds } from './sessions.ts';

/** Floor traders' rules first. */
export const pivotRules = ['classic', 'fibonacci', 'camarilla', 'woodie'] as const;
type PivotRule = (typeof pivotRules)[number];

const names = [
  'pivot',
  'resistance1',
  'resistance2',
  'resistance3',
  'support1',
  'support2',
  'support3',
] as const;

/** Pivot, then three distances upwards from a base and three downwards, of the day before with its range. */
type Levels = readonly [
  pivot: number,
  up1: number,
  up2: number,
  up3: number,
  down1: number,
  down2: number,
  down3: number,
];

interface Day {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

function levelsOf({ high, low, close }: Day, todaysOpen: number, rule: PivotRule): Levels {
  const range = high - low;
  const pivot = low + (range + (close - low)) / 3;
  switch (rule) {
    case 'classic':
      return classicLevels(pivot, high, low);
    case 'woodie':
      return classicLevels((high + low) / 4 + todaysOpen / 2, high, low);
    case 'fibonacci':
      return around(pivot, pivot, [0.382 * range, 0.618 * range, range]);
    case 'camarilla':
      return around(pivot, close, [(1.1 * range) / 12, (1.1 * range) / 6, (1.1 * range) / 4]);
  }
}

function classicLevels(pivot: number, high: number, low: number): Levels {
  const range = high - low;
  const up = pivot - low;
  const down = high - pivot;
  return [pivot, pivot + up, pivot + range, high + 2 * up, pivot - down, pivot - range, low - 2 * down];
}

function around(
  pivot: number,
  base: number,
  [first, second, third]: readonly [number, number, number],
): Levels {
  return [pivot, base + first, base + second, base + third, base - first, base - second, base - third];
}

/**
 * Pivot points of the UTC day before that has bars. A day counts where it began within the run: the
 * run's first day does if its first bar opens at 00:00.
 */
export function pivotPoints(bars: BarColumns, rule: PivotRule): Stages<(typeof names)[number]> {
  const { time, open, high, low, close } = bars;
  const [times, opens, highs, lows, closes] = [
    time.values,
    open.values,
    high.values,
    low.values,
    close.values,
  ];
  return {
    lookback: Infinity,
    names,
    start(outs) {
      const columns = names.map((name) => outs[name]);
      const state = {
        day: NaN,
        isWhole: false,
        high: NaN,
        low: NaN,
        close: NaN,
        levels: names.map(() => NaN) as readonly number[],
      };
      const beginDay = (index: number, day: number): void => {
        if (state.isWhole) state.levels = levelsOf(state, opens[index] as number, rule);
        const isFirst = Number.isNaN(state.day);
        state.isWhole = !isFirst || (times[index] as number) === day * dayMilliseconds;
        state.day = day;
        state.high = -Infinity;
        state.low = Infinity;
      };
      return (from, to) => {
        for (let index = from; index < to; index++) {
          const day = Math.floor((times[index] as number) / dayMilliseconds);
          if (day !== state.day) beginDay(index, day);
          state.high = Math.max(state.high, highs[index] as number);
          state.low = Math.min(state.low, lows[index] as number);
          state.close = closes[index] as number;
          for (let column = 0; column < columns.length; column++) {
            (columns[column] as Float64Array)[index] = state.levels[column] as number;
          }
        }
      };
    },
  };
}

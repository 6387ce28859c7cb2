import type { Drawdown } from '../../contracts/metrics.ts';
import { drawdownsOf } from './drawdowns.ts';
import { type MonthsInput, partOf } from './monthlyReturns.ts';

/** Drawdowns that a result lists. */
export const listedDrawdowns = 5;

/** The deepest drawdowns of a run, the deepest first. */
export function deepestDrawdowns({ time, equity, cash, splitBar }: Omit<MonthsInput, 'close'>): Drawdown[] {
  const bars = time.length;
  const { deepest } = drawdownsOf(equity, cash, 0, bars, listedDrawdowns);
  return deepest.map(({ depth, highBar, troughBar, recoveryBar }) => {
    const end = recoveryBar ?? bars;
    return {
      depth,
      highTime: highBar < 0 ? null : (time[highBar] as number),
      troughTime: time[troughBar] as number,
      recoveryTime: recoveryBar === null ? null : (time[recoveryBar] as number),
      bars: end - 1 - highBar,
      fallBars: troughBar - highBar,
      recoveryBars: recoveryBar === null ? null : recoveryBar - troughBar,
      part: partOf(splitBar, highBar + 1, end),
    };
  });
}

import { LabError } from '../contracts/errors.ts';

/** Bars `from` (included) to `to` (not included). */
export interface BarRange {
  readonly from: number;
  readonly to: number;
}

export interface HoldOutSplit {
  /** The bars on which parameters are chosen. */
  readonly inSample: BarRange;
  /** The last bars, held back until the choice is made. */
  readonly outOfSample: BarRange;
}

/**
 * Holds back the last `fraction` of `bars`, rounded to whole bars, at least one bar on each side.
 * @throws LabError `data.empty` for fewer than two bars, `usage` for a fraction outside 0 to 1
 */
export function holdOutSplit(bars: number, fraction = 1 / 3): HoldOutSplit {
  if (!(fraction > 0 && fraction < 1)) {
    throw new LabError('usage', `The held-back fraction must lie between 0 and 1, was ${fraction}.`, {
      action: 'Give a fraction such as 0.33.',
    });
  }
  if (!(bars >= 2)) {
    throw new LabError('data.empty', `A part can be held back from at least two bars, not from ${bars}.`, {
      action: 'Choose a longer range of dates.',
    });
  }
  const heldBack = Math.min(bars - 1, Math.max(1, Math.round(bars * fraction)));
  return {
    inSample: { from: 0, to: bars - heldBack },
    outOfSample: { from: bars - heldBack, to: bars },
  };
}

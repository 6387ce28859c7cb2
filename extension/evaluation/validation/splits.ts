import { LabError } from '../../contracts/errors.ts';
import type { BarRange } from './ranges.ts';

export interface HoldOutSplit {
  /** The bars on which parameters are chosen. */
  readonly inSample: BarRange;
  /** The last bars, held back until the choice is made. */
  readonly outOfSample: BarRange;
}

function heldBack(bars: number, fraction: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(bars * fraction)));
}

function requireBars(bars: number, least: number): void {
  if (bars >= least) return;
  throw new LabError('data.empty', `A part can be held back from at least ${least} bars, not from ${bars}.`, {
    action: 'Choose a longer range of dates.',
  });
}

function requireFraction(fraction: number): void {
  if (fraction > 0 && fraction < 1) return;
  throw new LabError('usage', `The held-back fraction must lie between 0 and 1, was ${fraction}.`, {
    action: 'Give a fraction such as 0.33.',
  });
}

/**
 * Holds back the last `fraction` of `bars`, rounded to whole bars, at least one bar on each side.
 * @throws LabError `data.empty` for fewer than two bars, `usage` for a fraction outside 0 to 1
 */
export function holdOutSplit(bars: number, fraction = 1 / 3): HoldOutSplit {
  requireFraction(fraction);
  requireBars(bars, 2);
  const border = bars - heldBack(bars, fraction, bars - 1);
  return { inSample: { from: 0, to: border }, outOfSample: { from: border, to: bars } };
}

export interface ThreeWaySplit {
  /** The bars on which a search tries its parameter sets. */
  readonly train: BarRange;
  /** The bars that choose between what searches found, and may be looked at often. */
  readonly validate: BarRange;
  /** The last bars, looked at once. */
  readonly test: BarRange;
}

/**
 * Train, validate and test, in this order in time. `gap` bars before each border are in no part, so that
 * no trade of that length reaches over it.
 * @throws LabError `usage` for fractions that leave nothing to train on, `data.empty` for too few bars
 */
export function threeWaySplit(
  bars: number,
  { validate, test, gap = 0 }: { readonly validate: number; readonly test: number; readonly gap?: number },
): ThreeWaySplit {
  requireFraction(validate);
  requireFraction(test);
  requireFraction(validate + test);
  requireBars(bars, 3 + 2 * gap);
  const testFrom = bars - heldBack(bars, test, bars - 2 - 2 * gap);
  const validateFrom = testFrom - gap - heldBack(bars, validate, testFrom - 1 - 2 * gap);
  return {
    train: { from: 0, to: validateFrom - gap },
    validate: { from: validateFrom, to: testFrom - gap },
    test: { from: testFrom, to: bars },
  };
}

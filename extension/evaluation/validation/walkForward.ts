import { LabError } from '../../contracts/errors.ts';
import type { ValidationDefinition } from '../../contracts/validation.ts';
import type { Fold, Scheme } from './fold.ts';

type WalkForward = Extract<ValidationDefinition, { kind: 'walk-forward' }>;

/**
 * Walk-forward (Pardo 2008, chapter 11): parameters are chosen on a window and judged on the bars that
 * follow, again and again. All train bars lie before their test, so that purge and embargo both leave out
 * the last bars of the train window, whose length counts them. The last test window may be shorter: every
 * bar behind the first train window is tested, and with the usual step exactly once.
 * @throws LabError `usage` where test windows would overlap or the borders leave no train bars
 */
export function walkForwardScheme(
  { train, test, step = test, anchored, purge, embargo }: WalkForward,
  bars: number,
): Scheme {
  if (step < test) {
    throw new LabError('usage', `A step of ${step} bars tests some bars twice, with windows of ${test}.`, {
      action: 'Give a step of at least the test window.',
    });
  }
  const gap = purge + embargo;
  if (gap >= train) {
    throw new LabError('usage', `Purge and embargo leave none of the ${train} bars of a train window.`, {
      action: 'Give a longer train window.',
    });
  }
  const folds: Fold[] = [];
  for (let from = train; from < bars; from += step) {
    folds.push({
      train: [{ from: anchored ? 0 : from - train, to: from - gap }],
      test: [{ from, to: Math.min(bars, from + test) }],
    });
  }
  return { folds, paths: [folds.map((_, fold) => ({ fold, test: 0 }))] };
}

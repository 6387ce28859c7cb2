import { LabError } from '../../contracts/errors.ts';
import type { ValidationDefinition, ValidationRequest } from '../../contracts/validation.ts';
import { partsOf } from './parts.ts';
import { walkForwardWindows } from './windows.ts';

const mostFolds = 5;
const mostGroups = 10;
/** Part of the rows that a test's end leaves out of the train rows behind it (López de Prado 2018, section 7.4.2). */
const embargoPart = 0.01;

/** The embargo where none is asked for and train rows follow test rows: 1 % of the rows, rounded up. */
export function usualEmbargo(rows: number): number {
  return Math.ceil(rows * embargoPart);
}

/**
 * The validation that a person asks for, in rows, with what they left out derived from the number of rows.
 *
 * Walk-forward: see `walkForwardWindows`; every window has 30 rows or more where no length is given. k-fold: 5
 * folds; combinatorial: 10 groups, 2 of them the test; or fewer with 30 rows each. Purge: 0, as trades are purged
 * by their own spans. Embargo: 1 % of the rows where train rows follow test rows, else 0.
 * @param request lengths in bars
 * @param bars number of bars that the rows are made of: a length is rounded to whole rows of their mean
 *   length, up where it is left out between train and test
 * @throws LabError `data.empty` for too few rows, `usage` for windows that leave nothing to train on or to test
 */
export function usualValidation(
  request: ValidationRequest,
  rows: number,
  bars: number,
): ValidationDefinition {
  const upToRows = (length: number): number => Math.ceil((length * rows) / bars);
  const purge = upToRows(request.purge ?? 0);
  const embargoBehind = (): number =>
    request.embargo === undefined ? usualEmbargo(rows) : upToRows(request.embargo);
  switch (request.kind) {
    case 'rolling':
    case 'anchored': {
      const embargo = upToRows(request.embargo ?? 0);
      const windows = walkForwardWindows(request, { purge, embargo }, { rows, bars });
      return { kind: 'walk-forward', ...windows, anchored: request.kind === 'anchored', purge, embargo };
    }
    case 'k-fold': {
      const folds = request.folds ?? partsOf(rows, mostFolds, 2);
      return { kind: 'k-fold', folds, purge, embargo: embargoBehind() };
    }
    case 'combinatorial': {
      const testGroups = request.testGroups ?? 2;
      const groups = request.groups ?? Math.max(testGroups + 1, partsOf(rows, mostGroups, 3));
      if (testGroups >= groups) {
        throw new LabError('usage', `${testGroups} test groups of ${groups} leave none to train on.`, {
          action: 'Give more --groups or fewer --test-groups.',
        });
      }
      return { kind: 'combinatorial', groups, testGroups, purge, embargo: embargoBehind() };
    }
  }
}

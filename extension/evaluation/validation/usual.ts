import { LabError } from '../../contracts/errors.ts';
import type { ValidationDefinition, ValidationRequest } from '../../contracts/validation.ts';
import { minimumObservations } from '../statistics/measured.ts';

/** Test windows of a walk-forward with its first train window, where the data has rows for so many. */
const mostWindows = 12;
const mostFolds = 5;
const mostGroups = 10;
/** Part of the rows that a test's end leaves out of the train rows behind it (López de Prado 2018, section 7.4.2). */
const embargoPart = 0.01;

/** So many parts in which each row's returns carry a figure: 30 rows and more a part. */
function partsOf(rows: number, most: number, least: number): number {
  const parts = Math.min(most, Math.floor(rows / minimumObservations));
  if (parts >= least) return parts;
  const needed = least * minimumObservations;
  throw new LabError('data.empty', `A validation needs ${needed} returns, and the data has ${rows}.`, {
    action:
      'Choose a longer range of dates: a return is that of a UTC day, or of a bar where bars are longer.',
  });
}

/** The embargo where none is asked for and train rows follow test rows: 1 % of the rows, rounded up. */
export function usualEmbargo(rows: number): number {
  return Math.ceil(rows * embargoPart);
}

/**
 * The validation that a person asks for, in rows, with what they left out derived from the number of rows.
 *
 * Walk-forward: the rows are parted into 12 windows, or fewer with 30 rows each; a third of the windows is
 * the first train window, and each of the others is tested once. k-fold: 5 folds; combinatorial: 10 groups,
 * 2 of them the test; or fewer with 30 rows each. Purge: 0, as trades are purged by their own spans.
 * Embargo: 1 % of the rows where train rows follow test rows, else 0.
 * @param request lengths in bars
 * @param bars number of bars that the rows are made of: a length is rounded to whole rows of their mean
 *   length, up where it is left out between train and test
 * @throws LabError `data.empty` for too few rows, `usage` for a train window that is not shorter than the data
 */
export function usualValidation(
  request: ValidationRequest,
  rows: number,
  bars: number,
): ValidationDefinition {
  const inRows = (length: number): number => Math.max(1, Math.round((length * rows) / bars));
  const upToRows = (length: number): number => Math.ceil((length * rows) / bars);
  const purge = upToRows(request.purge ?? 0);
  const embargoBehind = (): number =>
    request.embargo === undefined ? usualEmbargo(rows) : upToRows(request.embargo);
  switch (request.kind) {
    case 'rolling':
    case 'anchored': {
      const { train, test, step } = windowsOf(request, rows, inRows);
      if (train >= rows) {
        throw new LabError('usage', `A train window of ${train} rows leaves none of ${rows} to test.`, {
          action: 'Give a shorter --train, or a longer range of dates.',
        });
      }
      const embargo = upToRows(request.embargo ?? 0);
      const anchored = request.kind === 'anchored';
      return { kind: 'walk-forward', train, test, step, anchored, purge, embargo };
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

function windowsOf(
  request: ValidationRequest,
  rows: number,
  inRows: (length: number) => number,
): { readonly train: number; readonly test: number; readonly step: number | undefined } {
  const step = request.step === undefined ? undefined : inRows(request.step);
  const [train, test] = [request.train, request.test].map((length) =>
    length === undefined ? undefined : inRows(length),
  );
  if (train !== undefined && test !== undefined) return { train, test, step };
  if (train !== undefined) return { train, test: Math.max(1, Math.round(train / 4)), step };
  if (test !== undefined) return { train: 4 * test, test, step };
  const windows = partsOf(rows, mostWindows, 3);
  const window = Math.floor(rows / windows);
  const trained = Math.max(1, Math.round(windows / 3));
  return { train: rows - (windows - trained) * window, test: window, step };
}

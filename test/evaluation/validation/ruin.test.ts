import { describe, expect, test } from 'vitest';
import { validationDefinitionSchema } from '../../../extension/contracts/validation.ts';
import { returnsObjectives } from '../../../extension/evaluation/validation/objective.ts';
import { validationScheme } from '../../../extension/evaluation/validation/scheme.ts';
import { selectByFolds } from '../../../extension/evaluation/validation/selection.ts';
import { noise } from '../statistics/support/returns.ts';

const rows = 500;
const schemeOf = (fields: Record<string, unknown>) =>
  validationScheme(validationDefinitionSchema.parse(fields), rows);
const kFold = schemeOf({ kind: 'k-fold', folds: 5 });
const walkForward = schemeOf({ kind: 'walk-forward', train: 100, test: 100 });

/** Gains every day, loses everything in `row` and is calm for ever after. */
function ruinedIn(row: number): Float64Array {
  const column = noise(1, rows, { mean: 0.02, deviation: 0.005 }).fill(0, row);
  column[row] = -1;
  return column;
}
const losing = noise(2, rows, { mean: -0.0005, deviation: 0.002 });

describe('a set that lost everything', () => {
  test('is not chosen by train rows that hold its ruin, however high their mean is', () => {
    const columns = [ruinedIn(450), losing];
    const { folds } = selectByFolds({ columns }, kFold);
    expect(folds.map(({ set }) => set)).toEqual([1, 1, 1, 1, 0]);
  });

  test('is chosen for the test rows in which it is ruined, as nobody could know, and pays for it there', () => {
    const column = ruinedIn(250);
    const [, , fold] = selectByFolds({ columns: [losing, column] }, kFold).folds;
    expect(fold?.set).toBe(1);
    // The calm rows behind the test are no returns: the score is that of the rows before it alone.
    expect(fold?.score.inSample).toBe(returnsObjectives.sharpe(column.subarray(0, 200)));
    expect(fold?.meanReturn.outOfSample).toBeLessThan(0.004);
    expect(selectByFolds({ columns: [losing, column] }, kFold).paths[0]?.returns).toContain(-1);
  });

  test('is not chosen behind its ruin, where its calm would beat every loss', () => {
    const columns = [losing, ruinedIn(50)];
    const { folds } = selectByFolds({ columns }, walkForward, { objective: returnsObjectives.totalReturn });
    expect(folds.map(({ set, isJudged }) => [set, isJudged])).toEqual(Array(4).fill([0, true]));
  });

  test('loses everything in each test range that it would come to with nothing', () => {
    const { folds, paths } = selectByFolds({ columns: [ruinedIn(50)] }, walkForward);
    expect(folds.map(({ isJudged }) => isJudged)).toEqual([false, false, false, false]);
    expect(folds.map(({ meanReturn }) => meanReturn.outOfSample)).toEqual(Array(4).fill(-1 / 100));
    const [path] = paths;
    expect([...(path?.returns.entries() ?? [])].filter(([, value]) => value !== 0)).toEqual(
      [0, 100, 200, 300].map((row) => [row, -1]),
    );
  });

  test('makes of a path the worst one, though its mean is above 0', () => {
    const scheme = schemeOf({ kind: 'combinatorial', groups: 5, testGroups: 2 });
    const { paths, medianPathScore } = selectByFolds({ columns: [ruinedIn(499)] }, scheme);
    expect(paths.map(({ score }) => (score ?? 0) > 0)).toEqual(Array(4).fill(true));
    expect(medianPathScore).toBeNull();
  });
});

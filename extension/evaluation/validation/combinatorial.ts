import { LabError } from '../../contracts/errors.ts';
import type { ValidationDefinition } from '../../contracts/validation.ts';
import { combinations } from '../statistics/combinations.ts';
import type { Piece, Scheme } from './fold.ts';
import { around } from './purge.ts';
import { type BarRange, groupsOf } from './ranges.ts';

type Combinatorial = Extract<ValidationDefinition, { kind: 'combinatorial' }>;

/** Most splits: each chooses anew among all sets. */
const mostSplits = 1000;

/** Number of ways to choose `size` of `count`. */
export function combinationCount(count: number, size: number): number {
  let product = 1;
  // Each product is itself a binomial coefficient, so that the division leaves no remainder.
  for (let index = 1; index <= size; index++) product = (product * (count - size + index)) / index;
  return product;
}

/**
 * Combinatorial purged cross-validation (López de Prado 2018, chapter 12): of N groups of bars every k
 * are the test once. Each group is tested in C(N - 1, k - 1) = C(N, k) k / N splits, and so many paths
 * run through all groups: path j takes each group from the j-th split that tests it.
 * @throws LabError `usage` for more than 1,000 splits
 */
export function combinatorialScheme(definition: Combinatorial, bars: number): Scheme {
  const splits = combinationCount(definition.groups, definition.testGroups);
  if (splits > mostSplits) {
    throw new LabError('usage', `${splits} splits are more than ${mostSplits}.`, {
      action: 'Give fewer groups or fewer test groups.',
    });
  }
  const groups = groupsOf(bars, definition.groups);
  const chosen = Array.from(combinations(definition.groups, definition.testGroups), (members) => [
    ...members,
  ]);
  const folds = chosen.map((members) => {
    const test = members.map((group) => groups[group] as BarRange);
    return { train: around(bars, test, definition), test };
  });
  const testsOf = groups.map((_, group) =>
    chosen.flatMap((members, fold): Piece[] =>
      members.includes(group) ? [{ fold, test: members.indexOf(group) }] : [],
    ),
  );
  const paths = (testsOf[0] ?? []).map((_, path) => testsOf.map((tests) => tests[path] as Piece));
  return { folds, paths };
}

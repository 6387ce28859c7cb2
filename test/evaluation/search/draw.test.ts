import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { drawSets, latinHypercube } from '../../../extension/evaluation/search/draw.ts';
import { searchSpace, setKey } from '../../../extension/evaluation/search/space.ts';
import { definitionOf, integers, range, trialsOf } from './support.ts';

test('a Latin hypercube has one point in each stratum of each coordinate', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 6 }),
      (seed, count, dimensions) => {
        const points = latinHypercube(count, dimensions, seededRandom(seed));
        const all = Array.from({ length: count }, (_, stratum) => stratum);
        for (let dimension = 0; dimension < dimensions; dimension++) {
          const strata = points.map((point) => Math.floor((point[dimension] as number) * count));
          expect(strata.toSorted((a, b) => a - b)).toEqual(all);
        }
      },
    ),
  );
});

test('a random search tries every part of every range', () => {
  const declared = { a: range(0, 10), b: range(-1, 1), c: integers(1, 400) };
  const trials = trialsOf({ kind: 'random', budget: 41, seed: 5 }, declared, () => ({ value: 0 }));
  // The first trial is the base set; the others are a Latin hypercube of 40.
  const fractions = trials
    .slice(1)
    .map(({ params }) => [(params['a'] as number) / 10, ((params['b'] as number) + 1) / 2]);
  for (const index of [0, 1]) {
    const strata = new Set(fractions.map((point) => Math.floor((point[index] as number) * 40)));
    expect(strata.size).toBe(40);
  }
});

test('different seeds draw different sets, equal ones the same', () => {
  const declared = { a: range(0, 10) };
  const drawn = (seed: number) => trialsOf({ kind: 'random', seed }, declared, () => ({ value: 0 }));
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});

test('constraints that few sets keep do not stop the drawing', () => {
  const declared = { a: range(0, 1), b: range(0, 1) };
  const { parameterConstraints, ...rest } = definitionOf({
    kind: 'random',
    parameterConstraints: [
      { left: 'a', operator: '>', right: 0.9 },
      { left: 'b', operator: '>', right: 'a' },
    ],
  });
  const space = searchSpace({ ...rest, parameterConstraints }, declared);
  const sets = drawSets(space, 20, new Set(), seededRandom(1));
  expect(new Set(sets.map(setKey)).size).toBe(20);
  expect(sets.every(({ a = 0, b = 0 }) => a > 0.9 && b > a)).toBe(true);
});

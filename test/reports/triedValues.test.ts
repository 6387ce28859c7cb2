import { expect, test } from 'vitest';
import { optimisationSection } from '../../extension/reports/optimisationSection.ts';
import { triedValues } from '../../extension/reports/triedValues.ts';

const setsOf = (...sets: Record<string, number>[]) =>
  sets.map((params) => ({ params, inSample: { sharpe: 1 }, outOfSample: null }));

test('the values that a search has tried are told of each parameter that it varied, in order', () => {
  const trials = setsOf(
    { fast: 10, slow: 30, stop: 0.05 },
    { fast: 5, slow: 30, stop: 0.05 },
    { fast: 10, slow: 20, stop: 0.05 },
  );
  expect(triedValues(trials)).toBe('fast 5, 10; slow 20, 30');
  const page = optimisationSection({ metric: 'sharpe', trials, chosen: 0, luck: null });
  expect(page.text).toContain('Values tried: fast 5, 10; slow 20, 30.');
});

test('of many values the first and the last ones are told, and of a single set none', () => {
  const many = setsOf(...Array.from({ length: 40 }, (_, index) => ({ fast: 40 - index })));
  expect(triedValues(many)).toBe('fast 1, 2, 3, 4, 5, …, 36, 37, 38, 39, 40');
  const [only] = many;
  expect(triedValues(only === undefined ? [] : [only])).toBe('');
});

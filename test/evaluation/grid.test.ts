import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import type { ParameterDefinitions } from '../../extension/contracts/strategy.ts';
import { chooseBest, gridSearch } from '../../extension/evaluation/grid.ts';

const definitions: ParameterDefinitions = {
  fast: { type: 'integer', default: 10, min: 2, max: 100 },
  slow: { type: 'integer', default: 30, min: 5, max: 400 },
  stop: { type: 'number', default: 5, min: 0.5, max: 50 },
};
const parameterFault = expect.toSatisfy((error: unknown) => LabError.is(error, 'strategy.parameter'));

describe('grid search', () => {
  it('asks for the base set first, then the product in a stable order', () => {
    expect(gridSearch({ slow: [20, 30, 40], fast: [5, 10] }, { stop: 3 }, definitions)).toEqual([
      { fast: 10, slow: 30, stop: 3 },
      { fast: 10, slow: 20, stop: 3 },
      { fast: 10, slow: 40, stop: 3 },
      { fast: 5, slow: 30, stop: 3 },
      { fast: 5, slow: 20, stop: 3 },
      { fast: 5, slow: 40, stop: 3 },
    ]);
  });

  it('asks for the defaults where nothing is searched', () => {
    expect(gridSearch({}, {}, definitions)).toEqual([{ fast: 10, slow: 30, stop: 5 }]);
  });

  it('never asks twice for a set, nor for one out of bounds', () => {
    const value = fc.oneof(fc.integer({ min: -5, max: 500 }), fc.double());
    const values = fc.array(value, { maxLength: 12 });
    fc.assert(
      fc.property(fc.record({ fast: values, slow: values, stop: values }), (grid) => {
        const sets = gridSearch(grid, {}, definitions);
        expect(new Set(sets.map((set) => JSON.stringify(set))).size).toBe(sets.length);
        for (const set of sets) {
          for (const [name, { type, min, max }] of Object.entries(definitions)) {
            expect(set[name]).toBeGreaterThanOrEqual(min);
            expect(set[name]).toBeLessThanOrEqual(max);
            if (type === 'integer') expect(Number.isInteger(set[name])).toBe(true);
          }
        }
      }),
    );
  });

  it.each([
    ['an undeclared parameter in the grid', { other: [1] }, {}],
    ['an undeclared parameter in the base', {}, { other: 1 }],
    ['a base value out of bounds', {}, { fast: 1 }],
    ['a fraction of an integer parameter', {}, { fast: 10.5 }],
  ])('refuses %s', (_, grid, base) => {
    expect(() => gridSearch(grid, base, definitions)).toThrow(parameterFault);
  });

  it('refuses more than 10,000 sets', () => {
    const many = Array.from({ length: 99 }, (_, i) => i + 2);
    expect(() => gridSearch({ fast: many, slow: many, stop: [1, 2] }, {}, definitions)).toThrow(
      parameterFault,
    );
  });
});

const trial = (
  sharpe: number | null,
  trades = 50,
): { params: { x: number }; metrics: Record<string, number | null> } => ({
  params: { x: 1 },
  metrics: { sharpe, trades },
});

describe('choice among trials', () => {
  it('takes the highest metric and ranks the rest', () => {
    const choice = chooseBest([trial(1), trial(3), trial(-1), trial(2)], 'sharpe');
    expect(choice).toMatchObject({ index: 1, ranking: [1, 3, 0, 2], keptBase: false });
    expect(choice.reasons.length).toBeGreaterThan(0);
  });

  it('gives a tie to the set that was asked first', () => {
    expect(chooseBest([trial(1), trial(2), trial(2)], 'sharpe').index).toBe(1);
  });

  it('ranks sets without the metric or with too few trades last', () => {
    const choice = chooseBest([trial(null), trial(9, 9), trial(-5), trial(-6)], 'sharpe');
    expect(choice.ranking).toEqual([2, 3, 0, 1]);
    expect(chooseBest([trial(0), trial(9, 9)], 'sharpe', 9).index).toBe(1);
  });

  it('keeps the first set, and says so, where none can be judged', () => {
    const choice = chooseBest([trial(null), trial(5, 3)], 'sharpe');
    expect(choice).toMatchObject({ index: 0, keptBase: true });
    expect(choice.reasons).toHaveLength(1);
  });

  it('refuses to choose from nothing', () => {
    expect(() => chooseBest([], 'sharpe')).toThrow(
      expect.toSatisfy((error: unknown) => LabError.is(error, 'usage')),
    );
  });
});

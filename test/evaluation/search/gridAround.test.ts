import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ParameterDefinitions } from '../../../extension/contracts/strategy.ts';
import { gridAround } from '../../../extension/evaluation/search/gridAround.ts';

const definition = fc
  .tuple(fc.constantFrom('integer', 'number'), fc.integer({ min: -50, max: 50 }), fc.nat(100), fc.nat(100))
  .map(([type, min, below, above]) => ({
    type: type as 'integer' | 'number',
    min,
    default: min + below,
    max: min + below + above,
  }));
const definitions = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), definition, {
  maxKeys: 6,
  noNullPrototype: true,
});

test('a grid never exceeds its budget, holds every default, and keeps to the declared bounds and types', () => {
  fc.assert(
    fc.property(definitions, fc.integer({ min: 1, max: 100 }), (declared: ParameterDefinitions, budget) => {
      const grid = gridAround(declared, budget);
      expect(Object.values(grid).reduce((product, values) => product * values.length, 1)).toBeLessThanOrEqual(
        budget,
      );
      for (const [name, { min, max, type, default: own }] of Object.entries(declared)) {
        const values = grid[name] ?? [];
        expect(values).toContain(own);
        expect(new Set(values).size).toBe(values.length);
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(max);
          if (type === 'integer') expect(Number.isInteger(value)).toBe(true);
        }
      }
    }),
  );
});

test('two free parameters share a budget of 36 evenly', () => {
  const free = { type: 'integer', default: 20, min: 1, max: 400 } as const;
  const grid = gridAround({ fast: free, slow: free }, 36);
  expect(grid['fast']).toHaveLength(6);
  expect(grid['slow']).toHaveLength(6);
});

test('every whole number of a short range is tried, wherever the default lies in it', () => {
  for (const own of [1, 2, 3, 4, 5]) {
    const grid = gridAround({ fast: { type: 'integer', default: own, min: 1, max: 5 } }, 36);
    expect(grid['fast']).toEqual([1, 2, 3, 4, 5]);
  }
  const stepped = { type: 'number', default: 0.1, min: 0.1, max: 0.3, step: 0.05 } as const;
  expect(gridAround({ stop: stepped }, 36)['stop']).toEqual([0.1, 0.15, 0.2, 0.25, 0.3]);
});

test('of a short range that the budget cannot hold, the values nearest to the default are tried', () => {
  const short = { type: 'integer', default: 4, min: 1, max: 20 } as const;
  expect(gridAround({ fast: short }, 36)['fast']).toHaveLength(20);
  const both = gridAround({ fast: short, slow: short }, 36);
  expect(both['fast']).toEqual([2, 3, 4, 5, 6, 8]);
  expect(both['slow']).toEqual([2, 3, 4, 5, 6, 8]);
  const long = { type: 'integer', default: 4, min: 1, max: 21 } as const;
  expect(gridAround({ fast: long }, 36)['fast']).toEqual([1, 2, 3, 4, 5, 6, 8]);
});

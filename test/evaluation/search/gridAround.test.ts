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

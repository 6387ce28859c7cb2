import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SearchedParameter } from '../../../extension/contracts/search.ts';
import { axisOf } from '../../../extension/evaluation/search/axis.ts';
import { integers, range } from './support.ts';

const axes: Record<string, [ReturnType<typeof range> | ReturnType<typeof integers>, SearchedParameter]> = {
  integers: [integers(2, 9), {}],
  'even integers': [integers(2, 10), { step: 2 }],
  steps: [range(0.1, 0.7), { step: 0.1 }],
  'listed values': [range(0, 200), { values: [100, 10, 20, 50] }],
};

test.each(Object.entries(axes))(
  '%s have equal shares, and are found again where they lie',
  (_, [declared, searched]) => {
    const axis = axisOf('x', declared, searched);
    const values = Array.from({ length: axis.count }, (__, index) => axis.valueAt(index));
    for (const [index, value] of values.entries()) {
      for (const part of [0, 0.5, 0.999]) expect(axis.decode((index + part) / axis.count)).toBe(value);
      expect(axis.encode(value)).toBeCloseTo(index / (axis.count - 1), 12);
      expect(axis.decode(axis.encode(value))).toBe(value);
    }
    expect(axis.decode(1)).toBe(values.at(-1));
  },
);

test('the values of an axis are those that can be read from its definition', () => {
  const all = Object.values(axes).map(([declared, searched]) => {
    const axis = axisOf('x', declared, searched);
    return Array.from({ length: axis.count }, (_, index) => axis.valueAt(index));
  });
  expect(all).toEqual([
    [2, 3, 4, 5, 6, 7, 8, 9],
    [2, 4, 6, 8, 10],
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
    [10, 20, 50, 100],
  ]);
});

test('a value between listed ones lies between them', () => {
  const axis = axisOf('x', range(0, 200), { values: [10, 20, 50, 100] });
  expect(axis.encode(35)).toBeCloseTo(0.5, 12);
  expect([axis.encode(0), axis.encode(200)]).toEqual([0, 1]);
});

test('a range without steps keeps to its bounds, however they are written', () => {
  const bound = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(bound, bound, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, unit) => {
      fc.pre(a !== b);
      const [min, max] = [Math.min(a, b), Math.max(a, b)];
      const axis = axisOf('x', range(min, max), {});
      const value = axis.decode(unit);
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
      expect(axis.encode(min)).toBe(0);
      expect(axis.encode(max)).toBe(1);
    }),
  );
});

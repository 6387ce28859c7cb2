import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference, firstDifferentValue } from '../../extension/pipelines/replay/differences.ts';

describe('the first difference of two results', () => {
  test('is none exactly where they hold the same values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [first, second] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))];
        expect(firstDifference(first, structuredClone(first))).toBeNull();
        const isSame = firstDifference(first, second) === null;
        expect(isSame).toBe(JSON.stringify(sorted(first)) === JSON.stringify(sorted(second)));
      }),
    );
  });

  test('names its path and both values', () => {
    const recorded = { manifest: { fee: 0.1 }, trades: [{ profit: 1 }, { profit: 2 }], end: 1 };
    const now = { manifest: { fee: 0.1 }, trades: [{ profit: 1 }, { profit: 3 }], end: 2 };
    expect(firstDifference(recorded, now)).toEqual({ path: 'trades[1].profit', recorded: '2', now: '3' });
  });

  test('is also a value that is there on one side alone', () => {
    expect(firstDifference([1], [1, 2])).toEqual({ path: '[1]', recorded: 'absent', now: '2' });
    expect(firstDifference({ a: { b: null } }, { a: {} })).toEqual({
      path: 'a.b',
      recorded: 'null',
      now: 'absent',
    });
    expect(firstDifference({}, { a: [] })).toEqual({ path: 'a', recorded: 'absent', now: '[]' });
  });

  test('passes over what it is told to', () => {
    const without = new Set(['engine.version']);
    expect(firstDifference({ engine: { version: 1 } }, { engine: { version: 2 } }, without)).toBeNull();
    expect(
      firstDifference({ engine: { version: 1, x: 1 } }, { engine: { version: 2, x: 2 } }, without)?.path,
    ).toBe('engine.x');
  });

  test('shows long values by their beginning', () => {
    const found = firstDifference({ text: 'a'.repeat(5000) }, { text: 'b' });
    expect(found?.recorded.length).toBeLessThan(300);
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
  // An object without fields is no empty list.
  return { fields };
}

test('the first bar at which two columns differ is found to the last bit, and at the end of the shorter one', () => {
  const column = Float64Array.of(1, 0.1 + 0.2, 3);
  expect(firstDifferentValue(column, Float64Array.from(column))).toBeNull();
  expect(firstDifferentValue(column, Float64Array.of(1, 0.3, 3))).toBe(1);
  expect(firstDifferentValue(column, column.subarray(0, 2))).toBe(2);
  expect(firstDifferentValue(Float64Array.of(0), Float64Array.of(-0))).toBe(0);
});

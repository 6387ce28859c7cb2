import fc from 'fast-check';
import { expect, test } from 'vitest';
import { purgeTrades, reachingSpans } from '../../../extension/evaluation/validation/purge.ts';
import { type BarRange, gathered, joined, without } from '../../../extension/evaluation/validation/ranges.ts';

const bars = 80;
const range = fc
  .tuple(fc.integer({ min: 0, max: bars - 1 }), fc.integer({ min: 1, max: 15 }))
  .map(([from, length]) => ({ from, to: Math.min(bars, from + length) }));
const isIn = (bar: number, ranges: readonly BarRange[]): boolean =>
  ranges.some(({ from, to }) => bar >= from && bar < to);
const isOrdered = (ranges: readonly BarRange[]): boolean =>
  ranges.every(({ from, to }, index) => from < to && from >= (ranges[index - 1]?.to ?? 0));

test('a train bar behind a test stays when no trade that was open in it holds it, and no embargo behind the last', () => {
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 12 }),
      range,
      fc.integer({ min: 0, max: 6 }),
      (spans, tested, embargo) => {
        const train = without([{ from: 0, to: bars }], tested);
        const kept = purgeTrades(train, [tested], spans, embargo);
        // Bar by bar: the test, behind it the bars of each trade with a bar in it, then the embargo.
        const taken = new Set<number>();
        for (let bar = tested.from; bar < tested.to; bar++) taken.add(bar);
        let last = tested.to - 1;
        for (const span of spans) {
          const held = Array.from({ length: span.to - span.from }, (_, index) => span.from + index);
          if (!held.some((bar) => isIn(bar, [tested]))) continue;
          for (const bar of held) if (bar >= tested.from) taken.add(bar);
          last = Math.max(last, span.to - 1);
        }
        for (let bar = last + 1; bar <= last + embargo; bar++) taken.add(bar);
        for (let bar = 0; bar < bars; bar++) expect(isIn(bar, kept), `bar ${bar}`).toBe(!taken.has(bar));
        expect(isOrdered(kept)).toBe(true);
      },
    ),
  );
});

test('the spans that are kept of many purge what all of them do, and are no more than bars', () => {
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 12 }),
      range,
      fc.integer({ min: 0, max: 6 }),
      (spans, tested, embargo) => {
        const train = without([{ from: 0, to: bars }], tested);
        const kept = reachingSpans(spans);
        expect(new Set(kept.map(({ to }) => to)).size).toBe(kept.length);
        expect(purgeTrades(train, [tested], kept, embargo)).toEqual(
          purgeTrades(train, [tested], spans, embargo),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('a trade that a test range leaves open is cut behind it, and before it an open loss stays in sight', () => {
  const train = [
    { from: 0, to: 40 },
    { from: 60, to: 100 },
  ];
  const spans = [
    { from: 10, to: 20 },
    { from: 35, to: 42 },
    { from: 55, to: 63 },
    { from: 70, to: 90 },
  ];
  expect(purgeTrades(train, [{ from: 40, to: 60 }], spans, 2)).toEqual([
    { from: 0, to: 40 },
    { from: 65, to: 100 },
  ]);
});

test('what is joined and what is cut out hold the bars that they should', () => {
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), range, (ranges, cut) => {
      const all = joined(ranges.toSorted((a, b) => a.from - b.from));
      expect(isOrdered(all)).toBe(true);
      const rest = without(all, cut);
      for (let bar = 0; bar < bars; bar++) {
        expect(isIn(bar, all)).toBe(isIn(bar, ranges));
        expect(isIn(bar, rest)).toBe(isIn(bar, ranges) && !isIn(bar, [cut]));
      }
    }),
  );
});

test('values are gathered from ranges in their order', () => {
  const column = Float64Array.from({ length: 10 }, (_, row) => row);
  const ranges = [
    { from: 1, to: 3 },
    { from: 7, to: 10 },
  ];
  expect([...gathered(column, ranges)]).toEqual([1, 2, 7, 8, 9]);
});

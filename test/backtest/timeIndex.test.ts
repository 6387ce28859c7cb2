import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayEnds, dayMilliseconds, firstAtOrAfter } from '../../extension/backtest/timeIndex.ts';
import { startTime } from './support/market.ts';

/** Rising times with gaps, of which some stand much closer than an hour. */
const steps = fc.oneof(
  { weight: 30, arbitrary: fc.integer({ min: 1, max: 3_000_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 400_000_000 }) },
);
const times = fc.array(steps, { minLength: 1, maxLength: 400, size: 'max' }).map((all) => {
  let time = startTime;
  return Float64Array.from(all, (step) => (time += step));
});

test('a search finds the first row that is not before a time, within its bounds', () => {
  fc.assert(
    fc.property(times, fc.nat(400), fc.nat(400), fc.nat(399), (time, a, b, at) => {
      const [from, to] = [Math.min(a, b, time.length), Math.min(Math.max(a, b), time.length)];
      const wanted = (time[at % time.length] as number) + (at % 3) - 1;
      const expected = time.findIndex((value, row) => row >= from && row < to && value >= wanted);
      expect(firstAtOrAfter(time, wanted, from, to)).toBe(expected < 0 ? to : expected);
    }),
  );
});

test('a day ends with its last bar, however many it has, and at the end of the part', () => {
  fc.assert(
    fc.property(times, fc.nat(400), fc.nat(400), (time, a, b) => {
      const [from, to] = [Math.min(a, b, time.length), Math.min(Math.max(a, b), time.length)];
      const dayOf = (row: number) => Math.floor((time[row] as number) / dayMilliseconds);
      const rows = Array.from({ length: to - from }, (_, index) => from + index);
      const ends = rows.filter((row) => row === to - 1 || dayOf(row) !== dayOf(row + 1));
      expect([...dayEnds(time, '1h', from, to)]).toEqual(ends);
      expect([...dayEnds(time, '1m', from, to)]).toEqual(ends);
      expect([...dayEnds(time, '1d', from, to)]).toEqual(ends);
    }),
    { numRuns: 300 },
  );
});

test('bars of several markets that open hours apart are one day, and longer ones one row, each bar of one market its own', () => {
  const hours = (...values: number[]) => Float64Array.from(values, (value) => value * 3_600_000);
  expect([...dayEnds(hours(0, 14.5, 24, 48, 62.5), '1d', 0, 5)]).toEqual([1, 2, 4]);
  expect([...dayEnds(hours(0, 14.5, 72, 86.5, 144), '3d', 0, 5)]).toEqual([1, 3, 4]);
  // A market whose days begin at its local midnight, an hour earlier in summer.
  expect([...dayEnds(hours(23, 47, 70, 94), '1d', 0, 4)]).toEqual([0, 1, 2, 3]);
  expect([...dayEnds(hours(0, 167, 335), '1w', 0, 3)]).toEqual([0, 1, 2]);
});

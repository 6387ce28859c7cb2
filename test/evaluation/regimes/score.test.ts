import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketRegimes } from '../../../extension/contracts/regimes.ts';
import { poolScores, scoreRegimes } from '../../../extension/evaluation/regimes/score.ts';

const label = fc.integer({ min: 0, max: marketRegimes.length - 1 });
const pairs = fc.array(fc.tuple(label, label), { maxLength: 200 });
const columnsOf = (rows: readonly (readonly [number, number])[]) =>
  [Uint8Array.from(rows, ([found]) => found), Uint8Array.from(rows, ([, truth]) => truth)] as const;

describe('a score', () => {
  it('counts right bars, and the settled ones apart', () => {
    const truth = Uint8Array.from([1, 1, 1, 1, 3, 3, 3, 3]);
    const labels = Uint8Array.from([0, 1, 1, 1, 1, 3, 3, 2]);
    const score = scoreRegimes(labels, truth, 2);
    expect(score).toMatchObject({ bars: 8, right: 5, accuracy: 5 / 8 });
    // Bars 2, 3, 6 and 7 lie two or more behind the beginning or the switch at bar 4.
    expect(score).toMatchObject({ settledBars: 4, settledRight: 3, settledAccuracy: 3 / 4 });
    expect(score.confusion[1]).toEqual([1, 3, 0, 0, 0, 0]);
    expect(score.confusion[3]).toEqual([0, 1, 1, 2, 0, 0]);
    expect(score.regimes.find(({ regime }) => regime === 'up-trend')).toEqual({
      regime: 'up-trend',
      bars: 4,
      recall: 3 / 4,
      precision: 3 / 4,
    });
  });

  it('is the same as a slow count, bar by bar', () => {
    fc.assert(
      fc.property(pairs, fc.integer({ min: 0, max: 12 }), (rows, settle) => {
        const [labels, truth] = columnsOf(rows);
        const known = rows.filter(([, regime]) => regime !== 0);
        const isSettled = (bar: number): boolean => {
          for (let back = 0; back < settle; back++) {
            if (bar - back === 0 || truth[bar - back] !== truth[bar - back - 1]) return false;
          }
          return true;
        };
        const settled = rows.filter(([, regime], bar) => regime !== 0 && isSettled(bar));
        const share = (part: readonly (readonly [number, number])[]): number | null =>
          part.length === 0 ? null : part.filter(([found, regime]) => found === regime).length / part.length;
        const score = scoreRegimes(labels, truth, settle);
        expect(score.accuracy).toBe(share(known));
        expect(score.settledAccuracy).toBe(share(settled));
        expect(score.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(known.length);
      }),
    );
  });

  it('counts a label that says unknown as wrong, and leaves out a truth that is unknown', () => {
    expect(scoreRegimes(Uint8Array.from([0, 4]), Uint8Array.from([4, 0]), 0)).toMatchObject({
      bars: 1,
      accuracy: 0,
    });
  });

  it('has no accuracy without bars', () => {
    const score = scoreRegimes(new Uint8Array(0), new Uint8Array(0));
    expect(score).toMatchObject({ bars: 0, accuracy: null, settledAccuracy: null });
    for (const { recall, precision } of score.regimes) expect([recall, precision]).toEqual([null, null]);
  });

  it('of several paths counts each bar once', () => {
    fc.assert(
      fc.property(pairs, pairs, (first, second) => {
        const scores = [first, second].map((rows) => scoreRegimes(...columnsOf(rows), 3));
        const pooled = poolScores(scores);
        for (const field of ['bars', 'right', 'settledBars', 'settledRight'] as const) {
          expect(pooled[field]).toBe((scores[0]?.[field] ?? 0) + (scores[1]?.[field] ?? 0));
        }
        expect(poolScores(scores.slice(0, 1))).toEqual(scores[0]);
      }),
    );
  });

  it('refuses labels of other bars', () => {
    expect(() => scoreRegimes(new Uint8Array(2), new Uint8Array(3))).toThrow(
      expect.objectContaining({ reason: 'usage' }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewChunks, fewMixedChunks, mixedChunks, steadyChunks } from '../../sandbox/chunkPlan.ts';

describe('chunks', () => {
  it('cover every bar once, and the check has other borders than the run', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.nat(),
        fc.integer({ min: 1, max: 4096 }),
        (bars, seed, sets) => {
          const sum = (chunks: readonly number[]) => chunks.reduce((total, size) => total + size, 0);
          const mixed = mixedChunks(bars, seed);
          const steady = steadyChunks(bars, sets);
          expect(sum(mixed)).toBe(bars);
          expect(sum(steady)).toBe(bars);
          expect(Math.max(...mixed)).toBeLessThanOrEqual(1024);
          expect(Math.max(...steady)).toBeLessThanOrEqual(4096);
          if (bars >= 16) expect(mixed.length).toBeGreaterThan(4);
        },
      ),
    );
  });

  it('of a strategy that computes all bars for each of them are at most 64, with other borders in the check', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.nat(), (bars, seed) => {
        const sum = (chunks: readonly number[]) => chunks.reduce((total, size) => total + size, 0);
        const [few, mixed] = [fewChunks(bars), fewMixedChunks(bars, seed)];
        expect(sum(few)).toBe(bars);
        expect(sum(mixed)).toBe(bars);
        expect(few.length).toBeLessThanOrEqual(64);
        expect(mixed.length).toBeLessThanOrEqual(64);
        if (bars >= 10_000)
          expect(bordersOf(mixed).filter((bar) => !bordersOf(few).includes(bar))).not.toEqual([]);
      }),
    );
  });

  it('are the same for the same seed and others for another', () => {
    expect(mixedChunks(50_000, 5)).toEqual(mixedChunks(50_000, 5));
    expect(mixedChunks(50_000, 5)).not.toEqual(mixedChunks(50_000, 6));
  });
});

/** First bars of the chunks behind the first. */
function bordersOf(chunks: readonly number[]): number[] {
  let bar = 0;
  return chunks.slice(0, -1).map((size) => {
    bar += size;
    return bar;
  });
}

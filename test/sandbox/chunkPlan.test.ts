import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixedChunks, steadyChunks } from '../../sandbox/chunkPlan.ts';

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

  it('are the same for the same seed and others for another', () => {
    expect(mixedChunks(50_000, 5)).toEqual(mixedChunks(50_000, 5));
    expect(mixedChunks(50_000, 5)).not.toEqual(mixedChunks(50_000, 6));
  });
});

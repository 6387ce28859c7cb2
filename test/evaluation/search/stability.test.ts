import { describe, expect, it } from 'vitest';
import { stabilityOf } from '../../../extension/evaluation/search/stability.ts';
import type { SurfacePoint } from '../../../extension/evaluation/search/surface.ts';

/** A grid of two parameters that move and one that does not. */
function gridOf(value: (fast: number, slow: number) => number | null): SurfacePoint[] {
  return [5, 10, 15].flatMap((fast) =>
    [30, 40, 50, 60].map((slow) => {
      const inSample = value(fast, slow);
      return { params: { fast, slow, stop: 5 }, value: { inSample, outOfSample: inSample && inSample / 2 } };
    }),
  );
}
const chosen = { fast: 10, slow: 40, stop: 5 };

describe('the stability of a choice', () => {
  it('is a plateau where the neighbours keep the value, a spike where they lose it, else a slope', () => {
    const shapeWith = (around: number) =>
      stabilityOf(
        gridOf((fast, slow) => (fast === 10 && slow === 40 ? 1 : around)),
        chosen,
      )?.shape;
    expect([0.9, 0.81, 0.79, 0.51, 0.49, -1].map(shapeWith)).toEqual([
      'plateau',
      'plateau',
      'slope',
      'slope',
      'spike',
      'spike',
    ]);
  });

  it('shows the two parameters with the most values, and both sides of each cell', () => {
    const stability = stabilityOf(
      gridOf((fast, slow) => fast + slow / 100),
      chosen,
    );
    expect(stability?.x).toEqual({ name: 'slow', values: [30, 40, 50, 60] });
    expect(stability?.y).toEqual({ name: 'fast', values: [5, 10, 15] });
    expect(stability?.chosen).toEqual({ x: 1, y: 1 });
    expect(stability?.neighbours).toBe(8);
    expect(stability?.cells.inSample[2]?.[0]).toBeCloseTo(15.3, 12);
    expect(stability?.cells.outOfSample[2]?.[0]).toBeCloseTo(7.65, 12);
  });

  it('is not known without neighbours, and has no shape where the own value is not above 0', () => {
    const lone = [{ params: { fast: 3 }, value: { inSample: 1, outOfSample: 1 } }];
    expect(stabilityOf(lone, { fast: 3 })).toBeNull();
    expect(
      stabilityOf(
        gridOf(() => -1),
        chosen,
      )?.shape,
    ).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { robustnessOf } from '../../../extension/evaluation/search/robustness.ts';
import { parameterSurface, type SurfacePoint } from '../../../extension/evaluation/search/surface.ts';

const grid = (value: (x: number, y: number, z: number) => number | null): SurfacePoint[] =>
  [10, 20, 50, 100].flatMap((x) =>
    [1, 2, 3].flatMap((y) =>
      [0, 1].map((z) => {
        const own = value(x, y, z);
        return { params: { x, y, z }, value: { inSample: own, outOfSample: own === null ? null : -own } };
      }),
    ),
  );

describe('the surface over two parameters', () => {
  const surface = parameterSurface(
    grid((x, y, z) => (x === 50 && y === 3 ? null : x + y + 1000 * z)),
    { x: 20, y: 2, z: 1 },
    ['x', 'y'],
  );

  it('is a slice through the chosen set, a row for each value of the second', () => {
    expect(surface.x).toEqual({ name: 'x', values: [10, 20, 50, 100] });
    expect(surface.y).toEqual({ name: 'y', values: [1, 2, 3] });
    expect(surface.cells.inSample).toEqual([
      [1011, 1021, 1051, 1101],
      [1012, 1022, 1052, 1102],
      [1013, 1023, null, 1103],
    ]);
    expect(surface.cells.outOfSample[0]).toEqual([-1011, -1021, -1051, -1101]);
    expect(surface.chosen).toEqual({ x: 1, y: 1 });
  });

  it('averages the neighbours of a cell that have a value, without the cell itself', () => {
    const { inSample, outOfSample } = surface.neighbours;
    expect(inSample[0]?.[0]).toBeCloseTo((1021 + 1012 + 1022) / 3, 9);
    expect(inSample[1]?.[1]).toBeCloseTo((1011 + 1021 + 1051 + 1012 + 1052 + 1013 + 1023) / 7, 9);
    expect(outOfSample[1]?.[1]).toBeCloseTo(-(inSample[1]?.[1] as number), 9);
  });

  it('is a profile of one row for one parameter', () => {
    const profile = parameterSurface(
      grid((x) => x),
      { x: 20, y: 2, z: 1 },
      ['x'],
    );
    expect(profile).toMatchObject({ y: null, chosen: { x: 1, y: 0 } });
    expect(profile.cells.inSample).toEqual([[10, 20, 50, 100]]);
    expect(profile.neighbours.inSample).toEqual([[20, 30, 60, 50]]);
  });
});

describe('plateaus', () => {
  const values = [
    [9, 1, 0, 9],
    [9, 0, 0, 9],
    [9, 8, 0, 10],
  ];
  const points = grid((x, y) => values[y - 1]?.[[10, 20, 50, 100].indexOf(x)] ?? null);
  const { plateaus } = parameterSurface(points, { x: 10, y: 2, z: 0 }, ['x', 'y']);

  it('are connected cells within a fifth of the best, the widest first', () => {
    expect(plateaus.map(({ cells }) => cells.length)).toEqual([4, 3]);
    expect(plateaus.map(({ holdsChosen }) => holdsChosen)).toEqual([true, false]);
    expect(plateaus[0]?.share).toBe(4 / 12);
    expect(plateaus[0]?.mean).toEqual({ inSample: 35 / 4, outOfSample: -35 / 4 });
  });

  it('are none where nothing is above 0', () => {
    expect(
      parameterSurface(
        grid(() => -1),
        { x: 10, y: 2, z: 0 },
        ['x', 'y'],
      ).plateaus,
    ).toEqual([]);
    expect(parameterSurface([], { x: 10 }, ['x']).plateaus).toEqual([]);
  });
});

describe('robustness', () => {
  it('compares a set with all that differ by one step in any parameters', () => {
    const lone = robustnessOf(
      grid((x, y, z) => (x === 20 && y === 2 && z === 0 ? 10 : -1)),
      { x: 20, y: 2, z: 0 },
    );
    expect(lone.neighbours).toBe(3 * 3 * 2 - 1);
    expect(lone.kept).toEqual({ inSample: -0.1, outOfSample: null });
    expect(lone.positive).toEqual({ inSample: 0, outOfSample: 1 });
    const flat = robustnessOf(
      grid(() => 2),
      { x: 10, y: 1, z: 0 },
    );
    expect(flat).toMatchObject({ neighbours: 7, kept: { inSample: 1 }, positive: { inSample: 1 } });
  });

  it('is not available without neighbours or without the set', () => {
    const none = { inSample: null, outOfSample: null };
    const alone = [{ params: { x: 1 }, value: { inSample: 1, outOfSample: 1 } }];
    expect(robustnessOf(alone, { x: 1 })).toEqual({ neighbours: 0, kept: none, positive: none });
    expect(robustnessOf(alone, { x: 2 })).toEqual({ neighbours: 0, kept: none, positive: none });
  });
});

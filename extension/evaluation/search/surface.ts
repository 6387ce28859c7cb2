import type { ParameterValues } from '../../contracts/strategy.ts';
import type { Twin } from '../twin.ts';

/** A parameter set with a metric of which more is better. */
export interface SurfacePoint {
  readonly params: ParameterValues;
  readonly value: Twin<number | null>;
}

/** Cells by row (second parameter, or the one row of a profile) and column (first parameter). */
export type Cells = readonly (readonly (number | null)[])[];

/** Neighbouring cells that are nearly as good as the best one. */
export interface Plateau {
  readonly cells: readonly { readonly x: number; readonly y: number }[];
  /** Part of all cells with a value. */
  readonly share: number;
  /** Mean over its cells. */
  readonly mean: Twin<number | null>;
  readonly holdsChosen: boolean;
}

/** A metric over one or two parameters, the others as in the chosen set: data for a profile or a heat map. */
export interface Surface {
  readonly x: { readonly name: string; readonly values: readonly number[] };
  readonly y: { readonly name: string; readonly values: readonly number[] } | null;
  readonly cells: Twin<Cells>;
  /** Mean of the up to eight cells around each, which a lone peak does not hold up. */
  readonly neighbours: Twin<Cells>;
  readonly chosen: { readonly x: number; readonly y: number };
  /** The widest first. */
  readonly plateaus: readonly Plateau[];
}

/** A cell belongs to a plateau from this part of the best one's value on. */
const plateauLevel = 0.8;

/** Mean of those there are; null of none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** The values that a parameter has among the points, ascending. */
export function valuesOf(points: readonly SurfacePoint[], name: string): number[] {
  return [...new Set(points.map(({ params }) => params[name] as number))].sort((a, b) => a - b);
}

function around(cells: Cells): Cells {
  return cells.map((row, y) =>
    row.map((_, x) =>
      meanOf(
        [-1, 0, 1].flatMap((dy) =>
          [-1, 0, 1].flatMap((dx) => (dx === 0 && dy === 0 ? [] : [cells[y + dy]?.[x + dx] ?? null])),
        ),
      ),
    ),
  );
}

function plateausOf({ inSample, outOfSample }: Twin<Cells>, chosen: { x: number; y: number }): Plateau[] {
  const known = inSample.flat().filter((value) => value !== null);
  const best = Math.max(...known);
  if (!(best > 0)) return [];
  const isHigh = (x: number, y: number): boolean => {
    const value = inSample[y]?.[x] ?? null;
    return value !== null && value >= plateauLevel * best;
  };
  const visited = new Set<string>();
  const plateaus: Plateau[] = [];
  for (const [startY, row] of inSample.entries()) {
    for (const startX of row.keys()) {
      const cells: { x: number; y: number }[] = [];
      const open = [{ x: startX, y: startY }];
      for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
        const { x, y } = cell;
        if (visited.has(`${x} ${y}`) || !isHigh(x, y)) continue;
        visited.add(`${x} ${y}`);
        cells.push(cell);
        open.push({ x: x - 1, y }, { x: x + 1, y }, { x, y: y - 1 }, { x, y: y + 1 });
      }
      if (cells.length === 0) continue;
      plateaus.push({
        cells,
        share: cells.length / known.length,
        mean: {
          inSample: meanOf(cells.map(({ x, y }) => inSample[y]?.[x] ?? null)),
          outOfSample: meanOf(cells.map(({ x, y }) => outOfSample[y]?.[x] ?? null)),
        },
        holdsChosen: cells.some(({ x, y }) => x === chosen.x && y === chosen.y),
      });
    }
  }
  return plateaus.sort((a, b) => b.cells.length - a.cells.length);
}

/**
 * The surface of a metric over one or two parameters, through the chosen set.
 * @param points trials of a search, most useful from a grid; later ones win over earlier ones of a cell
 */
export function parameterSurface(
  points: readonly SurfacePoint[],
  chosen: ParameterValues,
  names: readonly [string] | readonly [string, string],
): Surface {
  const [nameX, nameY] = names;
  const free = new Set<string>(names);
  const slice = points.filter(({ params }) =>
    Object.entries(chosen).every(([name, value]) => free.has(name) || params[name] === value),
  );
  const xs = valuesOf(slice, nameX);
  const ys = nameY === undefined ? null : valuesOf(slice, nameY);
  const keyOf = (x: number | undefined, y: number | undefined): string => `${x} ${y}`;
  const values = new Map(
    slice.map(({ params, value }) => [
      keyOf(params[nameX], nameY === undefined ? undefined : params[nameY]),
      value,
    ]),
  );
  const layer = (side: keyof Twin<unknown>): Cells =>
    (ys ?? [undefined]).map((y) => xs.map((x) => values.get(keyOf(x, y))?.[side] ?? null));
  const cells = { inSample: layer('inSample'), outOfSample: layer('outOfSample') };
  const at = {
    x: xs.indexOf(chosen[nameX] as number),
    y: ys === null || nameY === undefined ? 0 : ys.indexOf(chosen[nameY] as number),
  };
  return {
    x: { name: nameX, values: xs },
    y: ys === null || nameY === undefined ? null : { name: nameY, values: ys },
    cells,
    neighbours: { inSample: around(cells.inSample), outOfSample: around(cells.outOfSample) },
    chosen: at,
    plateaus: plateausOf(cells, at),
  };
}

import type { ParameterValues } from '../../contracts/strategy.ts';
import type { Family, FamilyParameter } from '../families/family.ts';

/** Multiples that a search tries of a value that the idea states: a narrow neighbourhood of it. */
export const statedNeighbourhood = [0.8, 1, 1.2];

function around(value: number, { type, min, max }: FamilyParameter, multiples: readonly number[]): number[] {
  const digits = type === 'integer' ? 1 : 100;
  const values = multiples.map((multiple) =>
    multiple === 1 ? value : Math.round(value * multiple * digits) / digits,
  );
  return [...new Set(values.filter((candidate) => candidate >= min && candidate <= max))].sort(
    (a, b) => a - b,
  );
}

/**
 * The values to search, by parameter: a narrow neighbourhood where the idea states a value, the family's
 * wider one where it does not. The value of `params` itself is always among them, and of two ordered
 * parameters every value of the first stays below every value of the second. At most 27 sets.
 */
export function searchGrid(
  family: Family,
  params: ParameterValues,
  isStated: (name: string) => boolean,
): Record<string, number[]> {
  const grid: Record<string, number[]> = {};
  for (const [name, parameter] of Object.entries(family.parameters)) {
    const value = params[name];
    if (parameter.search === undefined || value === undefined) continue;
    grid[name] = around(value, parameter, isStated(name) ? statedNeighbourhood : parameter.search);
  }
  const [low, high] = family.ordered ?? [];
  if (low !== undefined && high !== undefined) {
    const [lows, highs] = [grid[low] ?? [], grid[high] ?? []];
    const [ownLow = 0, ownHigh = 0] = [params[low], params[high]];
    const below = lows.filter((value) => value < ownHigh);
    grid[low] = below;
    grid[high] = highs.filter((value) => value === ownHigh || value > Math.max(ownLow, ...below));
  }
  return grid;
}

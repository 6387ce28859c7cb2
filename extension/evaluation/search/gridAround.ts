import type { ParameterDefinition, ParameterDefinitions } from '../../contracts/strategy.ts';

/** Multiples of the default that are tried first, nearest first. */
const multiples = [1, 0.5, 1.5, 0.75, 2, 1.25, 0.25];

function rounded(value: number, { type, step, min }: ParameterDefinition): number {
  if (type === 'integer') return Math.round(value);
  if (step !== undefined) return Number((min + Math.round((value - min) / step) * step).toPrecision(12));
  return Number(value.toPrecision(6));
}

/** The default first, then values around it within the bounds, each once. */
function valuesAround(definition: ParameterDefinition): number[] {
  const { min, max } = definition;
  const around = definition.default;
  const span = max - min;
  // Multiples of 0 are 0, and those of what lies below 0 run the wrong way: there, parts of the range.
  const candidates =
    around > 0
      ? multiples.map((multiple) => around * multiple)
      : [0, -0.25, 0.25, -0.125, 0.125, -0.5, 0.5].map((part) => around + part * span);
  const values = candidates.map((value) => rounded(Math.min(max, Math.max(min, value)), definition));
  return [...new Set([around, ...values])].filter((value) => value >= min && value <= max);
}

/**
 * Values to search around the defaults of declared parameters, for a strategy that names no grid of its
 * own: as many a parameter as leaves the product within `budget` sets, in the order of declaration.
 * @param budget most sets of the whole grid, at least 1
 */
export function gridAround(definitions: ParameterDefinitions, budget: number): Record<string, number[]> {
  const grid = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, [definition.default]]),
  );
  const choices = Object.entries(definitions).map(
    ([name, definition]) => [name, valuesAround(definition)] as const,
  );
  const count = () => Object.values(grid).reduce((product, { length }) => product * length, 1);
  // One value more for each in turn: no parameter is searched finely while another is left alone.
  for (let taken = 1; taken < multiples.length; taken++) {
    for (const [name, values] of choices) {
      const value = values[taken];
      const own = grid[name];
      if (value === undefined || own === undefined) continue;
      if ((count() / own.length) * (own.length + 1) <= budget) own.push(value);
    }
  }
  return Object.fromEntries(
    Object.entries(grid).map(([name, values]) => [name, values.toSorted((a, b) => a - b)]),
  );
}

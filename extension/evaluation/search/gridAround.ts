import type { ParameterDefinition, ParameterDefinitions } from '../../contracts/strategy.ts';

/** Multiples of the default that are tried first, nearest first. */
const multiples = [1, 0.5, 1.5, 0.75, 2, 1.25, 0.25];

function rounded(value: number, { type, step, min }: ParameterDefinition): number {
  if (type === 'integer') return Math.round(value);
  if (step !== undefined) return Number((min + Math.round((value - min) / step) * step).toPrecision(12));
  return Number(value.toPrecision(6));
}

/** Where a range has so many whole or stepped values at most, every one of them is worth a look. */
const fewValues = 20;

/** All values of a range with steps, the nearest to the default first; none where there are many, or no steps. */
function everyValue({ type, min, max, step, default: own }: ParameterDefinition): number[] {
  const width = type === 'integer' ? Math.max(1, Math.round(step ?? 1)) : step;
  if (width === undefined) return [];
  const count = Math.floor((max - min) / width + 1e-9) + 1;
  if (count > fewValues) return [];
  const all = Array.from({ length: count }, (_, index) => Number((min + index * width).toPrecision(12)));
  return all.toSorted((a, b) => Math.abs(a - own) - Math.abs(b - own));
}

/** The default first, then values around it within the bounds, then what else there is of few, each once. */
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
  return [...new Set([around, ...values, ...everyValue(definition)])].filter(
    (value) => value >= min && value <= max,
  );
}

/**
 * Values to search around the defaults of declared parameters, for a strategy that names no grid of its
 * own: as many a parameter as leaves the product within `budget` sets, in the order of declaration. Of whole
 * numbers and steps that are few, every one where the budget allows it.
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
  const most = Math.max(...choices.map(([, values]) => values.length), 0);
  for (let taken = 1; taken < most; taken++) {
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

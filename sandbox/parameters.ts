import { LabError } from '../extension/contracts/errors.ts';
import type {
  ParameterDefinitions,
  ParameterValues,
  StrategyDescription,
} from '../extension/contracts/strategy.ts';
import { cleanText } from './failures.ts';

/** Edits that turn one word into another: insertions, deletions, replacements (Levenshtein 1966). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

function closest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const [best] = known
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= Math.max(2, name.length / 3) ? best.candidate : undefined;
}

function unknownParameter(name: string, known: readonly string[]): LabError {
  const suggestion = closest(name, known);
  const list = known.length === 0 ? 'It has no parameters.' : `It has ${known.join(', ')}.`;
  return new LabError('strategy.parameter', `The strategy has no parameter ${JSON.stringify(name)}.`, {
    action: suggestion === undefined ? list : `Did you mean ${suggestion}? ${list}`,
  });
}

/**
 * The full set of values for a strategy's parameters: what is given, and the default of what is not.
 * @throws LabError `strategy.parameter` for an unknown name, a value out of bounds or a broken integer
 */
export function completeParameters(
  definitions: ParameterDefinitions,
  given: ParameterValues,
): ParameterValues {
  const known = Object.keys(definitions);
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(definitions, name)) throw unknownParameter(name, known);
  }
  const complete: ParameterValues = {};
  for (const [name, definition] of Object.entries(definitions)) {
    const value = Object.hasOwn(given, name) ? given[name] : definition.default;
    const isWhole = definition.type === 'number' || Number.isInteger(value);
    if (value === undefined || !isWhole || !(value >= definition.min && value <= definition.max)) {
      const kind = definition.type === 'integer' ? 'a whole number' : 'a number';
      throw new LabError(
        'strategy.parameter',
        `The parameter ${name} must be ${kind} from ${definition.min} to ${definition.max}, was ${value}.`,
        { action: 'Give a value within the bounds, or change the bounds in the strategy.' },
      );
    }
    complete[name] = value;
  }
  return complete;
}

/** What a strategy declares of itself, its texts fit to be shown. */
export function cleanDescription(description: StrategyDescription): StrategyDescription {
  const params = Object.entries(description.params).map(([name, definition]) => {
    if (definition.description === undefined) return [name, definition] as const;
    return [name, { ...definition, description: cleanText(definition.description, 300) }] as const;
  });
  return { name: cleanText(description.name, 120) || 'strategy', params: Object.fromEntries(params) };
}

import { LabError } from '../../contracts/errors.ts';
import type { ParameterConstraint, SearchDefinition } from '../../contracts/search.ts';
import type { ParameterDefinition, ParameterDefinitions, ParameterValues } from '../../contracts/strategy.ts';
import { type Axis, axisOf, isAllowed } from './axis.ts';

/** The sets that a search may ask for. A set is also a point of the unit cube, one coordinate an axis. */
export interface SearchSpace {
  /** What is searched, in the order of declaration; a parameter with one value has no axis. */
  readonly axes: readonly Axis[];
  /** The idea's own values, which are asked first; null where they are not among what is searched. */
  readonly base: ParameterValues | null;
  /** Number of sets before parameter constraints; Infinity where an axis has no steps. */
  readonly size: number;
  decode(point: ArrayLike<number>): ParameterValues;
  encode(params: ParameterValues): Float64Array;
  /** Whether the set keeps every parameter constraint. */
  allows(params: ParameterValues): boolean;
}

/** @param where it is named, as a sentence begins */
function declaredAs(
  name: string,
  definitions: ParameterDefinitions,
  where = 'The search',
): ParameterDefinition {
  const definition = definitions[name];
  if (definition !== undefined) return definition;
  throw new LabError('strategy.parameter', `${where} names "${name}", which the strategy does not declare.`, {
    action: `Use one of: ${Object.keys(definitions).join(', ') || 'none, for it declares no parameter'}.`,
  });
}

function baseSet(base: ParameterValues, definitions: ParameterDefinitions): Record<string, number> {
  for (const [name, value] of Object.entries(base)) {
    const definition = declaredAs(name, definitions);
    if (isAllowed(value, definition)) continue;
    const { type, min, max } = definition;
    throw new LabError(
      'strategy.parameter',
      `"${name}" must be of type ${type} from ${min} to ${max}, was ${value}.`,
      { action: 'Give a value within the declared bounds.' },
    );
  }
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, base[name] ?? definition.default]),
  );
}

const holds: Record<ParameterConstraint['operator'], (left: number, right: number) => boolean> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** One text for equal sets, whatever the order of their names. */
export function setKey(params: ParameterValues): string {
  return Object.keys(params)
    .sort()
    .map((name) => `${name}=${params[name]}`)
    .join(' ');
}

/**
 * The space of a search over declared parameters.
 * @throws LabError `strategy.parameter` for an undeclared name and for a value or bound that is not allowed
 */
export function searchSpace(
  {
    parameters,
    base,
    parameterConstraints,
  }: Pick<SearchDefinition, 'parameters' | 'base' | 'parameterConstraints'>,
  definitions: ParameterDefinitions,
): SearchSpace {
  for (const name of Object.keys(parameters ?? {})) declaredAs(name, definitions);
  for (const { left, operator, right } of parameterConstraints) {
    const relation = `The relation ${left}${operator}${right}`;
    declaredAs(left, definitions, relation);
    if (typeof right === 'string') declaredAs(right, definitions, relation);
  }
  const own = baseSet(base, definitions);
  const all = Object.entries(definitions).flatMap(([name, definition]) => {
    const searched = parameters === null ? {} : parameters[name];
    return searched === undefined ? [] : [axisOf(name, definition, searched)];
  });
  const axes = all.filter(({ count }) => count > 1);
  const fixed = Object.fromEntries(
    all.filter(({ count }) => count === 1).map(({ name, valueAt }) => [name, valueAt(0)]),
  );
  const rest = { ...own, ...fixed };
  const allows = (params: ParameterValues): boolean =>
    parameterConstraints.every(({ left, operator, right }) => {
      const limit = typeof right === 'string' ? params[right] : right;
      return holds[operator](params[left] as number, limit as number);
    });
  const isBaseSearched = all.every(({ name, covers }) => covers(own[name] as number)) && allows(own);
  return {
    axes,
    base: isBaseSearched ? own : null,
    size: axes.reduce((product, { count }) => product * count, 1),
    decode: (point) => ({
      ...rest,
      ...Object.fromEntries(axes.map((axis, index) => [axis.name, axis.decode(point[index] as number)])),
    }),
    encode: (params) => Float64Array.from(axes, ({ name, encode }) => encode(params[name] as number)),
    allows,
  };
}

/** Every allowed set of a space whose size the caller has bounded, the last axis fastest. */
export function everySet(space: SearchSpace): ParameterValues[] {
  const points = space.axes.reduce<ParameterValues[]>(
    (sets, { name, count, valueAt }) =>
      sets.flatMap((set) =>
        Array.from({ length: count }, (_, index) => ({ ...set, [name]: valueAt(index) })),
      ),
    [space.decode(new Float64Array(space.axes.length))],
  );
  return points.filter(space.allows);
}

import { LabError } from '../../contracts/errors.ts';
import type { SearchDefinition, SearchedParameter } from '../../contracts/search.ts';
import type { ParameterDefinition, ParameterDefinitions } from '../../contracts/strategy.ts';
import { narrowed } from './axis.ts';
import { gridAround } from './gridAround.ts';
import { oneRound, type Rounds } from './rounds.ts';
import { everySet, searchSpace, setKey } from './space.ts';

/** Most sets of a whole grid; beyond it a grid is a mistake. */
const mostSets = 10_000;

/** At most `most` of the sets: the first, and others evenly from the whole grid. */
function spread<Set>(sets: readonly Set[], most: number): Set[] {
  if (sets.length <= most) return [...sets];
  const step = most === 1 ? 0 : (sets.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => sets[Math.round(index * step)] as Set);
}

/** The values of a range that was given with a step. */
function steps(name: string, { type, min, max }: ParameterDefinition, step: number): number[] {
  if (type === 'integer' && !Number.isInteger(step)) {
    throw new LabError('strategy.parameter', `"${name}" takes whole numbers, and the step is ${step}.`, {
      action: 'Give a whole step.',
    });
  }
  const count = Math.floor((max - min) / step + 1e-9) + 1;
  if (count > mostSets) {
    throw new LabError('strategy.parameter', `"${name}" has ${count} values, more than ${mostSets}.`, {
      action: 'Give a longer step or a shorter range.',
    });
  }
  return Array.from({ length: count }, (_, index) => Number((min + index * step).toPrecision(12)));
}

/** Values in place of ranges: those of its step where one is given, else around the defaults, as many as fit into the budget beside the listed ones. */
function listed(
  { parameters, base, budget }: SearchDefinition,
  declared: ParameterDefinitions,
): Record<string, SearchedParameter> {
  const ranges: ParameterDefinitions = {};
  const lists: Record<string, SearchedParameter> = {};
  let sets = 1;
  for (const name of Object.keys(parameters ?? declared)) {
    const searched = parameters?.[name] ?? {};
    const definition = declared[name];
    if (definition === undefined || searched.values !== undefined) {
      lists[name] = searched;
      sets *= searched.values?.length ?? 1;
      continue;
    }
    const range = narrowed(name, { ...definition, default: base[name] ?? definition.default }, searched);
    if (searched.step === undefined) ranges[name] = range;
    else {
      const values = steps(name, range, searched.step);
      lists[name] = { values };
      sets *= values.length;
    }
  }
  const around = gridAround(ranges, Math.max(1, Math.floor(budget / sets)));
  return {
    ...lists,
    ...Object.fromEntries(Object.entries(around).map(([name, values]) => [name, { values }])),
  };
}

/**
 * A grid: the product of the listed values, one round. A range is searched step by step where a step is given,
 * else by values around its default.
 * The base set comes first where it is on the grid; the last declared parameter changes fastest. Where
 * the grid has more sets than the budget, those asked lie evenly over it.
 * @throws LabError `strategy.parameter` for more than 10,000 sets
 */
export function gridRounds(definition: SearchDefinition, declared: ParameterDefinitions): Rounds {
  const space = searchSpace({ ...definition, parameters: listed(definition, declared) }, declared);
  if (space.size > mostSets) {
    throw new LabError('strategy.parameter', `The grid has ${space.size} sets, more than ${mostSets}.`, {
      action: 'Search fewer values or fewer parameters.',
    });
  }
  const own = space.base === null ? null : setKey(space.base);
  const others = everySet(space).filter((set) => setKey(set) !== own);
  const all = space.base === null ? others : [space.base, ...others];
  const sets = spread(all, definition.budget);
  return oneRound(sets);
}

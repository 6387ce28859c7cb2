import type { ParameterValues } from '../../contracts/strategy.ts';
import { shuffle } from '../statistics/shuffle.ts';
import { everySet, type SearchSpace, setKey } from './space.ts';

/** A space of at most so many sets is listed where drawing finds no more of them. */
const mostListed = 10_000;
/** Blocks drawn, of at least so many points, before a space is taken to hold no more sets. */
const mostBlocks = 100;
const leastBlock = 64;

/** The numbers below `count` in a random order. */
function shuffled(count: number, random: () => number): Float64Array {
  const numbers = Float64Array.from({ length: count }, (_, number) => number);
  shuffle(numbers, random);
  return numbers;
}

/**
 * A Latin hypercube (McKay, Beckman and Conover 1979): `count` points of the unit cube, of which each
 * coordinate has exactly one in each of `count` equal strata.
 */
export function latinHypercube(count: number, dimensions: number, random: () => number): Float64Array[] {
  const points = Array.from({ length: count }, () => new Float64Array(dimensions));
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const strata = shuffled(count, random);
    for (const [index, point] of points.entries()) {
      point[dimension] = ((strata[index] as number) + random()) / count;
    }
  }
  return points;
}

/**
 * Draws up to `count` allowed sets that `seen` does not hold, none twice; fewer where the space has no
 * more. A Latin hypercube spreads them, since the budget is known: however many parameters there are,
 * each is tried over its whole range, which a low-discrepancy sequence loses in higher dimensions. Where
 * constraints or repeats leave gaps, further blocks fill them.
 */
export function drawSets(
  space: SearchSpace,
  count: number,
  seen: ReadonlySet<string>,
  random: () => number,
): ParameterValues[] {
  const sets: ParameterValues[] = [];
  const taken = new Set(seen);
  const take = (set: ParameterValues): void => {
    const key = setKey(set);
    if (sets.length >= count || taken.has(key) || !space.allows(set)) return;
    taken.add(key);
    sets.push(set);
  };
  const isListed = space.size <= mostListed;
  const blocks = isListed ? 1 : mostBlocks;
  for (let block = 0; block < blocks && sets.length < count; block++) {
    const missing = count - sets.length;
    const points = block === 0 ? missing : Math.max(missing, leastBlock);
    for (const point of latinHypercube(points, space.axes.length, random)) take(space.decode(point));
  }
  if (sets.length < count && isListed) {
    const all = everySet(space);
    for (const index of shuffled(all.length, random)) take(all[index] as ParameterValues);
  }
  return sets;
}

/** The base set, where it is searched, and sets drawn to make it `count`. */
export function firstSets(space: SearchSpace, count: number, random: () => number): ParameterValues[] {
  if (space.base === null) return drawSets(space, count, new Set(), random);
  return [space.base, ...drawSets(space, count - 1, new Set([setKey(space.base)]), random)];
}

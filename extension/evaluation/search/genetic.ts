import { seededRandom } from '../../backtest/random.ts';
import type { SearchDefinition } from '../../contracts/search.ts';
import type { ParameterDefinitions, ParameterValues } from '../../contracts/strategy.ts';
import { drawSets, firstSets } from './draw.ts';
import { rankTrials } from './ranking.ts';
import { type Rounds, roundSeed } from './rounds.ts';
import { type SearchSpace, searchSpace, setKey } from './space.ts';

type GeneticDefinition = Extract<SearchDefinition, { kind: 'genetic' }>;

// The constants of Deb, Pratap, Agarwal and Meyarivan (2002), section V, with the distribution index of
// the crossover lowered from 20 to 15, as is usual for few evaluations: children go further from parents.
const crossoverProbability = 0.9;
const crossoverIndex = 15;
const mutationIndex = 20;

/** Pairings that may fail, each for a repeat or a constraint, before a set is drawn instead. */
const mostAttempts = 20;

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** Simulated binary crossover (Deb and Agrawal 1995): one child of two points of the unit cube. */
function crossed(mother: Float64Array, father: Float64Array, random: () => number): Float64Array {
  if (random() > crossoverProbability) return mother.slice();
  return mother.map((gene, index) => {
    const other = father[index] as number;
    const u = random();
    if (random() < 0.5) return gene;
    const spread =
      u <= 0.5 ? (2 * u) ** (1 / (crossoverIndex + 1)) : (1 / (2 * (1 - u))) ** (1 / (crossoverIndex + 1));
    // The mirrored child is as likely: which of the pair is kept is chance.
    const sign = random() < 0.5 ? 1 : -1;
    return clamp(0.5 * (gene + other + sign * spread * (gene - other)));
  });
}

/** Polynomial mutation (Deb 2001): of each gene with a chance of one in the number of genes. */
function mutated(point: Float64Array, random: () => number): Float64Array {
  return point.map((gene) => {
    if (random() >= 1 / point.length) return gene;
    const u = random();
    const shift =
      u < 0.5 ? (2 * u) ** (1 / (mutationIndex + 1)) - 1 : 1 - (2 * (1 - u)) ** (1 / (mutationIndex + 1));
    return clamp(gene + shift);
  });
}

/** Children of `parents`, which stand best first; none is in `seen` or comes twice. */
function children(
  space: SearchSpace,
  parents: readonly Float64Array[],
  count: number,
  seen: ReadonlySet<string>,
  random: () => number,
): ParameterValues[] {
  const taken = new Set(seen);
  const sets: ParameterValues[] = [];
  // Binary tournament: of two drawn parents the better one, which has the lower index.
  const parent = (): Float64Array => {
    const [first, second] = [random(), random()].map((u) => Math.floor(u * parents.length));
    return parents[Math.min(first as number, second as number)] as Float64Array;
  };
  for (let attempt = 0; sets.length < count && attempt < count * mostAttempts; attempt++) {
    const set = space.decode(mutated(crossed(parent(), parent(), random), random));
    const key = setKey(set);
    if (taken.has(key) || !space.allows(set)) continue;
    taken.add(key);
    sets.push(set);
  }
  return [...sets, ...drawSets(space, count - sets.length, taken, random)];
}

/**
 * A genetic search: tournament selection, simulated binary crossover, polynomial mutation, and the
 * crowded ranking of NSGA-II where there are several objectives. Elitist: the parents of a generation are
 * the best of all trials so far, whichever generation they come from.
 */
export function geneticRounds(definition: GeneticDefinition, declared: ParameterDefinitions): Rounds {
  const { budget, population, seed } = definition;
  const space = searchSpace(definition, declared);
  const first = firstSets(space, Math.min(budget, population), seededRandom(seed));
  return {
    next(trials) {
      if (trials.length === 0) return first.map((params) => ({ params, fraction: 1 }));
      const count = Math.min(population, budget - trials.length);
      if (count <= 0) return [];
      const parents = rankTrials(trials, definition)
        .slice(0, population)
        .map(({ trial }) => space.encode(trial.params));
      const seen = new Set(trials.map(({ params }) => setKey(params)));
      const random = seededRandom(roundSeed(seed, trials.length));
      return children(space, parents, count, seen, random).map((params) => ({ params, fraction: 1 }));
    },
    work: Math.min(budget, space.size),
  };
}

import { seededRandom } from '../../backtest/random.ts';
import type { SearchDefinition } from '../../contracts/search.ts';
import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import { firstSets } from './draw.ts';
import { rankTrials } from './ranking.ts';
import type { Rounds } from './rounds.ts';
import { searchSpace } from './space.ts';

type HalvingDefinition = Extract<SearchDefinition, { kind: 'halving' }>;

/** Sets and part of the bars of each rung, the widest first. */
export interface Rung {
  readonly sets: number;
  readonly fraction: number;
}

/**
 * The rungs of successive halving (Jamieson and Talwalkar 2016, figure 3, with 1 / eta in place of one
 * half): each has eta times fewer sets, on eta times as many bars, and the last has all bars.
 */
export function halvingRungs(sets: number, eta: number, smallestFraction: number): Rung[] {
  let last = 0;
  while (eta ** (last + 1) <= sets && eta ** -(last + 1) >= smallestFraction * (1 - 1e-9)) last++;
  return Array.from({ length: last + 1 }, (_, rung) => ({
    sets: Math.floor(sets / eta ** rung),
    fraction: eta ** (rung - last),
  }));
}

/**
 * Successive halving. The resource is the number of bars from the first in-sample bar on: what a set did
 * on a rung is the beginning of what it does on the next, and a rung's sets share one pass over its bars.
 */
export function halvingRounds(definition: HalvingDefinition, declared: ParameterDefinitions): Rounds {
  const { budget, seed, eta, smallestFraction } = definition;
  const sets = firstSets(searchSpace(definition, declared), budget, seededRandom(seed));
  const rungs = halvingRungs(sets.length, eta, smallestFraction);
  return {
    next(trials) {
      let begin = 0;
      for (const [index, { sets: size, fraction }] of rungs.entries()) {
        if (begin === trials.length) {
          const { sets: before = 0 } = rungs[index - 1] ?? {};
          const judged = trials.slice(begin - before);
          const survivors =
            index === 0 ? sets : rankTrials(judged, definition).map(({ trial }) => trial.params);
          return survivors.slice(0, size).map((params) => ({ params, fraction }));
        }
        begin += size;
      }
      return [];
    },
    work: rungs.reduce((sum, rung) => sum + rung.sets * rung.fraction, 0),
  };
}

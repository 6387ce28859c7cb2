import { seededRandom } from '../../backtest/random.ts';
import type { SearchDefinition } from '../../contracts/search.ts';
import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import { firstSets } from './draw.ts';
import { oneRound, type Rounds } from './rounds.ts';
import { searchSpace } from './space.ts';

/** A random search: one round of sets, spread by a Latin hypercube. */
export function randomRounds(definition: SearchDefinition, declared: ParameterDefinitions): Rounds {
  const sets = firstSets(searchSpace(definition, declared), definition.budget, seededRandom(definition.seed));
  return oneRound(sets);
}

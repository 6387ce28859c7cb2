import { LabError } from '../../contracts/errors.ts';
import type { Proposal, SearchDefinition, Trial } from '../../contracts/search.ts';
import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import { bayesianRounds } from './bayesian.ts';
import { geneticRounds } from './genetic.ts';
import { gridRounds } from './grid.ts';
import { halvingRounds } from './halving.ts';
import { randomRounds } from './random.ts';
import type { Rounds } from './rounds.ts';
import { setKey } from './space.ts';

/**
 * A search that is asked what to run and told what came of it.
 *
 * It proceeds in rounds. A round depends on the definition and on the trials of the rounds before it,
 * and on nothing else: neither how many were asked for at once, nor in which order results came, nor
 * what was under way when a process died. So a search goes on after any interruption by being made again
 * and told the trials that the journal holds.
 */
export interface Search {
  /**
   * Up to `most` proposals that were neither asked nor told before, in order of their ids. None while the
   * round waits for results, and none once the search is done.
   */
  ask(most: number): Proposal[];
  /**
   * Results of proposals, asked or not, in any order within a round.
   * @throws LabError `conflict` where a trial is not one that this search asks for, or was told before
   */
  tell(trials: readonly Trial[]): void;
  /** Whether every proposal was told and no round follows. */
  readonly isDone: boolean;
  /**
   * Fractions of all trials together, where every round is full: what there is to do in runs over all
   * bars. A search ends sooner where its space has no more sets.
   */
  readonly work: number;
}

function roundsOf(definition: SearchDefinition, declared: ParameterDefinitions): Rounds {
  switch (definition.kind) {
    case 'grid':
      return gridRounds(definition, declared);
    case 'random':
      return randomRounds(definition, declared);
    case 'halving':
      return halvingRounds(definition, declared);
    case 'bayesian':
      return bayesianRounds(definition, declared);
    case 'genetic':
      return geneticRounds(definition, declared);
  }
}

function foreignTrial(id: number, why: string): LabError {
  return new LabError('conflict', `Trial ${id} does not belong to this search: ${why}.`, {
    action: 'Start the search anew; its definition or the strategy has changed.',
  });
}

/**
 * Starts a search over the declared parameters of a strategy.
 * @throws LabError `strategy.parameter` where the definition names what is not declared or not allowed, or
 *   leaves no set
 */
export function createSearch(definition: SearchDefinition, declared: ParameterDefinitions): Search {
  const rounds = roundsOf(definition, declared);
  const trials: Trial[] = [];
  let round: readonly Proposal[] = [];
  /** Trials of the round under way, by their place in it. */
  let results: (Trial | undefined)[] = [];
  let waiting = 0;
  const asked = new Set<number>();

  /** Opens the next round where every trial of the last is there. */
  const open = (): void => {
    if (waiting > 0) return;
    round = rounds
      .next(trials)
      .map(({ params, fraction }, index) => ({ id: trials.length + index, params, fraction }));
    results = new Array<Trial | undefined>(round.length).fill(undefined);
    waiting = round.length;
  };

  const place = (trial: Trial): void => {
    open();
    const index = trial.id - trials.length;
    const proposal = round[index];
    if (proposal === undefined || results[index] !== undefined) {
      const isPast = trial.id < trials.length || results[index] !== undefined;
      throw foreignTrial(trial.id, isPast ? 'it was told before' : 'its round has not begun');
    }
    if (setKey(trial.params) !== setKey(proposal.params) || trial.fraction !== proposal.fraction) {
      throw foreignTrial(trial.id, 'this search asks for another parameter set there');
    }
    results[index] = trial;
    waiting -= 1;
    if (waiting > 0) return;
    for (const result of results) if (result !== undefined) trials.push(result);
    round = [];
    results = [];
  };

  open();
  if (round.length === 0) {
    throw new LabError('strategy.parameter', 'No parameter set keeps the constraints of the search.', {
      action: 'Loosen a parameter constraint or search a wider range.',
    });
  }
  return {
    ask(most) {
      open();
      const free = round.filter(({ id }, index) => results[index] === undefined && !asked.has(id));
      const proposals = free.slice(0, Math.max(0, most));
      for (const { id } of proposals) asked.add(id);
      return proposals;
    },
    tell(told) {
      for (const trial of told.toSorted((a, b) => a.id - b.id)) place(trial);
    },
    get isDone() {
      open();
      return round.length === 0;
    },
    work: rounds.work,
  };
}

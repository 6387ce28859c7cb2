import type { Trial } from '../../contracts/search.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';

/** A parameter set and the part of the bars to run it on. */
export interface Candidate {
  readonly params: ParameterValues;
  readonly fraction: number;
}

/** The rounds of one kind of search. */
export interface Rounds {
  /** The next round, from all trials so far in order of their ids; empty where the search has ended. */
  next(trials: readonly Trial[]): readonly Candidate[];
  /** Fractions of all candidates together, where every round is full. */
  readonly work: number;
}

/** A search that knows from the start what it asks for, on all bars. */
export function oneRound(sets: readonly ParameterValues[]): Rounds {
  return {
    next: (trials) => (trials.length > 0 ? [] : sets.map((params) => ({ params, fraction: 1 }))),
    work: sets.length,
  };
}

/** The seed of one round: a round draws for itself, so that it does not depend on what others drew. */
export function roundSeed(seed: number, trials: number): number {
  // Knuth's multiplicative hash spreads the small count over all bits.
  return (seed ^ Math.imul(trials, 0x9e37_79b1)) >>> 0;
}

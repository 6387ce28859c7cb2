import { seededRandom } from '../../backtest/random.ts';
import { type Baseline, judgeAgainst, noBaseline } from './baseline.ts';
import { tooFew } from './measured.ts';
import type { Computation } from './progress.ts';
import { shuffle } from './shuffle.ts';

export interface TimingInput {
  /** The market's return of each bar. */
  readonly returns: Float64Array;
  /** The exposure held over each of these returns: 1 all in, 0 out, -1 short, or any fraction. */
  readonly positions: Float64Array;
  /**
   * `rotation` moves all positions together by a random number of bars, round the end, and so keeps how long
   * they last; `permutation` gives every bar the position of a random other one, which is honest only where
   * the market's returns do not depend on each other.
   */
  readonly method: 'rotation' | 'permutation';
  readonly runs: number;
  readonly seed: number;
}

/**
 * Whether the positions were in the market at better times than chance: the mean of position times return
 * against that of the same positions at other times. White's permutation idea in Aronson, "Evidence-Based
 * Technical Analysis" (2006). Costs are the same for all and left out.
 */
export function* timingBaseline(input: TimingInput): Computation<Baseline> {
  const { returns, positions, method, runs, seed } = input;
  const bars = returns.length;
  const reason = problemOf(input);
  if (reason !== null) return noBaseline(runs, seed, reason);
  const random = seededRandom(seed);
  const gainOf = (held: Float64Array, shift: number): number => {
    let sum = 0;
    for (let bar = 0; bar < bars; bar++) {
      const from = bar < shift ? bar - shift + bars : bar - shift;
      sum += (held[from] as number) * (returns[bar] as number);
    }
    return sum / bars;
  };
  const held = positions.slice();
  return yield* judgeAgainst(gainOf(positions, 0), runs, seed, () => {
    if (method === 'rotation') return gainOf(positions, 1 + Math.floor(random() * (bars - 1)));
    shuffle(held, random);
    return gainOf(held, 0);
  });
}

function problemOf({ returns, positions, runs }: TimingInput): string | null {
  if (positions.length !== returns.length) return 'there is not one position for each return';
  if (![...returns, ...positions].every(Number.isFinite))
    return 'a return or a position is not a finite number';
  if (runs < 1) return 'no runs were asked for';
  if (positions.every((position) => position === positions[0])) return 'the position never changes';
  return tooFew(returns.length);
}

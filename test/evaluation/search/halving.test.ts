import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { chooseBest } from '../../../extension/evaluation/search/choice.ts';
import { halvingRungs } from '../../../extension/evaluation/search/halving.ts';
import { type Evaluate, integers, trialsOf } from './support.ts';

const objectives = [{ metric: 'value', direction: 'maximise' }] as const;

describe('the rungs of successive halving', () => {
  it('have eta times fewer sets on eta times as many bars, up to all bars', () => {
    expect(halvingRungs(81, 3, 1 / 81)).toEqual([
      { sets: 81, fraction: 3 ** -4 },
      { sets: 27, fraction: 3 ** -3 },
      { sets: 9, fraction: 3 ** -2 },
      { sets: 3, fraction: 3 ** -1 },
      { sets: 1, fraction: 1 },
    ]);
    expect(halvingRungs(36, 3, 1 / 9).map(({ sets }) => sets)).toEqual([36, 12, 4]);
    expect(halvingRungs(20, 3, 1 / 9).map(({ sets }) => sets)).toEqual([20, 6, 2]);
    expect(halvingRungs(2, 3, 1 / 9)).toEqual([{ sets: 2, fraction: 1 }]);
  });

  it('never cost more than all sets on all bars, and end with one set or more on all bars', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 2, max: 10 }),
        fc.double({ min: 0.001, max: 1, noNaN: true }),
        (sets, eta, smallest) => {
          const rungs = halvingRungs(sets, eta, smallest);
          expect(rungs.at(-1)?.fraction).toBe(1);
          expect(rungs.every((rung) => rung.sets >= 1 && rung.fraction >= smallest * 0.999)).toBe(true);
          const cost = rungs.reduce((sum, rung) => sum + rung.sets * rung.fraction, 0);
          expect(cost).toBeLessThanOrEqual(sets * (1 + 1e-9));
        },
      ),
    );
  });
});

describe('successive halving', () => {
  it('finds the planted best among 243 noisy sets, at a ninth of the cost of running all', () => {
    const planted = 117;
    for (const seed of [1, 2, 3, 4, 5]) {
      const noise = seededRandom(seed);
      const drift = Array.from({ length: 243 }, (_, n) => (n === planted ? 1 : noise() * 0.7));
      // The noise of a figure falls as the root of the bars that it is measured on.
      const evaluate: Evaluate = ({ n = 0 }, fraction) => ({
        value: (drift[n] as number) + ((noise() - 0.5) * 0.12) / Math.sqrt(fraction),
      });
      const trials = trialsOf(
        { kind: 'halving', budget: 243, smallestFraction: 1 / 81 },
        { n: integers(0, 242) },
        evaluate,
      );
      const cost = trials.reduce((sum, { fraction }) => sum + fraction, 0);
      expect(cost).toBeLessThan(243 / 9);
      expect(chooseBest(trials, { objectives, constraints: [] }).params, `seed ${seed}`).toEqual({
        n: planted,
      });
    }
  });

  it('lets the best third of each rung go on, by that rung alone', () => {
    const trials = trialsOf(
      { kind: 'halving', budget: 27, smallestFraction: 1 / 9 },
      { n: integers(1, 27) },
      ({ n = 0 }, fraction) => ({
        value: fraction < 1 ? n : -n,
      }),
    );
    const ran = (fraction: number) =>
      trials
        .filter((trial) => Math.abs(trial.fraction - fraction) < 1e-9)
        .map(({ params }) => params['n'])
        .toSorted((a = 0, b = 0) => a - b);
    expect(ran(1 / 9)).toHaveLength(27);
    expect(ran(1 / 3)).toEqual([19, 20, 21, 22, 23, 24, 25, 26, 27]);
    expect(ran(1)).toEqual([25, 26, 27]);
  });
});

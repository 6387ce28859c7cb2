import { describe, expect, it } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { Objective } from '../../../extension/contracts/search.ts';
import { chooseBest, usualConstraints } from '../../../extension/evaluation/search/choice.ts';

const goal = {
  objectives: [{ metric: 'sharpe', direction: 'maximise' }],
  constraints: usualConstraints,
} as const;
const trial = (sharpe: number | null, trades = 50) => ({ params: { x: 1 }, metrics: { sharpe, trades } });

describe('choice among trials', () => {
  it('takes the highest metric and ranks the rest', () => {
    const choice = chooseBest([trial(1), trial(3), trial(-1), trial(2)], goal);
    expect(choice).toMatchObject({ index: 1, ranking: [1, 3, 0, 2], front: [1], keptBase: false });
    expect(choice.reasons).toEqual(['The highest sharpe, 3, of 4 sets that can be judged.']);
    const { reasons } = chooseBest([trial(1.2071999805806481), trial(5, 3)], goal);
    expect(reasons).toEqual([
      'The highest sharpe, 1.207, of 1 set that can be judged.',
      '1 set lacks sharpe or misses trades of at least 10 and was left out.',
    ]);
  });

  it('takes the lowest where less is better', () => {
    const least = { ...goal, objectives: [{ metric: 'sharpe', direction: 'minimise' }] } as const;
    expect(chooseBest([trial(1), trial(-2), trial(0)], least).ranking).toEqual([1, 2, 0]);
  });

  it('takes none that lost everything, and says how many did', () => {
    const ruined = { ...trial(9), metrics: { sharpe: 9, trades: 50, totalReturn: -1 } };
    const choice = chooseBest([ruined, trial(1), trial(null)], goal);
    expect(choice.index).toBe(1);
    expect(choice.reasons.slice(1)).toEqual([
      '1 set lost everything and was left out.',
      expect.stringMatching(/^1 set lacks sharpe or misses/),
    ]);
  });

  it('gives a tie to the set that was asked first, and says so', () => {
    const choice = chooseBest([trial(1), trial(2), trial(2)], goal);
    expect(choice.index).toBe(1);
    expect(choice.reasons.at(-1)).toMatch(/asked later/u);
  });

  it('ranks sets that miss a constraint behind those that keep it, the nearest first, and what is unknown last', () => {
    const trials = [
      trial(null),
      trial(9, 2),
      trial(-5),
      trial(-6),
      trial(1, 9),
      { ...trial(3), metrics: null },
    ];
    const choice = chooseBest(trials, goal);
    expect(choice.ranking).toEqual([2, 3, 4, 1, 0, 5]);
    expect(choice.reasons.at(-1)).toBe('4 sets lack sharpe or miss trades of at least 10 and were left out.');
    expect(chooseBest([trial(0), trial(9, 10)], goal).index).toBe(1);
  });

  it('keeps the first set, and says so, where none can be judged', () => {
    const choice = chooseBest([trial(null), trial(5, 3)], goal);
    expect(choice).toMatchObject({ index: 0, keptBase: true, front: [] });
    expect(choice.reasons).toHaveLength(1);
  });

  it('takes no trial that ran on a part of the bars', () => {
    const choice = chooseBest(
      [
        { ...trial(9), fraction: 1 / 3 },
        { ...trial(1), fraction: 1 },
      ],
      goal,
    );
    expect(choice).toMatchObject({ index: 1, ranking: [1] });
  });

  it('takes of several objectives the set of their front that lies nearest to the best of each', () => {
    const objectives: Objective[] = [
      { metric: 'gain', direction: 'maximise' },
      { metric: 'loss', direction: 'minimise' },
    ];
    const at = (gain: number, loss: number) => ({ params: { x: 1 }, metrics: { gain, loss } });
    const choice = chooseBest([at(0, 0), at(10, 10), at(7, 2), at(6, 2)], { objectives, constraints: [] });
    expect(choice.index).toBe(2);
    expect(choice.front.toSorted()).toEqual([0, 1, 2]);
    expect(choice.ranking.at(-1)).toBe(3);
  });

  it('refuses to choose from nothing', () => {
    const fault = expect.toSatisfy((error: unknown) => LabError.is(error, 'usage'));
    expect(() => chooseBest([], goal)).toThrow(fault);
    expect(() => chooseBest([{ ...trial(1), fraction: 0.5 }], goal)).toThrow(fault);
  });
});

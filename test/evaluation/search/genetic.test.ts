import { describe, expect, it } from 'vitest';
import type { Trial } from '../../../extension/contracts/search.ts';
import { rankTrials } from '../../../extension/evaluation/search/ranking.ts';
import { hartmann, range, regret, trialsOf, zdt1 } from './support.ts';

describe('genetic search', () => {
  it('comes nearer to an optimum than random search at an equal budget', () => {
    const seeds = [1, 2, 3, 4, 5, 6];
    const total = (kind: 'genetic' | 'random') =>
      seeds.reduce((sum, seed) => sum + regret(hartmann, { kind, budget: 400, seed }), 0);
    expect(total('genetic')).toBeLessThan(total('random') / 5);
  });

  it('keeps the best set it has found', () => {
    const trials = trialsOf(
      { kind: 'genetic', budget: 200, population: 20 },
      hartmann.declared,
      (params) => ({ value: -hartmann.value(params) }),
    );
    const generations = Array.from({ length: 10 }, (_, index) => trials.slice(index * 20, index * 20 + 20));
    const means = generations.map(
      (generation) => generation.reduce((sum, { metrics }) => sum + (metrics?.['value'] as number), 0) / 20,
    );
    expect(means.at(-1)).toBeGreaterThan(2 * (means[0] as number));
  });

  it('spreads over the front of ZDT1', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const objectives = [
      { metric: 'f', direction: 'minimise' },
      { metric: 'g', direction: 'minimise' },
    ] as const;
    const declared = Object.fromEntries(names.map((name) => [name, range(0, 1)]));
    const play = (kind: 'genetic' | 'random') =>
      trialsOf({ kind, objectives, budget: 2000, population: 40 }, declared, zdt1);
    const front = (trials: readonly Trial[]) =>
      rankTrials(trials, { objectives, constraints: [] })
        .filter((entry) => entry.front === 0)
        .map(({ trial }) => ({ f: trial.metrics?.['f'] as number, g: trial.metrics?.['g'] as number }));
    const distance = (points: readonly { f: number; g: number }[]) =>
      points.reduce((sum, { f, g }) => sum + g - (1 - Math.sqrt(f)), 0) / points.length;
    const own = front(play('genetic'));
    expect(distance(own)).toBeLessThan(0.05);
    expect(distance(front(play('random')))).toBeGreaterThan(5 * distance(own));
    const fifths = new Set(own.map(({ f }) => Math.min(4, Math.floor(f * 5))));
    expect(fifths.size).toBe(5);
  });
});

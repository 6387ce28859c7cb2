import { describe, expect, it } from 'vitest';
import { paretoFronts } from '../../../extension/evaluation/search/ranking.ts';
import { branin, hartmann, integers, range, regret, trialsOf } from './support.ts';

const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Bayesian search', () => {
  it.each([
    ['Branin', branin, 0.05],
    ['Hartmann-3', hartmann, 0.05],
  ] as const)(
    'comes nearer to the optimum of %s than random search at an equal budget',
    (_, problem, bound) => {
      const budget = 30;
      const random = mean(seeds.map((seed) => regret(problem, { kind: 'random', budget, seed })));
      const bayesian = mean(seeds.map((seed) => regret(problem, { kind: 'bayesian', budget, seed })));
      expect(bayesian).toBeLessThan(random / 5);
      expect(bayesian).toBeLessThan(bound);
    },
  );

  it('spreads a batch, whose later sets take the earlier ones to be run', () => {
    const fields = { kind: 'bayesian', budget: 16, initial: 8, batch: 8 } as const;
    for (const seed of seeds) {
      const trials = trialsOf({ ...fields, seed }, { x: range(0, 1) }, ({ x = 0 }) => ({
        value: Math.sin(9 * x) + x,
      }));
      const batch = trials.slice(8).map(({ params }) => params['x'] as number);
      const gaps = batch.toSorted((a, b) => a - b).map((x, index, all) => x - (all[index - 1] ?? -1));
      expect(gaps.filter((gap) => gap > 0.003).length, `seed ${seed}`).toBeGreaterThan(3);
    }
  });

  it('finds the best of integers and steps, each set once', () => {
    const declared = {
      fast: integers(2, 60),
      slow: { type: 'integer', default: 50, min: 10, max: 200, step: 10 },
    } as const;
    const trials = trialsOf(
      {
        kind: 'bayesian',
        budget: 40,
        parameterConstraints: [{ left: 'fast', operator: '<', right: 'slow' }],
      },
      declared,
      ({ fast = 0, slow = 0 }) => ({ value: -(((fast - 23) / 10) ** 2) - ((slow - 120) / 50) ** 2 }),
    );
    const best = trials.toSorted((a, b) => (b.metrics?.['value'] ?? 0) - (a.metrics?.['value'] ?? 0))[0];
    expect(best?.params['slow']).toBe(120);
    expect(Math.abs((best?.params['fast'] as number) - 23)).toBeLessThanOrEqual(1);
  });

  it('is not led astray by a metric with far outliers and sets that cannot be judged', () => {
    const found = (kind: 'random' | 'bayesian') => (seed: number) => {
      const trials = trialsOf(
        { kind, budget: 40, seed, constraints: [{ metric: 'trades', atLeast: 10 }] },
        { x: range(-5, 10), y: range(0, 15) },
        (params) => {
          const { x = 0, y = 0 } = params;
          if (x + y > 18) return null;
          const trades = Math.round(40 - 4 * x);
          return { value: y > 14 ? -1e6 : -branin.value(params), trades };
        },
      );
      const kept = trials.filter(({ metrics }) => (metrics?.['trades'] ?? 0) >= 10);
      return -Math.max(...kept.map(({ metrics }) => metrics?.['value'] as number)) - branin.least;
    };
    expect(mean(seeds.map(found('bayesian')))).toBeLessThan(mean(seeds.map(found('random'))) / 5);
  });

  it('finds the front of two objectives better than random search', () => {
    const objectives = [
      { metric: 'f', direction: 'minimise' },
      { metric: 'g', direction: 'minimise' },
    ];
    // Schaffer's problem in two variables: the front is the line from (0, 0) to (1, 1).
    const schaffer = ({ x = 0, y = 0 }) => ({ f: x ** 2 + y ** 2, g: (x - 1) ** 2 + (y - 1) ** 2 });
    const near = (kind: 'random' | 'bayesian') => {
      const trials = trialsOf(
        { kind, budget: 40, objectives },
        { x: range(-2, 3), y: range(-2, 3) },
        schaffer,
      );
      const points = trials.map(({ metrics }) => [-(metrics?.['f'] as number), -(metrics?.['g'] as number)]);
      const fronts = paretoFronts(points);
      return trials.filter(({ params }, index) => {
        const { x = 0, y = 0 } = params;
        return fronts[index] === 0 && Math.abs(x - y) < 0.2 && x > -0.1 && x < 1.1;
      }).length;
    };
    expect(near('bayesian')).toBeGreaterThanOrEqual(8);
    expect(near('random')).toBeLessThan(near('bayesian') / 2);
  });
});

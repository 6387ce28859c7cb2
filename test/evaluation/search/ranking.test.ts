import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crowdingDistances,
  dominates,
  paretoFronts,
  rankTrials,
  violationOf,
} from '../../../extension/evaluation/search/ranking.ts';

const points = fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 3, maxLength: 3 }), {
  maxLength: 40,
});

/** Fronts by their definition: what no other remaining point dominates, taken away again and again. */
function peeled(all: readonly (readonly number[])[]): number[] {
  const fronts = new Array<number>(all.length).fill(-1);
  for (let front = 0; fronts.includes(-1); front++) {
    const rest = [...all.keys()].filter((index) => fronts[index] === -1);
    const free = rest.filter((index) => !rest.some((other) => dominates(all[other] ?? [], all[index] ?? [])));
    for (const index of free) fronts[index] = front;
  }
  return fronts;
}

describe('Pareto fronts', () => {
  it('are what remains undominated, peeled off again and again', () => {
    fc.assert(
      fc.property(points, (all) => {
        expect(paretoFronts(all)).toEqual(peeled(all));
      }),
    );
  });

  it('measure crowding by the gap between neighbours, and keep the ends', () => {
    const front = [
      [0, 10],
      [1, 8],
      [4, 4],
      [10, 0],
    ];
    const [first, second, third, last] = crowdingDistances(front);
    expect([first, last]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(second).toBeCloseTo(4 / 10 + 6 / 10, 12);
    expect(third).toBeCloseTo(9 / 10 + 8 / 10, 12);
    expect(crowdingDistances([])).toEqual([]);
  });
});

describe('ranking', () => {
  it('puts a set that lost everything behind all others, whatever else is good about it', () => {
    const ruined = { metrics: { sharpe: 3, totalReturn: -1.2 } };
    const poor = { metrics: { sharpe: -0.5, totalReturn: -0.3 } };
    const goal = { objectives: [{ metric: 'sharpe', direction: 'maximise' as const }], constraints: [] };
    const ranked = rankTrials([ruined, poor], goal);
    expect(ranked.map(({ trial, scores }) => [trial, scores])).toEqual([
      [poor, [-0.5]],
      [ruined, null],
    ]);
  });

  it('measures a violation by each bound, and asks of a part of the bars a part of the trades', () => {
    const constraints = [
      { metric: 'trades', atLeast: 30 },
      { metric: 'maxDrawdown', atMost: 0.2 },
    ];
    expect(violationOf({ trades: 30, maxDrawdown: 0.2 }, constraints)).toBe(0);
    expect(violationOf({ trades: 15, maxDrawdown: 0.5 }, constraints)).toBeCloseTo(0.5 + 0.3, 12);
    expect(violationOf({ trades: 10, maxDrawdown: 0.1 }, constraints, 1 / 3)).toBe(0);
    expect(violationOf({ trades: 5, maxDrawdown: null }, constraints)).toBe(Number.POSITIVE_INFINITY);
    expect(violationOf(null, [])).toBe(Number.POSITIVE_INFINITY);
  });

  it('puts no trial behind one that it dominates or that misses more', () => {
    const metrics = fc.record({
      gain: fc.option(fc.integer({ min: 0, max: 5 })),
      loss: fc.integer({ min: 0, max: 5 }),
      trades: fc.integer({ min: 0, max: 4 }),
    });
    const goal = {
      objectives: [
        { metric: 'gain', direction: 'maximise' },
        { metric: 'loss', direction: 'minimise' },
      ],
      constraints: [{ metric: 'trades', atLeast: 3 }],
    } as const;
    fc.assert(
      fc.property(fc.array(fc.record({ metrics: fc.option(metrics) }), { maxLength: 30 }), (trials) => {
        const ranked = rankTrials(trials, goal);
        expect(ranked.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual([...trials.keys()]);
        for (const [place, later] of ranked.entries()) {
          for (const earlier of ranked.slice(0, place)) {
            expect(earlier.violation).toBeLessThanOrEqual(later.violation);
            expect(dominates(later.scores ?? [], earlier.scores ?? [])).toBe(false);
          }
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FlowModel } from '../../../extension/contracts/sagaPanel.ts';
import { chooseBest, leastTrades, usualConstraints } from '../../../extension/evaluation/search/choice.ts';
import { divide, searchFlow } from '../../../extension/reports/saga/flows.ts';
import { words } from './say.ts';

const metrics = fc.record({
  trades: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(null)),
  sharpe: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(null)),
});
const searches = fc.array(metrics, { minLength: 1, maxLength: 40 }).map((sets) => {
  const trials = sets.map((inSample, index) => ({ params: { n: index }, inSample, outOfSample: null }));
  const choice = chooseBest(
    trials.map(({ params, inSample }) => ({ params, metrics: inSample })),
    { objectives: [{ metric: 'sharpe', direction: 'maximise' }], constraints: usualConstraints },
  );
  return {
    choice,
    trials,
    results: { optimise: { optimisation: { metric: 'sharpe', trials, chosen: choice.index } } },
  };
});

function count(flow: FlowModel | null, to: string): number {
  return flow?.flows.find((entry) => entry.to === to)?.count ?? 0;
}

test('the flow of a search counts every set once, and nothing is lost between two places', () => {
  fc.assert(
    fc.property(searches, ({ results, trials }) => {
      const flow = searchFlow(results, words);
      const ids = flow?.nodes.map(({ id }) => id) ?? [];
      expect(new Set(ids).size).toBe(ids.length);
      for (const { id, fate } of flow?.nodes ?? []) {
        const sum = (end: 'from' | 'to') =>
          flow?.flows.filter((entry) => entry[end] === id).reduce((total, entry) => total + entry.count, 0) ??
          0;
        if (fate === 'source') expect(sum('from')).toBe(trials.length);
        else {
          expect(sum('to')).toBeGreaterThan(0);
          if (sum('from') > 0) expect(sum('from')).toBe(sum('to'));
        }
      }
    }),
  );
});

test('it divides by the rules that the search chose by', () => {
  fc.assert(
    fc.property(searches, ({ results, choice, trials }) => {
      const flow = searchFlow(results, words);
      const isJudged = ({ inSample }: (typeof trials)[number]) =>
        (inSample.trades ?? 0) >= leastTrades && inSample.sharpe !== null;
      expect(count(flow, 'judged')).toBe(trials.filter(isJudged).length);
      expect(count(flow, 'chosen')).toBe(choice.keptBase ? 0 : 1);
      expect(count(flow, 'kept-base')).toBe(choice.keptBase ? 1 : 0);
      const best = choice.metrics['sharpe'];
      const ties = trials.filter((trial) => isJudged(trial) && trial.inSample.sharpe === best).length;
      expect(count(flow, 'equal')).toBe(choice.keptBase ? 0 : ties - 1);
    }),
  );
});

test('a run without a search has no such flow', () => {
  expect(searchFlow({}, words)).toBeNull();
  expect(searchFlow({ optimise: { text: 'other' } }, words)).toBeNull();
});

test('the stages of a tournament fit the same model', () => {
  const flow = divide(
    { id: 'tournament', title: 'Variants', summary: 'One of ten won.' },
    {
      label: 'Variants',
      branches: [
        {
          id: 'guarded',
          label: 'Guarded',
          fate: 'kept',
          count: 8,
          branches: [
            { id: 'winner', label: 'Winner', fate: 'kept', count: 1 },
            { id: 'beaten', label: 'Beaten', fate: 'dropped', count: 7 },
          ],
        },
        { id: 'refused', label: 'Refused', fate: 'dropped', count: 2 },
        { id: 'crashed', label: 'Crashed', fate: 'dropped', count: 0 },
      ],
    },
  );
  expect(flow.flows).toEqual([
    { from: 'source', to: 'guarded', count: 8 },
    { from: 'guarded', to: 'winner', count: 1 },
    { from: 'guarded', to: 'beaten', count: 7 },
    { from: 'source', to: 'refused', count: 2 },
  ]);
});

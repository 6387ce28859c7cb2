import { describe, expect, test } from 'vitest';
import { searchDefinitionSchema } from '../../extension/contracts/search.ts';
import { choiceRuleOf } from '../../extension/pipelines/assess/walkForward/choiceRule.ts';

const ruleOf = (changes: Record<string, unknown>) =>
  choiceRuleOf(
    searchDefinitionSchema.parse({
      kind: 'grid',
      objectives: [{ metric: 'sharpe' }],
      budget: 9,
      ...changes,
    }),
  );

describe('what a fold chooses by', () => {
  test('is the one objective of the search, and the largest bound on its trades', () => {
    const constraints = [
      { metric: 'trades', atLeast: 10 },
      { metric: 'trades', atLeast: 30 },
    ];
    expect(ruleOf({ constraints })).toEqual({ objective: 'sharpe', leastTrades: 30 });
    expect(ruleOf({ kind: 'random', objectives: [{ metric: 'totalReturn' }] })).toEqual({
      objective: 'totalReturn',
      leastTrades: 0,
    });
  });

  test.each([
    ['a search that learns from results', { kind: 'bayesian' }, /learns from the bars/],
    ['halving, which drops sets by results', { kind: 'halving' }, /learns from the bars/],
    ['a metric that returns do not tell', { objectives: [{ metric: 'winRate' }] }, /one objective/],
    ['a minimum', { objectives: [{ metric: 'sharpe', direction: 'minimise' }] }, /one objective/],
    ['two objectives', { objectives: [{ metric: 'sharpe' }, { metric: 'sortino' }] }, /one objective/],
    ['a bound of another metric', { constraints: [{ metric: 'maxDrawdown', atMost: 0.2 }] }, /maxDrawdown/],
    ['a largest number of trades', { constraints: [{ metric: 'trades', atMost: 20 }] }, /trades/],
  ])('cannot be %s', (_what, changes, message) => {
    expect(() => ruleOf(changes)).toThrow(
      expect.objectContaining({ reason: 'usage', message: expect.stringMatching(message) }),
    );
  });
});

import { expect, test } from 'vitest';
import { searchDefinitionSchema } from '../../../extension/contracts/search.ts';
import { validationDefinitionSchema } from '../../../extension/contracts/validation.ts';

const search = { kind: 'random', objectives: [{ metric: 'sharpe' }], budget: 10 };

test('a search is complete with a kind, an objective and a budget', () => {
  expect(searchDefinitionSchema.parse(search)).toEqual({
    kind: 'random',
    objectives: [{ metric: 'sharpe', direction: 'maximise' }],
    constraints: [],
    parameters: null,
    base: {},
    parameterConstraints: [],
    budget: 10,
    seed: 1,
  });
});

test.each([
  ['no objective', { objectives: [] }],
  ['one metric twice', { objectives: [{ metric: 'sharpe' }, { metric: 'sharpe', direction: 'minimise' }] }],
  ['a constraint without a bound', { constraints: [{ metric: 'trades' }] }],
  ['a constraint that nothing keeps', { constraints: [{ metric: 'trades', atLeast: 2, atMost: 1 }] }],
  ['a parameter with values and a range', { parameters: { fast: { values: [1], min: 0 } } }],
  ['code as a constraint', { parameterConstraints: [{ left: 'fast', operator: '=>', right: 'slow' }] }],
  ['a Bayesian search of more sets than it can carry', { kind: 'bayesian', budget: 301 }],
  ['a kind that there is not', { kind: 'annealing' }],
])('a search with %s is refused', (_, fields) => {
  expect(searchDefinitionSchema.safeParse({ ...search, ...fields }).success).toBe(false);
});

test.each([
  ['as many test groups as groups', { kind: 'combinatorial', groups: 4, testGroups: 4 }],
  ['a negative purge', { kind: 'k-fold', purge: -1 }],
  ['a train window of nothing', { kind: 'walk-forward', train: 0, test: 10 }],
])('a validation with %s is refused', (_, fields) => {
  expect(validationDefinitionSchema.safeParse(fields).success).toBe(false);
});

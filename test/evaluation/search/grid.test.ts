import { describe, expect, it } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { ParameterDefinitions } from '../../../extension/contracts/strategy.ts';
import { createSearch } from '../../../extension/evaluation/search/search.ts';
import { definitionOf } from './support.ts';

const definitions: ParameterDefinitions = {
  fast: { type: 'integer', default: 10, min: 2, max: 100 },
  slow: { type: 'integer', default: 30, min: 5, max: 400 },
  stop: { type: 'number', default: 5, min: 0.5, max: 50 },
};
const parameterFault = expect.toSatisfy((error: unknown) => LabError.is(error, 'strategy.parameter'));

function setsOf(fields: Record<string, unknown>, declared = definitions) {
  const search = createSearch(definitionOf({ kind: 'grid', budget: 10_000, ...fields }), declared);
  return search.ask(Number.POSITIVE_INFINITY).map(({ params }) => params);
}

describe('grid search', () => {
  it('asks for the base set first, then the product in a stable order', () => {
    const parameters = { slow: { values: [20, 30, 40] }, fast: { values: [10, 5] } };
    expect(setsOf({ parameters, base: { stop: 3 } })).toEqual([
      { fast: 10, slow: 30, stop: 3 },
      { fast: 5, slow: 20, stop: 3 },
      { fast: 5, slow: 30, stop: 3 },
      { fast: 5, slow: 40, stop: 3 },
      { fast: 10, slow: 20, stop: 3 },
      { fast: 10, slow: 40, stop: 3 },
    ]);
  });

  it('asks for exactly the 36 listed points of period, threshold and stop', () => {
    const declared: ParameterDefinitions = {
      period: { type: 'integer', default: 14, min: 2, max: 200 },
      threshold: { type: 'number', default: 0.03, min: 0, max: 1 },
      stop_loss: { type: 'number', default: 0.04, min: 0, max: 1 },
    };
    const lists = { period: [10, 20, 50, 100], threshold: [0.01, 0.02, 0.05], stop_loss: [0.02, 0.05, 0.1] };
    const parameters = Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, { values }]));
    const expected = lists.period.flatMap((period) =>
      lists.threshold.flatMap((threshold) =>
        lists.stop_loss.map((stop) => ({ period, threshold, stop_loss: stop })),
      ),
    );
    expect(setsOf({ parameters }, declared)).toEqual(expected);
    expect(expected).toHaveLength(36);
  });

  it('asks for the base alone where nothing is searched', () => {
    expect(setsOf({ parameters: {} })).toEqual([{ fast: 10, slow: 30, stop: 5 }]);
    expect(setsOf({}, {})).toEqual([{}]);
  });

  it('searches ranges around their defaults, within the budget that the lists leave', () => {
    const sets = setsOf({
      budget: 36,
      parameters: { fast: { values: [5, 10] }, slow: {}, stop: { max: 10 } },
    });
    expect(sets.length).toBeLessThanOrEqual(36);
    expect(sets.length).toBeGreaterThan(18);
    const distinct = (name: string) => new Set(sets.map((set) => set[name])).size;
    expect(distinct('fast') * distinct('slow') * distinct('stop')).toBe(sets.length);
    expect(sets[0]).toEqual({ fast: 10, slow: 30, stop: 5 });
    expect(Math.max(...sets.map(({ stop }) => stop as number))).toBeLessThanOrEqual(10);
  });

  it('searches every step of a range that is given with one, and refuses parts of a whole number', () => {
    const steps = (fast: object) => setsOf({ parameters: { fast } }).map((params) => params['fast']);
    expect(steps({ min: 5, max: 10, step: 1 }).toSorted((a, b) => Number(a) - Number(b))).toEqual([
      5, 6, 7, 8, 9, 10,
    ]);
    const stops = setsOf({ parameters: { stop: { min: 1, max: 1.3, step: 0.1 } } }).map(({ stop }) => stop);
    expect(stops).toEqual([1, 1.1, 1.2, 1.3]);
    expect(() => steps({ min: 5, max: 10, step: 0.3 })).toThrow(parameterFault);
  });

  it('leaves out sets that break an inequality between parameters', () => {
    const parameters = { fast: { values: [10, 20, 40] }, slow: { values: [10, 30] } };
    const parameterConstraints = [{ left: 'fast', operator: '<', right: 'slow' }];
    const pairs = setsOf({ parameters, parameterConstraints }).map(({ fast, slow }) => [fast, slow]);
    expect(pairs).toEqual([
      [10, 30],
      [20, 30],
    ]);
    const tight = [...parameterConstraints, { left: 'fast', operator: '>=', right: 11 }];
    expect(setsOf({ parameters, parameterConstraints: tight })).toHaveLength(1);
  });

  it('takes sets evenly from a grid that exceeds its budget, the base among them', () => {
    const values = Array.from({ length: 50 }, (_, index) => index + 2);
    const parameters = { fast: { values }, slow: { values: values.map((value) => value * 5) } };
    const sets = setsOf({ parameters, budget: 25 });
    expect(sets).toHaveLength(25);
    expect(sets[0]).toMatchObject({ fast: 10, slow: 30 });
    expect(sets.at(-1)).toMatchObject({ fast: 51, slow: 255 });
  });

  it.each([
    ['an undeclared parameter', { parameters: { other: { values: [1] } } }],
    ['an undeclared parameter in the base', { base: { other: 1 } }],
    [
      'an undeclared parameter in a constraint',
      { parameterConstraints: [{ left: 'fast', operator: '<', right: 'other' }] },
    ],
    ['a listed value out of bounds', { parameters: { fast: { values: [1] } } }],
    ['a listed fraction of an integer parameter', { parameters: { fast: { values: [10.5] } } }],
    ['a range out of bounds', { parameters: { fast: { max: 101 } } }],
    ['a base value out of bounds', { base: { fast: 1 } }],
    ['a fraction of an integer parameter in the base', { base: { fast: 10.5 } }],
    [
      'constraints that no set keeps',
      { parameterConstraints: [{ left: 'fast', operator: '>', right: 100 }] },
    ],
  ])('refuses %s', (_, fields) => {
    expect(() => setsOf(fields)).toThrow(parameterFault);
  });

  it('refuses more than 10,000 sets', () => {
    const values = Array.from({ length: 99 }, (_, index) => index + 2);
    const parameters = {
      fast: { values },
      slow: { values: values.map((value) => value * 3) },
      stop: { values: [1, 2] },
    };
    expect(() => setsOf({ parameters })).toThrow(parameterFault);
  });
});

it('a relation that names an undeclared parameter is refused by its own name', () => {
  const relation = { left: 'fast', operator: '<' as const, right: 'slwo' };
  const definition = definitionOf({ kind: 'grid', parameterConstraints: [relation] });
  expect(() => createSearch(definition, definitions)).toThrow('The relation fast<slwo names "slwo"');
});

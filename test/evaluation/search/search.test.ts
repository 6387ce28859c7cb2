import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { SearchDefinition, Trial } from '../../../extension/contracts/search.ts';
import type { ParameterDefinitions } from '../../../extension/contracts/strategy.ts';
import { createSearch } from '../../../extension/evaluation/search/search.ts';
import { definitionOf, type Evaluate, evaluated, play, range } from './support.ts';

const declared: ParameterDefinitions = {
  fast: { type: 'integer', default: 10, min: 2, max: 40 },
  slow: { type: 'integer', default: 30, min: 5, max: 90, step: 5 },
  stop: { type: 'number', default: 0.05, min: 0.01, max: 0.2 },
  size: { type: 'number', default: 1, min: 0.25, max: 2, step: 0.25 },
};

/** A surface with a peak, cliffs where nothing was traded, and failures: what backtests give. */
const evaluate: Evaluate = (params, fraction) => {
  const { fast = 0, slow = 0, stop = 0, size = 0 } = params;
  if (fast === 13) return null;
  const trades = Math.round(fraction * (120 - fast - slow));
  const peak = Math.exp(-(((fast - 20) / 10) ** 2) - ((slow - 60) / 30) ** 2) + stop - Math.abs(size - 1) / 4;
  return { value: trades < 5 ? null : peak + fraction / 10, risk: size * (0.2 - stop), trades };
};

const kinds: Record<SearchDefinition['kind'], Record<string, unknown>> = {
  grid: {},
  random: {},
  halving: {},
  bayesian: { batch: 3, budget: 22, initial: 6 },
  genetic: { population: 8 },
};
const objectives = fc.constantFrom(
  [{ metric: 'value' }],
  [{ metric: 'value' }, { metric: 'risk', direction: 'minimise' }],
);
const definitions = fc
  .record({
    kind: fc.constantFrom(...(Object.keys(kinds) as SearchDefinition['kind'][])),
    objectives,
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
    budget: fc.integer({ min: 1, max: 40 }),
    isOrdered: fc.boolean(),
    hasConstraint: fc.boolean(),
  })
  .map(({ kind, isOrdered, hasConstraint, ...fields }) =>
    definitionOf({
      ...fields,
      kind,
      ...kinds[kind],
      constraints: hasConstraint ? [{ metric: 'trades', atLeast: 30 }] : [],
      parameterConstraints: isOrdered ? [{ left: 'fast', operator: '<', right: 'slow' }] : [],
    }),
  );

describe('every search', () => {
  it('asks the same however it is asked, in whatever order results come, and wherever it is killed', () => {
    fc.assert(
      fc.property(definitions, fc.integer(), (definition, chance) => {
        const random = seededRandom(chance);
        const upTo = (most: number): number => Math.floor(random() * (most + 1));
        const whole = play(createSearch(definition, declared), evaluate);

        const journal: Trial[] = [];
        let search = createSearch(definition, declared);
        let underWay: Trial[] = [];
        for (let turn = 0; !search.isDone; turn++) {
          expect(turn).toBeLessThan(2000);
          underWay.push(...search.ask(1 + upTo(6)).map((proposal) => evaluated(proposal, evaluate)));
          underWay.sort(() => random() - 0.5);
          const finished = underWay.splice(0, Math.max(turn % 2, upTo(underWay.length)));
          search.tell(finished);
          journal.push(...finished);
          if (random() < 0.15) {
            underWay = [];
            search = createSearch(definition, declared);
            const border = upTo(journal.length);
            // Told in two parts, of which the first may end within a round: those of later rounds wait.
            const ordered = journal.toSorted((a, b) => a.id - b.id);
            search.tell(ordered.slice(0, border).reverse());
            search.tell(ordered.slice(border).reverse());
          }
        }
        expect(journal.toSorted((a, b) => a.id - b.id)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('asks for no set twice on the same bars, for none that is not allowed, and for no more than its budget', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const trials = play(createSearch(definition, declared), evaluate);
        const asked = trials.map(({ params, fraction }) => JSON.stringify([params, fraction]));
        expect(new Set(asked).size).toBe(asked.length);
        const sets = new Set(trials.map(({ params }) => JSON.stringify(params)));
        expect(sets.size).toBeLessThanOrEqual(definition.budget);
        for (const { params } of trials) {
          expect(Object.keys(params)).toEqual(Object.keys(declared));
          for (const [name, { type, min, max }] of Object.entries(declared)) {
            expect(params[name]).toBeGreaterThanOrEqual(min);
            expect(params[name]).toBeLessThanOrEqual(max);
            if (type === 'integer') expect(Number.isInteger(params[name])).toBe(true);
          }
          if (definition.parameterConstraints.length > 0) {
            expect(params['fast']).toBeLessThan(params['slow'] as number);
          }
        }
        expect(trials[0]?.params).toEqual({ fast: 10, slow: 30, stop: 0.05, size: 1 });
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.keys(kinds) as SearchDefinition['kind'][])(
    '%s ends where a space has no more sets',
    (kind) => {
      const small: ParameterDefinitions = {
        fast: { type: 'integer', default: 3, min: 2, max: 4 },
        slow: { type: 'integer', default: 4, min: 2, max: 4 },
      };
      const definition = definitionOf({
        kind,
        budget: 100,
        smallestFraction: 1,
        parameters: { fast: { values: [2, 3, 4] }, slow: { values: [2, 3, 4] } },
        parameterConstraints: [{ left: 'fast', operator: '<=', right: 'slow' }],
      });
      const trials = play(createSearch(definition, small), ({ fast = 0, slow = 0 }) => ({
        value: fast * slow,
      }));
      const sets = trials.map(({ params }) => `${params['fast']} ${params['slow']}`);
      expect(sets.toSorted()).toEqual(['2 2', '2 3', '2 4', '3 3', '3 4', '4 4']);
    },
  );

  it('says beforehand how much it will run', () => {
    for (const [kind, fields] of Object.entries(kinds) as [SearchDefinition['kind'], object][]) {
      const definition = definitionOf({ kind, budget: 22, ...fields });
      const search = createSearch(definition, declared);
      const { work } = search;
      const done = play(search, evaluate).reduce((sum, { fraction }) => sum + fraction, 0);
      expect(done, kind).toBeCloseTo(work, 9);
    }
  });
});

describe('a journal of another search', () => {
  const definition = definitionOf({ kind: 'bayesian', initial: 4, batch: 2, budget: 8 });
  const space = { x: range(0, 1) };
  const square: Evaluate = ({ x = 0 }) => ({ value: -((x - 0.3) ** 2) });
  const trials = play(createSearch(definition, space), square);
  const fault = expect.toSatisfy((error: unknown) => LabError.is(error, 'conflict'));

  it('is refused at the first trial that this search would not ask', () => {
    const other = createSearch({ ...definition, seed: 2 }, space);
    expect(() => other.tell(trials)).toThrow(fault);
    const wider = createSearch(definition, { x: range(0, 2) });
    expect(() => wider.tell(trials)).toThrow(fault);
  });

  it('is refused where a set ran on another part of the bars', () => {
    const halving = createSearch(definitionOf({ kind: 'halving', budget: 9 }), space);
    const [proposal] = halving.ask(1);
    expect(proposal?.fraction).toBe(1 / 9);
    const trial = { id: 0, params: proposal?.params ?? {}, metrics: { value: 1 } };
    expect(() => halving.tell([{ ...trial, fraction: 1 }])).toThrow(fault);
    halving.tell([{ ...trial, fraction: 1 / 9 }]);
  });

  it('is refused where a trial comes twice or before its round', () => {
    const twice = createSearch(definition, space);
    twice.tell(trials.slice(0, 2));
    expect(() => twice.tell(trials.slice(1, 2))).toThrow(fault);
    expect(() => createSearch(definition, space).tell(trials.slice(4, 6))).toThrow(fault);
    const past = createSearch(definition, space);
    past.tell(trials.slice(0, 4));
    expect(() => past.tell(trials.slice(0, 1))).toThrow(fault);
  });
});

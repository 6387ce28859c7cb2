import { describe, expect, it } from 'vitest';
import type { ParameterDefinitions, ParameterValues } from '../../extension/contracts/strategy.ts';
import { completeParameters } from '../../sandbox/parameters.ts';
import { failureOf } from './support.ts';

describe('parameters', () => {
  const definitions: ParameterDefinitions = {
    fast: { type: 'integer', default: 10, min: 2, max: 100 },
    stopPercent: { type: 'number', default: 5, min: 0.5, max: 50 },
  };
  const problemOf = async (given: ParameterValues) =>
    failureOf(Promise.resolve().then(() => completeParameters(definitions, given)));

  it('are filled with their defaults', () => {
    expect(completeParameters(definitions, { fast: 7 })).toEqual({ fast: 7, stopPercent: 5 });
  });

  it('that nobody declared are refused with the name that was meant', async () => {
    expect(await problemOf({ fsat: 7 })).toMatchObject({
      reason: 'strategy.parameter',
      action: 'Did you mean fast? It has fast, stopPercent.',
    });
    expect((await problemOf({ quantity: 7 })).action).toBe('It has fast, stopPercent.');
    expect((await problemOf({ constructor: 7 } as unknown as ParameterValues)).reason).toBe(
      'strategy.parameter',
    );
  });

  it.each([{ fast: 1 }, { fast: 101 }, { fast: 2.5 }, { stopPercent: Number.NaN }])(
    'out of their bounds are refused with the bounds: %o',
    async (given) => {
      const failure = await problemOf(given);
      expect(failure.reason).toBe('strategy.parameter');
      expect(failure.message).toMatch(/from (2 to 100|0\.5 to 50), was /);
    },
  );
});

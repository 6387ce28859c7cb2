import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validationKinds, validationRequestSchema } from '../../../extension/contracts/validation.ts';
import { barsIn } from '../../../extension/evaluation/validation/ranges.ts';
import { validationScheme } from '../../../extension/evaluation/validation/scheme.ts';
import { usualValidation } from '../../../extension/evaluation/validation/usual.ts';

const requestOf = (fields: Record<string, unknown>) => validationRequestSchema.parse(fields);
const usualOf = (fields: Record<string, unknown>, rows: number, bars = rows) =>
  usualValidation(requestOf(fields), rows, bars);

describe('a validation of which nothing but the kind is said', () => {
  it('tests in parts that carry a figure, and trains on at least as many rows', () => {
    fc.assert(
      fc.property(fc.constantFrom(...validationKinds), fc.integer({ min: 120, max: 5000 }), (kind, rows) => {
        const { folds, paths } = validationScheme(usualOf({ kind }, rows), rows);
        expect(folds.length).toBeGreaterThan(1);
        expect(paths.length).toBeGreaterThan(0);
        for (const { train, test } of folds) {
          for (const range of test) expect(barsIn([range])).toBeGreaterThanOrEqual(30);
          expect(barsIn(train)).toBeGreaterThanOrEqual(kind === 'combinatorial' ? 25 : 30);
        }
      }),
    );
  });

  it('parts a long walk-forward into twelve windows, of which four are the first to train on', () => {
    expect(usualOf({}, 1200)).toEqual({
      kind: 'walk-forward',
      train: 400,
      test: 100,
      step: undefined,
      anchored: false,
      purge: 0,
      embargo: 0,
    });
    expect(usualOf({ kind: 'anchored' }, 1205)).toMatchObject({ anchored: true, train: 405, test: 100 });
    expect(usualOf({ kind: 'k-fold' }, 1000)).toMatchObject({ folds: 5, embargo: 10 });
    expect(usualOf({ kind: 'combinatorial' }, 1000)).toMatchObject({
      groups: 10,
      testGroups: 2,
      embargo: 10,
    });
  });

  it.each([
    ['rolling', 89],
    ['k-fold', 59],
    ['combinatorial', 89],
  ])('is refused where a %s one has %i rows, one too few', (kind, rows) => {
    expect(() => usualOf({ kind }, rows)).toThrow(expect.objectContaining({ reason: 'data.empty' }));
    expect(() => usualOf({ kind }, rows + 1)).not.toThrow();
  });
});

describe('a length in bars', () => {
  it('becomes whole rows, rounded up where it is left out between train and test', () => {
    const hourly = { kind: 'rolling', train: 24 * 100, test: 24 * 20 + 3, purge: 25, embargo: 1 };
    expect(usualOf(hourly, 500, 24 * 500)).toMatchObject({ train: 100, test: 20, purge: 2, embargo: 1 });
  });

  it('gives the one that is left out: a test of a quarter of the train window', () => {
    expect(usualOf({ train: 100 }, 500)).toMatchObject({ train: 100, test: 25 });
    expect(usualOf({ test: 30 }, 500)).toMatchObject({ train: 120, test: 30 });
  });

  it('must leave bars to test, and groups to train on', () => {
    expect(() => usualOf({ train: 500 }, 500)).toThrow(expect.objectContaining({ reason: 'usage' }));
    expect(() => usualOf({ kind: 'combinatorial', groups: 3, testGroups: 3 }, 500)).toThrow(
      expect.objectContaining({ reason: 'usage' }),
    );
  });

  it.each([
    [{ train: 12_000 }, '--train 12000 leaves none of the 12000 bars', 'below 12000'],
    [{ test: 3000 }, '--test 3000 asks for a train window of 12000 bars', '--test below 2400'],
    [
      { train: 480, purge: 240, embargo: 250 },
      '--purge 240 and --embargo 250 leave none of the 480',
      'than 480',
    ],
    [{ train: 480, test: 120, step: 24 }, '--step 24 tests some bars twice, with test windows of 120', '120'],
  ])('%j is refused in bars, by the value, its bound and what to do', (fields, message, action) => {
    expect(() => usualOf(fields, 500, 24 * 500)).toThrow(
      expect.objectContaining({
        reason: 'usage',
        message: expect.stringContaining(message),
        action: expect.stringContaining(action),
      }),
    );
  });

  it.each([
    [{ train: 720, test: 24 }, '--test'],
    [{ train: 720, test: 24, step: 24 }, '--step'],
    [{ train: 24 }, '--train'],
  ])(
    '%j is refused where it gives thousands of test windows, with the least that will do',
    (fields, name) => {
      const rows = 5000;
      let told = { message: '', action: '' };
      try {
        usualOf(fields, rows, 24 * rows);
      } catch (error) {
        told = error as typeof told;
      }
      expect(told.message).toMatch(new RegExp(`^${name} 24 gives \\d{4} test windows.*at most 1000`));
      const least = Number(/at least (\d+)/.exec(told.action)?.[1]);
      const lengths = name === '--step' ? { ...fields, step: least } : { ...fields, test: least };
      const { folds } = validationScheme(usualOf(lengths, rows, 24 * rows), rows);
      expect(folds.length).toBeLessThanOrEqual(1000);
      expect(folds.length).toBeGreaterThan(900);
    },
  );

  it.each([
    [{ kind: 'k-fold', train: 10 }, 'train'],
    [{ kind: 'rolling', folds: 4 }, 'folds'],
    [{ kind: 'anchored', testGroups: 2 }, 'testGroups'],
    [{ kind: 'combinatorial', step: 5 }, 'step'],
  ])('%j is refused: the kind has none', (fields, name) => {
    const parsed = validationRequestSchema.safeParse(fields);
    expect(parsed.error?.issues[0]?.path).toEqual([name]);
  });
});

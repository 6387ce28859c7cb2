import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { validationDefinitionSchema } from '../../../extension/contracts/validation.ts';
import type { Scheme } from '../../../extension/evaluation/validation/fold.ts';
import type { BarRange } from '../../../extension/evaluation/validation/ranges.ts';
import { validationScheme } from '../../../extension/evaluation/validation/scheme.ts';

const schemeOf = (fields: Record<string, unknown>, bars: number): Scheme =>
  validationScheme(validationDefinitionSchema.parse(fields), bars);

const barsOf = (ranges: readonly BarRange[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index));

/** Bars of a path in its order. */
const pathBars = ({ folds }: Scheme, path: Scheme['paths'][number]): number[] =>
  path.flatMap(({ fold, test }) => barsOf(folds[fold]?.test.slice(test, test + 1) ?? []));

const upTo = (end: number): number[] => Array.from({ length: end }, (_, bar) => bar);

const borders = { purge: fc.integer({ min: 0, max: 5 }), embargo: fc.integer({ min: 0, max: 5 }) };
const definitions = fc.oneof(
  fc.record({
    kind: fc.constant('hold-out'),
    fraction: fc.double({ min: 0.1, max: 0.8, noNaN: true }),
    ...borders,
  }),
  fc.record({
    kind: fc.constant('walk-forward'),
    train: fc.integer({ min: 11, max: 60 }),
    test: fc.integer({ min: 1, max: 40 }),
    anchored: fc.boolean(),
    ...borders,
  }),
  fc.record({ kind: fc.constant('k-fold'), folds: fc.integer({ min: 2, max: 8 }), ...borders }),
  fc.record({
    kind: fc.constant('combinatorial'),
    groups: fc.integer({ min: 3, max: 7 }),
    testGroups: fc.integer({ min: 1, max: 2 }),
    ...borders,
  }),
);
const lengths = fc.integer({ min: 120, max: 300 });

describe('every validation', () => {
  it('trains on no bar that it tests, nor on one within purge and embargo of it', () => {
    fc.assert(
      fc.property(definitions, lengths, (definition, bars) => {
        const { purge, embargo } = definition;
        const isOneSided = definition.kind === 'hold-out' || definition.kind === 'walk-forward';
        const before = isOneSided ? purge + embargo : purge;
        for (const { train, test } of schemeOf(definition, bars).folds) {
          const trained = new Set(barsOf(train));
          expect(trained.size).toBeGreaterThan(0);
          for (const { from, to } of test) {
            for (let bar = from - before; bar < to + purge + embargo; bar++) {
              expect(trained.has(bar), `bar ${bar} beside ${from} to ${to}`).toBe(false);
            }
          }
        }
      }),
    );
  });

  it('leaves no bar out of a train part that the rules let stay', () => {
    const symmetric = definitions.filter(({ kind }) => kind === 'k-fold' || kind === 'combinatorial');
    fc.assert(
      fc.property(symmetric, lengths, ({ purge, embargo, ...definition }, bars) => {
        for (const { train, test } of schemeOf({ ...definition, purge, embargo }, bars).folds) {
          const tested = barsOf(test);
          const expected = upTo(bars).filter(
            (bar) => !tested.some((other) => bar >= other - purge && bar <= other + purge + embargo),
          );
          expect(barsOf(train)).toEqual(expected);
        }
      }),
    );
  });

  it('tests each bar at most once in a path, in order of time', () => {
    fc.assert(
      fc.property(definitions, lengths, (definition, bars) => {
        const scheme = schemeOf(definition, bars);
        for (const path of scheme.paths) {
          const tested = pathBars(scheme, path);
          expect(tested).toEqual(upTo(bars).slice(bars - tested.length));
        }
      }),
    );
  });

  it('refuses bars too few for a fold', () => {
    const fault = expect.toSatisfy((error: unknown) => LabError.is(error, 'data.empty'));
    expect(() => schemeOf({ kind: 'k-fold', folds: 5 }, 4)).toThrow(fault);
    expect(() => schemeOf({ kind: 'k-fold', folds: 2, purge: 10 }, 12)).toThrow(fault);
    expect(() => schemeOf({ kind: 'walk-forward', train: 50, test: 10 }, 50)).toThrow(fault);
    expect(() => schemeOf({ kind: 'combinatorial', groups: 10, testGroups: 2, purge: 50 }, 100)).toThrow(
      fault,
    );
  });
});

describe('walk-forward', () => {
  it('rolls its train window along, or grows it from the first bar', () => {
    const windows = { kind: 'walk-forward', train: 50, test: 20, purge: 3, embargo: 2 };
    expect(schemeOf(windows, 100).folds).toEqual([
      { train: [{ from: 0, to: 45 }], test: [{ from: 50, to: 70 }] },
      { train: [{ from: 20, to: 65 }], test: [{ from: 70, to: 90 }] },
      { train: [{ from: 40, to: 85 }], test: [{ from: 90, to: 100 }] },
    ]);
    const anchored = schemeOf({ ...windows, anchored: true }, 100).folds;
    expect(anchored.map(({ train }) => train)).toEqual([
      [{ from: 0, to: 45 }],
      [{ from: 0, to: 65 }],
      [{ from: 0, to: 85 }],
    ]);
  });

  it('tests every bar behind the first train window exactly once', () => {
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 50 }),
        (bars, train, test) => {
          const scheme = schemeOf({ kind: 'walk-forward', train, test }, bars);
          expect(scheme.folds.flatMap((fold) => barsOf(fold.test))).toEqual(upTo(bars).slice(train));
          expect(scheme.paths).toHaveLength(1);
        },
      ),
    );
  });

  it('steps further where asked, and never over a bar twice', () => {
    const stepped = schemeOf({ kind: 'walk-forward', train: 50, test: 10, step: 25 }, 100);
    expect(stepped.folds.map(({ test }) => test)).toEqual([[{ from: 50, to: 60 }], [{ from: 75, to: 85 }]]);
    const fault = expect.toSatisfy((error: unknown) => LabError.is(error, 'usage'));
    expect(() => schemeOf({ kind: 'walk-forward', train: 50, test: 10, step: 5 }, 100)).toThrow(fault);
    expect(() => schemeOf({ kind: 'walk-forward', train: 5, test: 10, purge: 3, embargo: 2 }, 100)).toThrow(
      fault,
    );
  });
});

describe('k-fold', () => {
  it('tests every bar exactly once, in folds of nearly one size', () => {
    const scheme = schemeOf({ kind: 'k-fold', folds: 7 }, 100);
    expect(scheme.folds.flatMap(({ test }) => barsOf(test))).toEqual(upTo(100));
    expect(new Set(scheme.folds.map(({ test }) => barsOf(test).length))).toEqual(new Set([14, 15]));
  });
});

describe('combinatorial purged cross-validation', () => {
  it('has the five paths through six groups of the worked example (López de Prado 2018, figures 12.1 and 12.2)', () => {
    const scheme = schemeOf({ kind: 'combinatorial', groups: 6, testGroups: 2 }, 60);
    expect(scheme.folds).toHaveLength(15);
    const splits = scheme.folds.map(({ test }) => test.map(({ from }) => from / 10 + 1));
    expect(splits.slice(0, 6)).toEqual([
      [1, 2],
      [1, 3],
      [1, 4],
      [1, 5],
      [1, 6],
      [2, 3],
    ]);
    // Split of each group on each path, split numbers from 1 as in figure 12.2.
    expect(scheme.paths.map((path) => path.map(({ fold }) => fold + 1))).toEqual([
      [1, 1, 2, 3, 4, 5],
      [2, 6, 6, 7, 8, 9],
      [3, 7, 10, 10, 11, 12],
      [4, 8, 11, 13, 13, 14],
      [5, 9, 12, 14, 15, 15],
    ]);
  });

  it('has C(N, k) k / N paths, each through every bar once, and uses each test range of each split once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 8 }), fc.nat(), lengths, (groups, chance, bars) => {
        const testGroups = 1 + (chance % (groups - 1));
        const scheme = schemeOf({ kind: 'combinatorial', groups, testGroups }, bars);
        let splits = 0;
        for (let members = 0; members < 2 ** groups; members++) {
          const size = upTo(groups).filter((group) => (members >> group) & 1).length;
          if (size === testGroups) splits++;
        }
        expect(scheme.folds).toHaveLength(splits);
        expect(scheme.paths).toHaveLength((splits * testGroups) / groups);
        for (const path of scheme.paths) expect(pathBars(scheme, path)).toEqual(upTo(bars));
        const pieces = scheme.paths.flat().map(({ fold, test }) => `${fold} ${test}`);
        expect(new Set(pieces).size).toBe(pieces.length);
        expect(pieces).toHaveLength(splits * testGroups);
      }),
    );
  });

  it('refuses more splits than anybody waits for', () => {
    const fault = expect.toSatisfy((error: unknown) => LabError.is(error, 'usage'));
    expect(() => schemeOf({ kind: 'combinatorial', groups: 20, testGroups: 10 }, 1000)).toThrow(fault);
  });
});

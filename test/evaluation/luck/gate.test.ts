import { describe, expect, it } from 'vitest';
import type { BacktestResult } from '../../../extension/contracts/backtest.ts';
import type { Fragility } from '../../../extension/contracts/fragility.ts';
import { gatePolicySchema, type LuckSummary } from '../../../extension/contracts/gate.ts';
import type { ValidationSummary } from '../../../extension/contracts/validation.ts';
import { judgeGate, luckWithPaths } from '../../../extension/evaluation/gate.ts';
import { makeInput } from '../../reports/sample.ts';
import { makeValidation } from '../../reports/validationSample.ts';

const policy = gatePolicySchema.parse({});

const luck: LuckSummary = {
  observations: 500,
  sharpe: 0.15,
  psr: 0.999,
  minTrackRecord: 120,
  trials: 40,
  effectiveTrials: 12,
  expectedMaximum: 0.05,
  dsr: 0.97,
  pbo: 0.1,
  realityCheck: 0.01,
  spa: 0.02,
  medianPathSharpe: 0.08,
  paths: 9,
  embargo: 5,
  position: 12,
  counted: { markets: [{ venue: 'venue', symbol: 'TEST' }], from: 0, to: 1 },
  reasons: {},
};

const figures = { totalReturn: 0.4, sharpe: 1, maxDrawdown: 0.1, trades: 40 };
const alike = { at: 100, from: 0, to: 100, compared: 12, difference: null, problem: null };
const sound: Fragility = {
  base: figures,
  delay: { bars: 1, twoFills: 0, figures: { ...figures, totalReturn: 0.3 }, problem: null },
  doubledCosts: { figures: { ...figures, totalReturn: 0.2 }, problem: null, limits: [], funding: null },
  shiftedStart: [alike],
  cutData: [alike],
  noiseFuture: [alike],
};

const held = { totalReturn: 0.2, trades: 30 };
const good: BacktestResult = {
  ...makeInput().result,
  doubleRun: { verdict: 'identical', chunks: [1, 4] },
  segments: { splitTime: 1, inSample: held, outOfSample: held },
};

function statesOf(result: BacktestResult, of: LuckSummary | null) {
  const { verdict, checks } = judgeGate({ policy, result, luck: of, fragility: sound });
  return {
    verdict,
    failed: checks.filter(({ state }) => state !== 'pass').map(({ name, state }) => `${name} ${state}`),
  };
}

describe('the gate', () => {
  it('is passed where every check is', () => {
    expect(statesOf(good, luck)).toEqual({ verdict: 'pass', failed: [] });
  });

  it.each([
    ['dsr', { dsr: 0.94 }],
    ['pbo', { pbo: 0.21 }],
    ['spa', { spa: 0.06 }],
    ['median-path', { medianPathSharpe: 0 }],
    ['track-record', { minTrackRecord: 501 }],
  ] as const)('is not passed for %s alone, and names it with its figures', (name, change) => {
    const { verdict, checks } = judgeGate({
      policy,
      result: good,
      luck: { ...luck, ...change },
      fragility: sound,
    });
    expect(verdict).toBe('fail');
    const failed = checks.filter(({ state }) => state === 'fail');
    expect(failed.map((check) => check.name)).toEqual([name]);
    expect(failed[0]?.text).toContain(String(Object.values(change)[0]));
  });

  it('is passed at its very bounds, but for the median path, which must exceed its own', () => {
    const edge = { ...luck, dsr: 0.95, pbo: 0.2, spa: 0.05, minTrackRecord: 500 };
    expect(statesOf(good, edge).verdict).toBe('pass');
  });

  it.each(['dsr', 'pbo', 'spa', 'medianPathSharpe', 'minTrackRecord'] as const)(
    'is never passed where %s is not available',
    (figure) => {
      const reasons = { [figure]: 'too few returns' };
      const { verdict, failed } = statesOf(good, { ...luck, [figure]: null, reasons });
      expect(verdict).toBe('not-enough');
      expect(failed).toHaveLength(1);
    },
  );

  it('is never passed without a search, a second run, a held-back part, or costs', () => {
    expect(statesOf(good, null).verdict).toBe('not-enough');
    expect(statesOf({ ...good, doubleRun: { verdict: 'not-run', chunks: [1] } }, luck)).toMatchObject({
      failed: ['double-run not-available'],
    });
    expect(statesOf({ ...good, doubleRun: { verdict: 'different', chunks: [1] } }, luck).verdict).toBe(
      'fail',
    );
    expect(statesOf({ ...good, segments: null }, luck).failed).toEqual(['out-of-sample not-available']);
    const few = { splitTime: 1, inSample: held, outOfSample: { ...held, trades: 3 } };
    expect(statesOf({ ...good, segments: few }, luck).failed).toEqual(['out-of-sample not-available']);
    const lost = { splitTime: 1, inSample: held, outOfSample: { ...held, totalReturn: -0.01 } };
    expect(statesOf({ ...good, segments: lost }, luck).failed).toEqual(['out-of-sample fail']);
    const { manifest } = good;
    const free = { ...manifest, settings: { ...manifest.settings, fee: 0, slippage: 0, spread: 0 } };
    expect(statesOf({ ...good, manifest: free }, luck).failed).toEqual(['costs fail']);
    // Whatever is paid is a cost, and is named.
    const fixed = { ...free, settings: { ...free.settings, fixedFee: 1, volumeSlippage: 0.1 } };
    const paying = judgeGate({ policy, result: { ...good, manifest: fixed }, luck, fragility: sound });
    const check = paying.checks.find(({ name }) => name === 'costs');
    expect(check).toMatchObject({ state: 'pass', value: null });
    expect(check?.text).toBe('Each order pays a fixed fee. Market orders pay slippage by volume.');
  });

  const differs = { ...alike, difference: { bar: 73, time: 1_600_000_000_000 } };
  it.each([
    ['delay', { delay: { ...sound.delay, figures: { ...figures, totalReturn: 0.1 } } }, '28.33 %'],
    [
      'doubled-costs',
      { doubledCosts: { ...sound.doubledCosts, figures: { ...figures, totalReturn: -0.02 } } },
      '-2 %',
    ],
    ['shifted-start', { shiftedStart: [alike, differs] }, 'bar 73'],
    ['look-ahead', { cutData: [alike, differs] }, 'bar 73'],
    ['look-ahead', { noiseFuture: [differs] }, 'bar 73'],
  ] as const)('is not passed for %s alone, and says what was found', (name, change, found) => {
    const fragility = { ...sound, ...change } as Fragility;
    const { verdict, checks } = judgeGate({ policy, result: good, luck, fragility });
    expect(verdict).toBe('fail');
    const failed = checks.filter(({ state }) => state === 'fail');
    expect(failed.map((check) => check.name)).toEqual([name]);
    expect(failed[0]?.text).toContain(found);
  });

  it('is never passed where the run was not varied', () => {
    const { verdict, checks } = judgeGate({ policy, result: good, luck, fragility: null });
    expect(verdict).toBe('not-enough');
    const open = checks.filter(({ state }) => state === 'not-available').map(({ name }) => name);
    expect(open).toEqual(['delay', 'doubled-costs', 'shifted-start', 'look-ahead']);
  });

  describe('of a run that was validated', () => {
    const rolling = makeValidation();
    const checkOf = (validation: ValidationSummary, name: string) =>
      judgeGate({
        policy,
        result: { ...good, segments: null },
        luck,
        fragility: sound,
        validation,
      }).checks.find((check) => check.name === name);
    const withPath = (changes: Partial<ValidationSummary['paths'][number]>): ValidationSummary => ({
      ...rolling,
      paths: rolling.paths.map((path) => ({ ...path, ...changes })),
    });

    it('takes what the folds made out of sample in place of a held-back part', () => {
      expect(checkOf(withPath({ totalReturn: 0.1, trades: 30 }), 'out-of-sample')).toMatchObject({
        state: 'pass',
        value: 0.1,
      });
      expect(checkOf(withPath({ totalReturn: -0.1, trades: 30 }), 'out-of-sample')?.state).toBe('fail');
      expect(checkOf(withPath({ totalReturn: 0.1, trades: 9 }), 'out-of-sample')?.state).toBe(
        'not-available',
      );
    });

    it('takes the median of the confirmed paths where it was combinatorial by Sharpe ratio, and only there', () => {
      const combinatorial = makeValidation('combinatorial');
      expect(checkOf(combinatorial, 'median-path')?.value).toBe(combinatorial.spread?.median);
      expect(
        checkOf(
          { ...combinatorial, paths: combinatorial.paths.map((path) => ({ ...path, score: null })) },
          'median-path',
        )?.state,
      ).toBe('not-available');
      expect(checkOf({ ...combinatorial, objective: 'sortino' }, 'median-path')?.value).toBe(0.08);
      expect(checkOf(rolling, 'median-path')?.value).toBe(0.08);
      expect(luckWithPaths(luck, combinatorial)?.paths).toBe(combinatorial.paths.length);
      expect(luckWithPaths(null, combinatorial)).toBeNull();
      // Of nine paths five lose everything, though their ratios are the highest: so does the middle one.
      const lost = combinatorial.paths.map((path, index) =>
        index < 5 ? { ...path, totalReturn: -1, score: 9 } : path,
      );
      expect(checkOf({ ...combinatorial, paths: lost }, 'median-path')).toMatchObject({
        state: 'not-available',
        text: expect.stringContaining('the middle path loses everything'),
      });
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { BacktestResult } from '../../../extension/contracts/backtest.ts';
import { type GateCheck, gatePolicySchema, type LuckSummary } from '../../../extension/contracts/gate.ts';
import { type GateView, gateViewSchema } from '../../../extension/contracts/gatePanel.ts';
import type { RunEvidence } from '../../../extension/contracts/runEvidence.ts';
import type { ValidationSummary } from '../../../extension/contracts/validation.ts';
import { judgeGate } from '../../../extension/evaluation/gate.ts';
import { luckOf } from '../../../extension/evaluation/luck.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import {
  checkLabels,
  gateSentences,
  gateStates,
  gateVerdicts,
  luckLabels,
  luckMeanings,
  luckReasons,
} from '../../../extension/reports/gateTexts.ts';
import { gateView } from '../../../extension/reports/panel/gateView.ts';
import { reportInputOf } from '../../../extension/reports/panel/reportInput.ts';
import { wordsOf } from '../../../extension/reports/panel/words.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { inEnglish, type Translate } from '../../../webviews/shared/texts.ts';
import { makeValidation } from '../validationSample.ts';
import { makeEvidence, makeLuck } from './evidence.ts';

const policy = gatePolicySchema.parse({});
const evidence = makeEvidence({ bars: 4000 });

function viewOf(of: RunEvidence, translate: Translate = inEnglish): GateView {
  return gateViewSchema.parse(
    gateView(
      of,
      wordsOf(backtestTexts, translate, (step) => step),
    ),
  );
}

/** By the checks that have words of their own here. */
function judged(
  result: BacktestResult,
  luck: LuckSummary | null,
  validation: ValidationSummary | null = null,
): RunEvidence {
  const { optimisation } = evidence;
  const { fragility } = evidence;
  const { verdict, checks } = judgeGate({ policy, result, luck, fragility, validation });
  return {
    ...evidence,
    result,
    validation,
    gate: { verdict, checks: checks.filter(({ name }) => checkLabels[name] !== undefined) },
    optimisation: luck && optimisation && { ...optimisation, luck },
  };
}

describe('the gate of a run', () => {
  test('says its verdict first, and names each check that stands in its way', () => {
    const { verdict, sentences } = viewOf(evidence);
    expect(verdict).toBe('fail');
    expect(sentences[0]).toBe('The gate is not passed.');
    const failed = evidence.gate.checks.filter(({ state }) => state === 'fail').map(({ name }) => name);
    expect(failed).toEqual(expect.arrayContaining(['dsr', 'track-record']));
    expect(sentences[1]).toMatch(/^Failed: Deflated Sharpe ratio, Minimum track record/);
    expect(sentences.at(-1)).toBe('Not available: Median path.');
  });

  test('lists every check with its state in words, its figure, its bound and its sentence', () => {
    const { checks } = viewOf(evidence);
    expect(checks).toHaveLength(evidence.gate.checks.length);
    expect(checks.find(({ label }) => label === 'Deflated Sharpe ratio')).toEqual({
      label: 'Deflated Sharpe ratio',
      state: 'fail',
      stateText: 'failed',
      value: '0.3931',
      bound: 'at least 0.95',
      why: 'The deflated Sharpe ratio is 0.3931, and must be at least 0.95.',
    });
    expect(checks.find(({ label }) => label === 'Median path')).toMatchObject({
      state: 'not-available',
      value: '',
      bound: 'above 0',
      why: 'Not available: 166 returns are fewer than 30 for each of 10 groups.',
    });
    expect(checks.find(({ label }) => label === 'Costs')).toMatchObject({
      value: '0.15%',
      bound: 'above 0%',
    });
  });

  test('says of fragility what was found, and without it how to come to it', () => {
    const { checks } = viewOf(evidence);
    expect(checks.find(({ label }) => label === 'One bar of delay')).toMatchObject({
      ...{ state: 'pass', value: '77.98%', bound: 'at least 50%' },
      why: expect.stringContaining('That leaves 78.0% of the log growth'),
    });
    expect(checks.find(({ label }) => label === 'Shifted start')).toMatchObject({
      ...{ state: 'fail', value: '', bound: '' },
      why: 'Begun 30 bars later, it acts otherwise from bar 99 on, 2020-01-05 03:00 UTC.',
    });
    expect(checks.find(({ label }) => label === 'Look-ahead')?.why).toMatch(
      /before bar 101 alone.*With noise/,
    );
    const { result } = evidence;
    const gate = judgeGate({ policy, result, luck: null, fragility: null });
    const plain = viewOf({ ...evidence, gate, fragility: null });
    expect(plain.checks.find(({ label }) => label === 'Look-ahead')?.why).toMatch(/was not varied/);
  });

  test('lists a check that it knows nothing of by its own name and words', () => {
    const check = {
      name: 'far-side-of-the-moon',
      state: 'fail',
      value: 12.34567,
      bound: 3,
      text: 'The far side is 12.35, and must be at most 3.',
    } as unknown as GateCheck;
    const view = viewOf({ ...evidence, gate: { verdict: 'fail', checks: [check] } });
    expect(view.checks).toEqual([
      {
        label: 'far side of the moon',
        state: 'fail',
        stateText: 'failed',
        value: '12.35',
        bound: '3',
        why: check.text,
      },
    ]);
    expect(view.sentences[1]).toBe('Failed: far side of the moon.');
  });

  test('shows each figure of luck with its definition, and why one is not available', () => {
    const { figures } = viewOf(evidence);
    const labels = figures.map(({ label }) => label);
    expect(labels).toEqual(
      expect.arrayContaining([
        ...['Attempts on record', 'Independent attempts', 'Expected by luck', 'Probabilistic Sharpe ratio'],
        ...['Deflated Sharpe ratio', 'Minimum track record', 'Probability of overfitting'],
        ...['Reality check', 'Superior predictive ability', 'Median path'],
      ]),
    );
    for (const { definition } of figures) expect(definition.length).toBeGreaterThan(30);
    expect(figures.find(({ label }) => label === 'Independent attempts')?.text).toBe('6.4');
    expect(figures.find(({ label }) => label === 'Median path')).toMatchObject({
      text: 'not available',
      isAvailable: false,
      why: '166 returns are fewer than 30 for each of 10 groups',
    });
  });

  test('says without a search how to come to one, and judges what can be judged', () => {
    const plain = viewOf({ ...judged(evidence.result, null), optimisation: null });
    expect(plain.advice).toMatch(/strategy-lab optimize FILE/);
    expect(plain.figures).toEqual([]);
    expect(plain.checks.find(({ label }) => label === 'Deflated Sharpe ratio')?.why).toBe(
      'Not available: there was no search.',
    );
    expect(plain.checks.find(({ label }) => label === 'Double run')?.state).toBe('pass');
    expect(viewOf(makeEvidence({ bars: 4000, luck: null })).advice).toMatch(/earlier version/);
    expect(viewOf(evidence).advice).toBeNull();
  });

  test('is part of the page that is saved, where there was a search', () => {
    expect(reportInputOf(evidence).gate).toEqual(evidence.gate);
    expect(reportInputOf({ ...evidence, optimisation: null, stress: null }).gate).toBeUndefined();
  });
});

/** Summaries of searches that lack one thing or another. */
function luckCases(): LuckSummary[] {
  const flat = new Float64Array(400);
  const noise = (rows: number, sign = 1) =>
    Float64Array.from({ length: rows }, (_, row) => (sign * Math.sin(row * row)) / 100 - 0.001);
  const ruinedAt = (row: number) => noise(400).with(row, -1);
  const columns = [
    [noise(400)],
    [noise(12), noise(12, -1)],
    [noise(3), noise(3, -1)],
    [flat, flat],
    [noise(400), noise(400)],
    [new Float64Array(0)],
    // All is lost in the end, and from the first row on.
    [ruinedAt(399), ruinedAt(0)],
    [ruinedAt(0), ruinedAt(0)],
  ];
  return columns.map((each) => ({
    ...finish(
      luckOf({
        columns: each,
        spans: each.map(() => []),
        chosen: 0,
        trials: 3,
        sharpeVariance: null,
        seed: 1,
      }),
    ),
    position: null,
    counted: null,
  }));
}

test('every sentence of the gate, and every reason why a figure is missing, has its words in other languages', () => {
  const tables = [checkLabels, gateStates, gateVerdicts, luckLabels, luckMeanings, backtestTexts];
  const known = new Set([
    ...gateSentences,
    ...luckReasons,
    ...tables.flatMap((table) => Object.values<string>(table)),
  ]);
  const { result } = evidence;
  const { segments, manifest } = result;
  const { settings } = manifest;
  const heldBack = (change: Record<string, number>): BacktestResult => ({
    ...result,
    segments: segments && { ...segments, outOfSample: { ...segments.outOfSample, ...change } },
  });
  const free = { ...settings, fee: 0, slippage: 0, spread: 0 };
  const passing = { dsr: 0.96, pbo: 0.01, spa: 0.01, medianPathSharpe: 0.1, minTrackRecord: 1e-7 };
  const validated = makeValidation();
  const fewTrades = { ...validated, paths: validated.paths.map((path) => ({ ...path, trades: 2 })) };
  const runs = [
    judged(heldBack({ trades: 30, totalReturn: -1.2e-9 }), { ...makeLuck(), ...passing, reasons: {} }),
    judged(heldBack({ trades: 3 }), null),
    judged({ ...result, segments: null, doubleRun: { verdict: 'different', chunks: [] } }, makeLuck()),
    judged({ ...result, manifest: { ...manifest, settings: free } }, makeLuck()),
    judged({ ...result, doubleRun: { verdict: 'not-run', chunks: [] } }, null),
    judged(result, makeLuck(), validated),
    judged(result, makeLuck(), fewTrades),
    ...luckCases().map((luck) => judged(result, luck)),
  ];
  const asked = new Set<string>();
  const listen: Translate = (text, ...values) => {
    asked.add(text);
    return inEnglish(text, ...values);
  };
  for (const run of runs) {
    const { checks, figures } = viewOf(run, listen);
    for (const { why } of [...checks, ...figures]) expect(why).not.toBe('');
  }
  expect([...asked].filter((text) => !known.has(text))).toEqual([]);
  const reached = [...gateSentences, ...luckReasons].filter((text) => asked.has(text));
  expect(reached.length).toBeGreaterThan(20);
});

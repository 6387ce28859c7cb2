import { describe, expect, test } from 'vitest';
import { generateSteps } from '../../../extension/pipelines/generate/contracts.ts';
import { outcomeOf, tokensOf } from '../../../extension/reports/saga/stepReading.ts';
import { model, results } from './sampleResults.ts';
import { say, words } from './say.ts';

test('each step of the pipeline tells what it came to in its own words', () => {
  expect(generateSteps.map((step) => `${step}: ${outcomeOf(step, results, words)}`)).toEqual([
    'reason: rsi-reversion, confidence 0.82, parts of the idea not understood: 1',
    'code: rsi-reversion-1f.strategy.ts, written by an agent',
    'guard: No findings',
    'sandbox: 1,234 fills, double run identical. Docker with gVisor: a separate kernel',
    'optimise: Trials: 2, best Sharpe 1.04 in sample, -0.31 out of sample',
    'backtest: Sharpe 1.04 in sample, -0.31 out of sample, 34 trades',
    'review: Report run.html',
    'deploy: Recorded for paper; nothing trades',
    'monitor: Recorded, expected drawdown 12.34%',
  ]);
});

test('a figure of the searched part never stands without the held-back part, or the word that it was not run', () => {
  expect(outcomeOf('optimise', { optimise: results.optimise }, words)).toBe(
    'Trials: 2, best Sharpe 1.04 in sample, not yet run out of sample',
  );
});

test('a validation tells both sides of its score, and what it made out of sample', () => {
  const validate = { folds: 8, score: { inSample: 0.2, outOfSample: null }, totalReturn: -0.05 };
  expect(outcomeOf('validate', { validate }, words)).toBe(
    'Folds: 8, score 0.200 in sample, not available out of sample, -5.00% out of sample in all',
  );
});

test('a stress test tells on how many markets it made money, and how deep it fell', () => {
  const stress = { stress: 'a'.repeat(64), markets: 46, profitable: 20, worstDrawdown: 0.31 };
  expect(outcomeOf('stress', { stress }, words)).toBe(
    'Made money on 20 of 46 other markets, deepest drawdown 31.00%',
  );
});

describe('a step that is not known', () => {
  test('tells the first plain values of its result', () => {
    const result = { text: 'one\ntwo', deep: { a: 1 }, count: 3, isFine: true, more: 4 };
    expect(outcomeOf('other', { other: result }, words)).toBe('text one two, count 3, isFine true');
    expect(outcomeOf('other', { other: [1] }, words)).toBe('0 1');
    expect(outcomeOf('other', { other: null }, words)).toBe('Its result is kept');
    expect(outcomeOf('constructor', { constructor: 7 }, words)).toBe('7');
  });

  test('and one whose result has another shape than expected are told all the same', () => {
    expect(outcomeOf('guard', { guard: { verdict: 'fine' } }, words)).toBe('verdict fine');
    expect(outcomeOf('guard', {}, words)).toBeNull();
  });

  test('cannot reorder or flood the line', () => {
    const line = outcomeOf('other', { other: { text: `\u202e${'x'.repeat(1000)}` } }, words) ?? '';
    expect(line).toContain('<U+202E>');
    expect(line.length).toBeLessThanOrEqual(160);
  });
});

describe('tokens', () => {
  const usage = { inputTokens: 1200, outputTokens: 34 };

  test.each([
    ['rules use none, and it says so', results.reason, '0', 'None: rule-based reasoning works by rules'],
    ['a step without an agent uses none', results.guard, '0', 'None: this step asks no model.'],
    [
      'a person uses none, even where an agent wrote before',
      { ...results.code, author: 'person' },
      '0',
      'a person',
    ],
    ['a model is counted', { agent: model, usage }, '1,234', '1,200 read and 34 written by some-model.'],
    [
      'models inside are counted together',
      { a: { agent: model, usage }, b: { agent: model, usage } },
      '2,468',
      '',
    ],
    ['a model that does not tell', { reasoning: { agent: model } }, 'not told', 'some-model did not tell'],
    ['a count that cannot be', { agent: model, usage: { inputTokens: -1 } }, 'not told', ''],
    ['no result yet', undefined, '', 'Known when the step is done.'],
  ])('%s', (_, result, short, text) => {
    const tokens = tokensOf(result, say);
    expect(tokens.short).toBe(short);
    expect(tokens.text).toContain(text);
  });
});

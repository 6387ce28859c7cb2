import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import {
  type backtestStepSchema,
  type codeStepSchema,
  type deployStepSchema,
  generateSteps,
  type guardStepSchema,
  type monitorStepSchema,
  type optimiseStepSchema,
  type reasonResultSchema,
  type reviewStepSchema,
  type sandboxStepSchema,
} from '../../../extension/pipelines/generate/contracts.ts';
import { outcomeOf, tokensOf } from '../../../extension/reports/saga/stepReading.ts';
import { say } from './say.ts';

const hash = 'a'.repeat(64);
const ruleBased = { name: 'rule-based reasoning', kind: 'rule-based' as const, version: '1' };
const model = { name: 'some-model', kind: 'model' as const, version: '2' };
const isolation = { level: 'gvisor' as const, backend: 'docker-runsc', memoryLimitHolds: true };

const reason: z.infer<typeof reasonResultSchema> = {
  market: {
    symbol: 'BTC/USDT',
    timeframe: '1h',
    bars: 1000,
    firstTime: 0,
    lastTime: 1,
    regime: 'calm-range',
    holdReturn: 0,
    annualVolatility: null,
    averageTrueRange: 0.01,
    efficiency: 0.2,
  },
  reasoning: {
    agent: ruleBased,
    language: 'en',
    family: 'rsi-reversion',
    params: {},
    steps: Array.from({ length: 5 }, () => ({ title: 't', text: 't', numbers: {} })),
    notUnderstood: ['moon phases'],
    confidence: 0.824,
  },
};
const code: z.infer<typeof codeStepSchema> = {
  author: 'agent',
  codeHash: hash,
  file: 'rsi-reversion-1f.strategy.ts',
  code: { agent: ruleBased, name: 'rsi', fileName: 'rsi.strategy.ts', source: 'x', grid: {} },
};
const optimise: z.infer<typeof optimiseStepSchema> = {
  splitBar: 700,
  params: { length: 10 },
  reasons: [],
  optimisation: {
    metric: 'sharpe',
    chosen: 1,
    trials: [
      { params: { length: 14 }, inSample: { sharpe: 0.2, trades: 20 }, outOfSample: null },
      { params: { length: 10 }, inSample: { sharpe: 1.041, trades: 20 }, outOfSample: null },
    ],
  },
};
const backtest: z.infer<typeof backtestStepSchema> = {
  result: hash,
  chart: hash,
  plots: [],
  metrics: { sharpe: 0.9, trades: 34 },
  inSample: { sharpe: 1.041 },
  outOfSample: { sharpe: -0.31 },
  isolation,
};
const results = {
  reason,
  code,
  guard: { codeHash: hash, findings: [] } satisfies z.infer<typeof guardStepSchema>,
  sandbox: {
    description: { name: 'rsi', params: {} },
    isolation,
    doubleRun: 'identical',
    warmUp: 14,
    fills: 1234,
  } satisfies z.infer<typeof sandboxStepSchema>,
  optimise,
  backtest,
  review: { report: hash, file: 'run.html' } satisfies z.infer<typeof reviewStepSchema>,
  deploy: {
    venue: 'paper',
    trades: false,
    strategy: 'rsi',
    codeHash: hash,
    params: {},
    result: hash,
    note: 'n',
  } satisfies z.infer<typeof deployStepSchema>,
  monitor: {
    state: 'recorded',
    expected: { maxDrawdown: 0.1234, winRate: null, averageBars: null },
  } satisfies z.infer<typeof monitorStepSchema>,
};

test('each step of the pipeline tells what it came to in its own words', () => {
  expect(generateSteps.map((step) => `${step}: ${outcomeOf(step, results, say)}`)).toEqual([
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
  expect(outcomeOf('optimise', { optimise }, say)).toBe(
    'Trials: 2, best Sharpe 1.04 in sample, not yet run out of sample',
  );
});

describe('a step that is not known', () => {
  test('tells the first plain values of its result', () => {
    const result = { text: 'one\ntwo', deep: { a: 1 }, count: 3, isFine: true, more: 4 };
    expect(outcomeOf('other', { other: result }, say)).toBe('text one two, count 3, isFine true');
    expect(outcomeOf('other', { other: [1] }, say)).toBe('0 1');
    expect(outcomeOf('other', { other: null }, say)).toBe('Its result is kept');
    expect(outcomeOf('constructor', { constructor: 7 }, say)).toBe('7');
  });

  test('and one whose result has another shape than expected are told all the same', () => {
    expect(outcomeOf('guard', { guard: { verdict: 'fine' } }, say)).toBe('verdict fine');
    expect(outcomeOf('guard', {}, say)).toBeNull();
  });

  test('cannot reorder or flood the line', () => {
    const line = outcomeOf('other', { other: { text: `\u202e${'x'.repeat(1000)}` } }, say) ?? '';
    expect(line).toContain('<U+202E>');
    expect(line.length).toBeLessThanOrEqual(160);
  });
});

describe('tokens', () => {
  const usage = { inputTokens: 1200, outputTokens: 34 };

  test.each([
    ['rules use none, and it says so', reason, '0', 'None: rule-based reasoning works by rules'],
    ['a step without an agent uses none', results.guard, '0', 'None: this step asks no model.'],
    ['a person uses none, even where an agent wrote before', { ...code, author: 'person' }, '0', 'a person'],
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

import type * as z from 'zod';
import type {
  backtestStepSchema,
  codeStepSchema,
  deployStepSchema,
  guardStepSchema,
  monitorStepSchema,
  optimiseStepSchema,
  reasonResultSchema,
  reviewStepSchema,
  sandboxStepSchema,
} from '../../../extension/pipelines/generate/contracts.ts';
import { heldLimits } from '../heldLimits.ts';

const hash = 'a'.repeat(64);
const ruleBased = { name: 'rule-based reasoning', kind: 'rule-based' as const, version: '1' };
export const model = { name: 'some-model', kind: 'model' as const, version: '2' };
const isolation = { level: 'gvisor' as const, backend: 'docker-runsc', limits: heldLimits };

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
    luck: null,
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
  findings: [],
  metrics: { sharpe: 0.9, trades: 34 },
  inSample: { sharpe: 1.041 },
  outOfSample: { sharpe: -0.31 },
  isolation,
};
/** A result of each step of the main pipeline, as its own contract has it. */
export const results = {
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

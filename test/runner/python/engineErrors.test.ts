import { describe, expect, it } from 'vitest';
import { blockParts } from '../../../extension/backtest/barsBlock.ts';
import { NextError, StrategySession } from '../../../extension/backtest/session.ts';
import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import { plainSettings } from '../../backtest/support/engineRun.ts';
import { defineStrategy } from '../../backtest/support/inlineStrategies.ts';
import { syntheticMarket } from '../../backtest/support/market.ts';
import { type Next, nextCases, pythonAlone, type Setup, setupCases } from './engine/misuse.ts';
import { hasPython, Jobs } from './engine/python.ts';

const columns = syntheticMarket({ bars: 5, seed: 1 });
const common = {
  settings: plainSettings,
  symbols: ['A'],
  timeframe: '1h' as const,
  params: { fast: 5 },
  intentsPerBar: 10,
};

describe.skipIf(!hasPython)('misuse of the API in Python', () => {
  const jobs = new Jobs();
  const block = jobs.block(blockParts([{ columns, from: 0, to: 5 }]));
  const add = (source: string): number =>
    jobs.add({ ...common, kind: 'source', source, blocks: [block], firstBar: 0 });
  const inSetup = setupCases.map(([, python]) => add(sourceOf(python, 'pass')));
  const inNext = nextCases.map(([, python]) => add(sourceOf('pass', python)));
  const alone = pythonAlone.map(([phase, python]) =>
    add(phase === 'setup' ? sourceOf(python, 'pass') : sourceOf('pass', python)),
  );
  const isRight = add(
    sourceOf('self.average = lab.indicators.sma(2)', 'lab.log(f\'{lab.params["fast"]} {lab.bar.index}\')'),
  );
  const answers = jobs.answers() as {
    phase: string;
    type: string;
    message: string;
    bar: number | null;
    lines: string[];
  }[];

  for (const [place, [wrong, python, type, message]] of setupCases.entries()) {
    it(`in setup: ${python}`, () => {
      expect(() => engineRun(wrong, () => undefined)).toThrow();
      expectAnswer(answers[inSetup[place] as number], 'setup', type, message);
    });
  }

  for (const [place, [wrong, python, type, message]] of nextCases.entries()) {
    it(`in next: ${python}`, () => {
      expect(() => engineRun(() => undefined, wrong)).toThrow(NextError);
      expectAnswer(answers[inNext[place] as number], 'next', type, message);
      expect(answers[inNext[place] as number]?.bar).toBe(0);
    });
  }

  for (const [place, [phase, python, type, message]] of pythonAlone.entries()) {
    it(`in ${phase}, of Python alone: ${python}`, () => {
      expectAnswer(answers[alone[place] as number], phase, type, message);
    });
  }

  it('is told from right use', () => {
    expect(answers[isRight]).toMatchObject({ phase: 'done', lines: ['5 1', '5 2', '5 3', '5 4'] });
  });
});

function expectAnswer(
  answer: { phase: string; type: string; message: string } | undefined,
  phase: string,
  type: string,
  message: RegExp,
): void {
  expect({ phase: answer?.phase, type: answer?.type }, answer?.message).toEqual({ phase, type });
  expect(answer?.message).toMatch(message);
}

function sourceOf(setup: string, next: string): string {
  return `from strategy_lab import Strategy\n\nclass Test(Strategy):\n    def setup(self, lab):\n        ${setup}\n\n    def next(self, lab):\n        ${next}\n`;
}

function engineRun(setup: (lab: Setup) => unknown, next: (lab: Next) => unknown): void {
  const strategy = defineStrategy({
    name: 'wrong',
    setup: (lab) => {
      setup(lab as Setup);
    },
    next: (lab) => {
      next(lab as Next);
    },
  }) as AnyStrategy;
  const session = new StrategySession(strategy, { ...common, log: () => undefined });
  session.feed([{ columns, from: 0, to: 5 }]);
}

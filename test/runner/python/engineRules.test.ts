import { afterAll, describe, expect, it, vi } from 'vitest';
import type * as EngineRun from '../../backtest/support/engineRun.ts';
import { goldenRuns } from '../../backtest/support/goldenRuns.ts';
import { addParity } from './engine/parity.ts';
import { hasPython, Jobs } from './engine/python.ts';

type RunArguments = Parameters<typeof EngineRun.runEngine>;

const hooks = vi.hoisted(() => ({ onRun: (..._given: RunArguments): void => undefined }));

// Every run that a check of a rule makes is made in Python too.
vi.mock('../../backtest/support/engineRun.ts', async (importOriginal) => {
  const original = await importOriginal<typeof EngineRun>();
  return {
    ...original,
    runEngine: (...given: RunArguments) => {
      hooks.onRun(...given);
      return original.runEngine(...given);
    },
  };
});

const { plainSettings, defaultParams } = await import('../../backtest/support/engineRun.ts');
const { accountChecks } = await import('../../backtest/rules/account.ts');
const { costChecks } = await import('../../backtest/rules/costs.ts');
const { levelChecks } = await import('../../backtest/rules/levels.ts');
const { orderChecks } = await import('../../backtest/rules/orders.ts');

/** The golden runs, of which the first 3,000 bars are enough here, in these pieces. */
const goldenBars = 3000;
const chunks = [1000, 300];

describe.skipIf(!hasPython)('the fill rules in Python', () => {
  const jobs = new Jobs();
  const ruleRuns = new Map<string, ReturnType<typeof addParity>[]>();
  for (const [name, check] of Object.entries({
    ...orderChecks,
    ...levelChecks,
    ...costChecks,
    ...accountChecks,
  })) {
    const made: RunArguments[] = [];
    hooks.onRun = (...given) => {
      made.push(given);
    };
    check();
    // Only now, because a check may count the calls of its strategy.
    ruleRuns.set(
      name,
      made.map(([strategy, given, options = {}]) => {
        const markets = 'time' in given ? [{ columns: given }] : given;
        const { settings = plainSettings, params = defaultParams(strategy), timeframe = '1h' } = options;
        const { intentsPerBar = 100, chunks: pieces = [3] } = options;
        const run = { strategy, markets, settings, params, timeframe, intentsPerBar };
        return addParity(jobs, { ...run, chunks: pieces, observeEvery: 1 });
      }),
    );
  }
  const golden = goldenRuns(goldenBars).map(
    (run) =>
      [
        run.name,
        addParity(jobs, { ...run, params: defaultParams(run.strategy), chunks, intentsPerBar: 100 }),
      ] as const,
  );
  const answers = jobs.answers();
  afterAll(() => {
    hooks.onRun = () => undefined;
  });

  for (const [name, runs] of ruleRuns) {
    it(`${name}: every run of its check gives equal intents, fills and views`, () => {
      expect(runs.length).toBeGreaterThan(0);
      for (const check of runs) check(answers);
    });
  }

  for (const [name, check] of golden) {
    it(`${name}: equal intents and fills over ${goldenBars} bars`, () => {
      check(answers);
    });
  }
});

import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { RunSettings } from '../../../extension/contracts/backtest.ts';
import { plainSettings } from '../../backtest/support/engineRun.ts';
import { scripted } from '../../backtest/support/inlineStrategies.ts';
import { marketOf } from '../../backtest/support/market.ts';
import { programOf, settingsArbitrary, strategyOfProgram } from '../../backtest/support/programs.ts';
import { funded, oneMarket, severalMarkets } from '../../backtest/support/randomMarkets.ts';
import { flat } from '../../backtest/support/ruleRun.ts';
import { addParity } from './engine/parity.ts';
import { hasPython, Jobs } from './engine/python.ts';

const bars = 60;
const chunksArbitrary = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

/** Where little is needed to use up the margin. */
const tightSettings = settingsArbitrary.map((settings): RunSettings => {
  const margin = { leverage: 15, maintenanceMargin: 0.06, liquidationFee: 0.01 };
  return { ...settings, ...margin, market: 'perpetual' };
});

const runs = [
  ['one market', oneMarket(bars), settingsArbitrary, 100],
  ['several markets that lack bars', severalMarkets(bars), settingsArbitrary, 100],
  ['one market with recorded funding', funded(oneMarket(bars)), settingsArbitrary, 50],
  ['several markets with recorded funding', funded(severalMarkets(bars)), settingsArbitrary, 50],
  ['one market near its margin', oneMarket(bars), tightSettings, 100],
  ['several markets near their margin', severalMarkets(bars), tightSettings, 100],
] as const;

describe.skipIf(!hasPython)('random order programs in Python', () => {
  const jobs = new Jobs();
  const checks = runs.map(([, markets, allSettings, numRuns]) =>
    fc
      .sample(fc.tuple(programOf(bars), markets, allSettings, chunksArbitrary), { numRuns, seed: 3 })
      .map(([program, inputs, settings, chunks]) =>
        addParity(jobs, {
          strategy: strategyOfProgram(program),
          markets: inputs,
          settings,
          chunks,
          observeEvery: 1,
        }),
      ),
  );
  // An open beyond the margin and beyond a stop that lies beyond the margin too, which no program meets by chance.
  const gap = addParity(jobs, {
    strategy: scripted({ 0: ({ buy }) => buy({ units: 900, stopLoss: 92 }) }),
    markets: [{ columns: marketOf([flat(100), flat(100), flat(91), flat(91)]) }],
    settings: {
      ...plainSettings,
      ...{ market: 'perpetual', leverage: 10, maintenanceMargin: 0.05, liquidationFee: 0.01 },
    },
    chunks: [4],
    observeEvery: 1,
  });
  const answers = jobs.answers();

  for (const [place, [name, , , numRuns]] of runs.entries()) {
    it(`in ${name} give equal intents, fills and views to the bit, in ${numRuns} runs`, () => {
      for (const check of checks[place] ?? []) check(answers);
    });
  }

  it('are liquidated at an open that has passed margin and stop, with the fee', () => {
    gap(answers);
  });
});

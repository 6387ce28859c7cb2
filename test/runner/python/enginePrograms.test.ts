import fc from 'fast-check';
import { describe, it } from 'vitest';
import { programOf, settingsArbitrary, strategyOfProgram } from '../../backtest/support/programs.ts';
import { funded, oneMarket, severalMarkets } from '../../backtest/support/randomMarkets.ts';
import { addParity } from './engine/parity.ts';
import { hasPython, Jobs } from './engine/python.ts';

const bars = 60;
const chunksArbitrary = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });

const runs = [
  ['one market', oneMarket(bars), 150],
  ['several markets that lack bars', severalMarkets(bars), 100],
  ['one market with recorded funding', funded(oneMarket(bars)), 50],
  ['several markets with recorded funding', funded(severalMarkets(bars)), 50],
] as const;

describe.skipIf(!hasPython)('random order programs in Python', () => {
  const jobs = new Jobs();
  const checks = runs.map(([, markets, numRuns]) =>
    fc
      .sample(fc.tuple(programOf(bars), markets, settingsArbitrary, chunksArbitrary), { numRuns, seed: 3 })
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
  const answers = jobs.answers();

  for (const [place, [name, , numRuns]] of runs.entries()) {
    it(`in ${name} give equal intents, fills and views to the bit, in ${numRuns} runs`, () => {
      for (const check of checks[place] ?? []) check(answers);
    });
  }
});

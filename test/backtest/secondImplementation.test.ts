import { describe, expect, it } from 'vitest';
import { defaultRunSettings, type RunSettings } from '../../extension/contracts/backtest.ts';
import { expectAgreement } from './support/compare.ts';
import { defaultParams, exampleNames, loadExample, runEngine } from './support/engineRun.ts';
import { everyOrder, ruinousShort } from './support/inlineStrategies.ts';
import { mapPrices, syntheticMarket } from './support/market.ts';
import { runReference } from './support/referenceRun.ts';

const market = syntheticMarket({ bars: 20_000, seed: 7 });
const chunks = [4096, 1, 777, 10_000];

const venueSettings: RunSettings = {
  ...defaultRunSettings,
  fee: 0.002,
  slippage: 0.003,
  quantityStep: 0.001,
  minimumNotional: 10,
};

describe('a second implementation agrees to the last digit of a sum on 20,000 bars', () => {
  for (const name of exampleNames) {
    for (const [label, settings] of [
      ['default costs', defaultRunSettings],
      ['quantity steps and a minimum notional', venueSettings],
    ] as const) {
      it(`${name}, ${label}`, () => {
        const strategy = loadExample(name);
        const engine = runEngine(strategy, market, { settings, chunks });
        const reference = runReference(strategy, market, settings, defaultParams(strategy));
        expect(engine.warmUp).toBe(reference.warmUp);
        expect(engine.trades.length).toBeGreaterThan(100);
        expectAgreement(engine, reference);
      });
    }
  }

  it('a strategy that uses every kind of order', () => {
    const engine = runEngine(everyOrder, market, { settings: defaultRunSettings, chunks });
    const reference = runReference(everyOrder, market, defaultRunSettings, {});
    expect(engine.warmUp).toBe(reference.warmUp);
    const seen = new Set(engine.trades.map(({ side, exitReason }) => `${side} ${exitReason}`));
    for (const side of ['long', 'short']) {
      for (const reason of ['signal', 'reverse', 'stop-loss', 'take-profit']) {
        expect(seen).toContain(`${side} ${reason}`);
      }
    }
    expectAgreement(engine, reference);
  });

  it('a short position that ruins the account', () => {
    // Prices double at every 4000th bar.
    const rising = mapPrices(market, (price, bar) => price * 2 ** Math.floor(bar / 4000));
    const engine = runEngine(ruinousShort, rising, { settings: defaultRunSettings, chunks });
    const reference = runReference(ruinousShort, rising, defaultRunSettings, {});
    expect(engine.trades.at(-1)?.exitReason).toBe('bankrupt');
    expect(engine.equity.at(-1)).toBeLessThanOrEqual(0);
    expectAgreement(engine, reference);
  });
});

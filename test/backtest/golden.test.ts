import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { engineVersion } from '../../extension/backtest/rules.ts';
import type { AnyStrategy } from '../../extension/backtest/strategyApi.ts';
import { type RunSettings, runSettingsSchema } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { exampleNames, loadExample, plainSettings, runEngine } from './support/engineRun.ts';
import { everyOrder, ruinousShort, strategyOf } from './support/inlineStrategies.ts';
import { keptBars, type MarketInput, syntheticMarket } from './support/market.ts';

/** Waiting orders of all kinds, expiry, pairs, replacement and trailing stops, at random but for ever the same. */
const waiting = strategyOf(({ bar, position, orders, random }) => {
  const chance = random();
  const { close } = bar;
  if (chance < 0.02)
    orders.buy({ limit: close * 0.99, percent: 30, goodForBars: 24, trailingStopPercent: 3 });
  else if (chance < 0.04) {
    const up = orders.buy({ stop: close * 1.02, percent: 20, stopLossPercent: 4 });
    orders.sell({ stop: close * 0.98, percent: 20, takeProfitPercent: 5, oco: up });
  } else if (chance < 0.05) orders.sell({ stop: close * 0.97, limit: close * 0.96, percent: 25 });
  else if (chance < 0.06 && !position.isFlat)
    orders.close({ percent: 50, limit: close * 1.01, goodForBars: 6 });
  else if (chance < 0.065) orders.cancel();
});

const venue: RunSettings = runSettingsSchema.parse({
  ...plainSettings,
  fee: 0.0006,
  makerFee: 0.0002,
  fixedFee: 0.01,
  feeTiers: [{ tradedValue: 100_000, fee: 0.0004, makerFee: 0.0001 }],
  spread: 0.0004,
  slippage: 0.0002,
  volatilitySlippage: 0.05,
  volumeSlippage: 0.1,
  volumeLimit: 0.2,
  latencyBars: 1,
  quantityStep: 0.001,
  priceStep: 0.01,
  minimumNotional: 5,
  maximumQuantity: 500,
});
const perpetual: RunSettings = runSettingsSchema.parse({
  ...venue,
  volumeLimit: 0,
  market: 'perpetual',
  positionMode: 'net',
  leverage: 5,
  maintenanceMargin: 0.05,
  liquidationFee: 0.005,
  fundingRate: 0.0001,
  limitFills: 'through',
});

/** Orders in two markets, some of them pairs across both. */
const spread = strategyOf(({ markets, random }) => {
  const chance = random();
  const [first, second] = [...markets].sort(() => (chance < 0.03 ? 1 : -1));
  if (first === undefined || second === undefined || chance > 0.06) return;
  const own = first.orders.buy({ limit: first.bar.close * 0.99, percent: 30, goodForBars: 12 });
  second.orders.sell({ stop: second.bar.close * 0.98, percent: 40, trailingStopPercent: 2, oco: own });
  if (!second.position.isFlat) second.orders.close({ percent: 70 });
});

function bytesOf(values: Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function hashesOf(
  strategy: AnyStrategy,
  market: CandleColumns | readonly MarketInput[],
  settings: RunSettings,
) {
  const { ledger, equity, trades } = runEngine(strategy, market, { settings });
  const hash = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');
  return {
    fills: ledger.fills.rows,
    orderEvents: hash(bytesOf(ledger.orderEvents.used)),
    fillsHash: hash(bytesOf(ledger.fills.used)),
    equity: hash(bytesOf(equity)),
    trades: hash(JSON.stringify(trades)),
  };
}

it('no fill, event, trade or equity of this engine version changes by a bit', async () => {
  const market = syntheticMarket({ bars: 20_000, seed: 77 });
  const strategies: readonly (readonly [string, AnyStrategy])[] = [
    ...exampleNames.map((name) => [name, loadExample(name)] as const),
    ['every order', everyOrder as AnyStrategy],
    ['ruinous short', ruinousShort as AnyStrategy],
    ['waiting orders', waiting],
  ];
  const runs = strategies.flatMap(([name, strategy]) =>
    Object.entries({ plain: plainSettings, venue, perpetual }).map(([rules, settings]) => [
      `${name}, ${rules}`,
      hashesOf(strategy, market, settings),
    ]),
  );
  // The second market lacks bars, and the first has finer ones.
  const markets = [
    { columns: market, finer: syntheticMarket({ bars: 40_000, seed: 78, step: 1_800_000 }) },
    { columns: keptBars(syntheticMarket({ bars: 20_000, seed: 79 }), (bar) => bar % 7 !== 3) },
  ];
  for (const [name, settings] of Object.entries({ plain: plainSettings, venue, perpetual })) {
    runs.push([`two markets, ${name}`, hashesOf(spread, markets, settings)]);
  }
  const text = `${JSON.stringify(Object.fromEntries(runs), null, 2)}\n`;
  // A change of any rule raises the version, and with it names another file.
  await expect(text).toMatchFileSnapshot(`./golden/engine-${engineVersion}.json`);
});

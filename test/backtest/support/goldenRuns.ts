import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import { type RunSettings, runSettingsSchema } from '../../../extension/contracts/backtest.ts';
import { exampleNames, loadExample, plainSettings } from './engineRun.ts';
import { everyOrder, ruinousShort, strategyOf } from './inlineStrategies.ts';
import { keptBars, type MarketInput, syntheticMarket } from './market.ts';

export interface GoldenRun {
  readonly name: string;
  readonly strategy: AnyStrategy;
  readonly markets: readonly MarketInput[];
  readonly settings: RunSettings;
}

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

/** Strategies of all kinds under plain, usual and hard rules, over one market and over two. */
export function goldenRuns(bars: number): GoldenRun[] {
  const market = syntheticMarket({ bars, seed: 77 });
  const strategies: readonly (readonly [string, AnyStrategy])[] = [
    ...exampleNames.map((name) => [name, loadExample(name)] as const),
    ['every order', everyOrder as AnyStrategy],
    ['ruinous short', ruinousShort as AnyStrategy],
    ['waiting orders', waiting],
  ];
  const rules = Object.entries({ plain: plainSettings, venue, perpetual });
  const single = strategies.flatMap(([name, strategy]) =>
    rules.map(([rule, settings]) => ({
      name: `${name}, ${rule}`,
      strategy,
      markets: [{ columns: market }],
      settings,
    })),
  );
  // The second market lacks bars, and the first has finer ones.
  const markets = [
    { columns: market, finer: syntheticMarket({ bars: 2 * bars, seed: 78, step: 1_800_000 }) },
    { columns: keptBars(syntheticMarket({ bars, seed: 79 }), (bar) => bar % 7 !== 3) },
  ];
  const both = rules.map(([rule, settings]) => ({
    name: `two markets, ${rule}`,
    strategy: spread,
    markets,
    settings,
  }));
  return [...single, ...both];
}

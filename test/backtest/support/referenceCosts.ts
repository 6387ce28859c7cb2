import { dayMilliseconds, type ReferenceMarket, type ReferenceWorld, slack, sum } from './referenceState.ts';

/** Bars before the one at work over which the mean true range is taken. */
const rangeBars = 14;

/**
 * Mean true range of the 14 bars before the one at work, or of those there are, as a fraction of the last
 * close; the first bar of all has none.
 */
function meanTrueRange({ bars }: ReferenceMarket): number {
  const ranges = bars
    .slice(1, -1)
    .map(({ high, low }, index) => {
      const before = bars[index]?.close ?? Number.NaN;
      return Math.max(high, before) - Math.min(low, before);
    })
    .slice(-rangeBars);
  return ranges.length === 0 ? 0 : sum(ranges) / ranges.length / (bars.at(-2)?.close ?? Number.NaN);
}

/** What is lost to the market on `units`, as a fraction of the price. */
export function slipFraction(
  world: ReferenceWorld,
  market: ReferenceMarket,
  units: number,
  volume: number,
): number {
  const { slippage, spread, volatilitySlippage, volumeSlippage } = world.settings;
  const share = volume > 0 ? Math.min(1, units / volume) : 1;
  const byRange = volatilitySlippage === 0 ? 0 : volatilitySlippage * meanTrueRange(market);
  const byModels = byRange + volumeSlippage * share ** 2;
  return Math.min(0.5, slippage + spread / 2 + byModels);
}

/** Rounds a price to the step, and to one step at least: up in direction 1, down in direction -1. */
export function inPriceSteps(world: ReferenceWorld, price: number, direction: 1 | -1): number {
  const { priceStep } = world.settings;
  if (priceStep === 0) return price;
  const steps = price / priceStep;
  const whole = direction === 1 ? Math.ceil(steps - slack) : Math.floor(steps + slack);
  return Math.max(1, whole) * priceStep;
}

export function inQuantitySteps(world: ReferenceWorld, units: number): number {
  const { quantityStep } = world.settings;
  return quantityStep === 0 ? units : Math.floor(units / quantityStep + slack) * quantityStep;
}

/** The fee as a fraction of the value, by what was traded on this UTC day and the 29 before. */
export function feeRate(world: ReferenceWorld, isMaker: boolean): number {
  const { settings } = world;
  if (settings.feeTiers.length === 0) return isMaker ? (settings.makerFee ?? settings.fee) : settings.fee;
  const today = Math.floor(world.now.time / dayMilliseconds);
  const traded = sum(world.traded.filter(({ day }) => day > today - 30).map(({ value }) => value));
  const tier = settings.feeTiers.filter(({ tradedValue }) => tradedValue <= traded).at(-1);
  if (tier !== undefined) return isMaker ? tier.makerFee : tier.fee;
  return isMaker ? (settings.makerFee ?? settings.fee) : settings.fee;
}

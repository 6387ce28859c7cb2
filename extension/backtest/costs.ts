import type { FeeTier, RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';

const dayMilliseconds = 86_400_000;
/** Days whose trade decides on the fee: the present UTC day and those before it. */
const tierDays = 30;
/** Bars whose range is the measure of volatility slippage. */
const rangeBars = 14;
/** No order moves the price by more: a wild model must not give prices below 0. */
const largestSlip = 0.5;
const tickTolerance = 1e-9;

/** What a run has paid besides the prices, in cash. Each is counted in the prices or fees of the fills. */
export interface CostTotals {
  fees: number;
  spread: number;
  slippage: number;
  /** Above 0 where more was paid than received. */
  funding: number;
  liquidationFees: number;
}

/** Prices and fees of a venue. One for a run: the fee tiers look at the trade of all its markets. */
export class Costs {
  readonly settings: RunSettings;
  readonly totals: CostTotals = { fees: 0, spread: 0, slippage: 0, funding: 0, liquidationFees: 0 };
  readonly #halfSpread: number;
  readonly #fixed: number;
  readonly #isFixed: boolean;
  /** Traded value of each of the last `tierDays` UTC days, in a ring, for the tiers. */
  readonly #traded = new Float64Array(tierDays);
  #day = -Infinity;
  #tradedValue = 0;

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.#halfSpread = settings.spread / 2;
    this.#fixed = settings.slippage + this.#halfSpread;
    this.#isFixed = settings.volatilitySlippage === 0 && settings.volumeSlippage === 0;
  }

  /**
   * What a market order gets against `price`: half the spread and the slippage worse, rounded to the
   * price step away from it. `direction` is 1 to buy and -1 to sell; `index` is the bar in `columns`.
   */
  takenPrice(
    price: number,
    direction: number,
    quantity: number,
    columns: CandleColumns,
    index: number,
    volume: number,
  ): number {
    let fraction = this.#fixed;
    if (!this.#isFixed) {
      const { volatilitySlippage, volumeSlippage } = this.settings;
      if (volatilitySlippage > 0) fraction += volatilitySlippage * meanRange(columns, index);
      if (volumeSlippage > 0) {
        const share = volume > 0 ? Math.min(1, quantity / volume) : 1;
        fraction += volumeSlippage * share * share;
      }
      fraction = Math.min(fraction, largestSlip);
    }
    return this.toStep(price * (1 + direction * fraction), direction);
  }

  /** `price` on the venue's grid of prices: up in direction 1, down in direction -1. */
  toStep(price: number, direction: number): number {
    const step = this.settings.priceStep;
    if (step === 0) return price;
    const steps = price / step;
    const rounded = direction > 0 ? Math.ceil(steps - tickTolerance) : Math.floor(steps + tickTolerance);
    return Math.max(rounded, 1) * step;
  }

  /** Fee of one unit of traded value. */
  feeRate(isMaker: boolean, time: number): number {
    const { fee, makerFee, feeTiers } = this.settings;
    if (feeTiers.length > 0) this.#countTrade(time, 0);
    let taken = fee;
    let made = makerFee ?? fee;
    for (let index = 0; index < feeTiers.length; index++) {
      const tier = feeTiers[index] as FeeTier;
      if (this.#tradedValue < tier.tradedValue) break;
      taken = tier.fee;
      made = tier.makerFee;
    }
    return isMaker ? made : taken;
  }

  /** Counts a fill at `price` that the market would have given at `wanted`, and returns its fee. */
  charge(time: number, quantity: number, price: number, wanted: number, rate: number): number {
    const { totals, settings } = this;
    const value = quantity * price;
    const fee = value * rate + settings.fixedFee;
    totals.fees += fee;
    if (price !== wanted) {
      const lost = Math.abs(price - wanted) * quantity;
      const spread = Math.min(lost, this.#halfSpread * wanted * quantity);
      totals.spread += spread;
      totals.slippage += lost - spread;
    }
    if (settings.feeTiers.length > 0) this.#countTrade(time, value);
    return fee;
  }

  /** Counts what was charged as fee of a liquidation under its own name. */
  moveToLiquidationFees(amount: number): void {
    this.totals.fees -= amount;
    this.totals.liquidationFees += amount;
  }

  #countTrade(time: number, value: number): void {
    const day = Math.floor(time / dayMilliseconds);
    const passed = Math.min(day - this.#day, tierDays);
    for (let ago = 0; ago < passed; ago++) this.#traded[(day - ago) % tierDays] = 0;
    this.#day = day;
    this.#traded[day % tierDays] = (this.#traded[day % tierDays] as number) + value;
    // Summed anew: a running difference would keep the rounding of trades long gone.
    this.#tradedValue = 0;
    for (let slot = 0; slot < tierDays; slot++) this.#tradedValue += this.#traded[slot] as number;
  }
}

/** Mean true range of the `rangeBars` bars before `index`, as a fraction of the last close; 0 without any. */
function meanRange({ high, low, close }: CandleColumns, index: number): number {
  let sum = 0;
  let bars = 0;
  for (let bar = index - 1; bar >= 1 && bars < rangeBars; bar--) {
    const previous = close[bar - 1] as number;
    sum += Math.max(high[bar] as number, previous) - Math.min(low[bar] as number, previous);
    bars++;
  }
  return bars === 0 ? 0 : sum / bars / (close[index - 1] as number);
}

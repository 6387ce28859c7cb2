import type { EntryOptions } from 'strategy-lab';
import type { RunSettings, Trade } from '../../../extension/contracts/backtest.ts';

/**
 * The broker once more, written from `fillRules` and strategy-lab.d.ts alone: plain objects, every sum
 * anew from its parts. Slow, simple, and sharing nothing with the engine.
 */

export type ReferenceOrder = { readonly id: number } & (
  | ({ readonly kind: 'buy' | 'sell' } & EntryOptions)
  | { readonly kind: 'close'; readonly percent?: number; readonly units?: number }
  | { readonly kind: 'protect'; readonly stopLoss?: number; readonly takeProfit?: number }
);
type Entry = Extract<ReferenceOrder, { kind: 'buy' | 'sell' }>;

export interface ReferenceBar {
  readonly index: number;
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

interface Lot {
  readonly side: 'long' | 'short';
  readonly bar: ReferenceBar;
  readonly price: number;
  units: number;
  fee: number;
  stop: number | undefined;
  target: number | undefined;
}

/** A fraction that rounding may take from money and units. */
const slack = 1e-9;

export class ReferenceBroker {
  readonly trades: Trade[] = [];
  readonly rejections: { time: number; reason: string }[] = [];
  readonly fees: number[] = [];
  lots: Lot[] = [];
  cash: number;
  isBankrupt = false;
  readonly #settings: RunSettings;

  constructor(settings: RunSettings) {
    this.#settings = settings;
    this.cash = settings.cash;
  }

  get units(): number {
    return this.lots.reduce((sum, lot) => sum + lot.units, 0);
  }

  get side(): 'long' | 'short' | 'flat' {
    return this.lots[0]?.side ?? 'flat';
  }

  equityAt(price: number): number {
    const value = this.units * price;
    return this.cash + (this.side === 'short' ? -value : value);
  }

  /** One bar: orders at its open, then levels within it, then the account at its close. */
  live(bar: ReferenceBar, orders: readonly ReferenceOrder[]): void {
    for (const order of orders) {
      const reason = this.isBankrupt ? 'bankrupt' : this.#fill(order, bar);
      if (reason !== undefined) this.rejections.push({ time: bar.time, reason });
    }
    for (const lot of [...this.lots]) this.#tryLevels(lot, bar);
    if (this.equityAt(bar.close) <= 0) {
      this.isBankrupt = true;
      const price = this.side === 'short' ? this.#bought(bar.close) : this.#sold(bar.close);
      for (const lot of [...this.lots]) this.#exit(lot, lot.units, price, bar, 'bankrupt');
    }
  }

  #bought(price: number): number {
    return price * (1 + this.#settings.slippage);
  }

  #sold(price: number): number {
    return price * (1 - this.#settings.slippage);
  }

  #fill(order: ReferenceOrder, bar: ReferenceBar): string | undefined {
    if (order.kind === 'buy' || order.kind === 'sell') return this.#enter(order, bar);
    if (this.side === 'flat') return 'no-position';
    if (order.kind === 'protect') {
      const { takeProfit } = order;
      if (
        takeProfit !== undefined &&
        (this.side === 'long' ? bar.open >= takeProfit : bar.open <= takeProfit)
      ) {
        const price = this.side === 'long' ? this.#sold(bar.open) : this.#bought(bar.open);
        for (const lot of [...this.lots]) this.#exit(lot, lot.units, price, bar, 'take-profit');
        return undefined;
      }
      for (const lot of this.lots) {
        lot.stop = order.stopLoss ?? lot.stop;
        lot.target = order.takeProfit ?? lot.target;
      }
      return undefined;
    }
    return this.#close(order.units, order.percent ?? 100, bar);
  }

  #close(units: number | undefined, percent: number, bar: ReferenceBar): string | undefined {
    const held = this.units;
    const isAll = units === undefined && percent === 100;
    const wanted = isAll ? held : this.#inSteps(units ?? (held * percent) / 100);
    if (wanted <= 0) return 'below-step';
    if (!isAll && wanted * bar.open < this.equityAt(bar.open) / 1e6) return 'too-small';
    const price = this.side === 'long' ? this.#sold(bar.open) : this.#bought(bar.open);
    let left = wanted;
    for (const lot of [...this.lots]) {
      if (left <= slack * wanted) break;
      const isWhole = lot.units <= left + slack * Math.min(wanted, held);
      const taken = isWhole ? lot.units : left;
      left -= taken;
      this.#exit(lot, taken, price, bar, 'signal');
    }
    return undefined;
  }

  #enter(order: Entry, bar: ReferenceBar): string | undefined {
    const isLong = order.kind === 'buy';
    const price = isLong ? this.#bought(bar.open) : this.#sold(bar.open);
    if (this.side === (isLong ? 'short' : 'long')) {
      for (const lot of [...this.lots]) this.#exit(lot, lot.units, price, bar, 'reverse');
    }
    const below = (percent: number): number => price * (1 - percent / 100);
    const above = (percent: number): number => price * (1 + percent / 100);
    const { stopLossPercent, takeProfitPercent } = order;
    let stop = order.stopLoss;
    let target = order.takeProfit;
    if (stopLossPercent !== undefined) stop = isLong ? below(stopLossPercent) : above(stopLossPercent);
    if (takeProfitPercent !== undefined)
      target = isLong ? above(takeProfitPercent) : below(takeProfitPercent);
    if (stop !== undefined && (isLong ? stop >= price : stop <= price)) return 'stop-on-wrong-side';
    if (target !== undefined && (isLong ? target <= price : target >= price)) return 'target-on-wrong-side';

    const equity = this.equityAt(bar.open);
    const free = isLong ? this.cash : equity - this.units * bar.open;
    const costOfOne = price * (1 + this.#settings.fee);
    if (free <= equity * slack) return 'insufficient-cash';
    let units = Math.min((equity * (order.percent ?? 100)) / 100, free) / costOfOne;
    if (order.units !== undefined) units = order.units;
    if (order.cash !== undefined) units = order.cash / costOfOne;
    if (order.riskPercent !== undefined && stop !== undefined) {
      units = Math.min((equity * order.riskPercent) / 100 / Math.abs(price - stop), free / costOfOne);
    }
    if (units * costOfOne > free * (1 + slack)) return 'insufficient-cash';
    units = this.#inSteps(units);
    if (units <= 0) return 'below-step';
    if (units * price < this.#settings.minimumNotional) return 'below-minimum-notional';
    if (units * price < equity / 1e6) return 'too-small';
    const fee = this.#settings.fee * units * price;
    this.fees.push(fee);
    this.cash += (isLong ? -1 : 1) * units * price - fee;
    this.lots.push({ side: isLong ? 'long' : 'short', bar, price, units, fee, stop, target });
    return undefined;
  }

  #inSteps(units: number): number {
    const { quantityStep } = this.#settings;
    return quantityStep === 0 ? units : Math.floor(units / quantityStep + slack) * quantityStep;
  }

  #tryLevels(lot: Lot, bar: ReferenceBar): void {
    const { stop, target, side } = lot;
    const isLong = side === 'long';
    const isAtStop = (price: number): boolean =>
      stop !== undefined && (isLong ? price <= stop : price >= stop);
    const isAtTarget = (price: number): boolean =>
      target !== undefined && (isLong ? price >= target : price <= target);
    const slipped = (price: number): number => (isLong ? this.#sold(price) : this.#bought(price));
    const adverse = isLong ? bar.low : bar.high;
    const favourable = isLong ? bar.high : bar.low;
    if (isAtStop(bar.open)) this.#exit(lot, lot.units, slipped(bar.open), bar, 'stop-loss');
    else if (isAtTarget(bar.open)) this.#exit(lot, lot.units, bar.open, bar, 'take-profit');
    else if (isAtStop(adverse)) this.#exit(lot, lot.units, slipped(stop ?? 0), bar, 'stop-loss');
    else if (isAtTarget(favourable)) this.#exit(lot, lot.units, target ?? 0, bar, 'take-profit');
  }

  #exit(lot: Lot, units: number, price: number, bar: ReferenceBar, exitReason: Trade['exitReason']): void {
    const sign = lot.side === 'long' ? 1 : -1;
    const exitFee = this.#settings.fee * units * price;
    const entryFee = (lot.fee * units) / lot.units;
    this.fees.push(exitFee);
    this.cash += sign * units * price - exitFee;
    const fees = entryFee + exitFee;
    const profit = sign * units * (price - lot.price) - fees;
    this.trades.push({
      side: lot.side,
      entryTime: lot.bar.time,
      entryPrice: lot.price,
      exitTime: bar.time,
      exitPrice: price,
      markPrice: null,
      quantity: units,
      fees,
      profit,
      profitFraction: profit / (units * lot.price),
      bars: bar.index - lot.bar.index,
      exitReason,
    });
    lot.fee -= entryFee;
    lot.units = units === lot.units ? 0 : lot.units - units;
    this.lots = this.lots.filter((each) => each.units > 0);
  }
}

import type { Trade } from '../contracts/backtest.ts';
import type { Account } from './account.ts';
import type { Costs } from './costs.ts';
import type { FillHash } from './fillHash.ts';
import type { CloseReason, FillReason, Ledger } from './ledger.ts';

/** Slack for sums of floats where money must suffice or units must be used up, as a fraction. */
export const moneyTolerance = 1e-9;

/**
 * An open entry. `stop` and `target` are prices, NaN where there is none. As with orders, one object serves
 * many entries, one after the other.
 */
export class Lot {
  orderId = 0;
  entryBar = 0;
  entryTime = 0;
  entryPrice = 0;
  /** The piece of time inside which it was entered; -1 where that was at an open. */
  insidePiece = -1;
  /** True where that piece's best price may have been before the entry, as it is for a limit order. */
  isBestUnknown = false;
  quantity = 0;
  /** Entry fee of the quantity that is still open. */
  entryFee = 0;
  /** Funding paid so far by the quantity that is still open; below 0 where it was received. */
  funding = 0;
  stop = NaN;
  target = NaN;
  /** Distance of a trailing stop: a fraction of the best price, or units of price below 0; 0 for none. */
  trail = 0;
  /** Best price since the entry, for the trailing stop. */
  best = 0;
  /** Why it closes at the market as soon as there is volume; undefined while it need not. */
  leaving: CloseReason | undefined = undefined;
  /** The piece of time in which its take profit was met last. */
  metPiece = -1;

  /** Becomes an entry without levels. */
  begin(orderId: number, { bar, time }: Moment, price: number, quantity: number, fee: number): void {
    this.orderId = orderId;
    this.entryBar = bar;
    this.entryTime = time;
    this.entryPrice = price;
    this.insidePiece = -1;
    this.isBestUnknown = false;
    this.quantity = quantity;
    this.entryFee = fee;
    this.funding = 0;
    this.stop = NaN;
    this.target = NaN;
    this.trail = 0;
    this.best = price;
    this.leaving = undefined;
    this.metPiece = -1;
  }
}

/** Where and when a fill takes place. */
export interface Moment {
  bar: number;
  time: number;
}

/** The position in one market: its entries, oldest first, all on one side, and what they did to the account. */
export class Position {
  readonly market: number;
  readonly lots: Lot[] = [];
  /** Entries that are closed, for those to come. */
  readonly #spare: Lot[] = [];
  /** Units held: above 0 long, below 0 short. */
  signedQuantity = 0;
  /** Sum of entry price times units over the open lots. */
  entryValue = 0;
  /** Price at which the position is valued while the market of another is at work. */
  mark = 0;
  fills = 0;
  readonly #account: Account;
  readonly #costs: Costs;
  readonly #hash: FillHash;
  readonly #ledger: Ledger | undefined;
  readonly #moment: Moment;

  constructor(
    market: number,
    parts: {
      readonly account: Account;
      readonly costs: Costs;
      readonly hash: FillHash;
      readonly ledger: Ledger | undefined;
      readonly moment: Moment;
    },
  ) {
    this.market = market;
    this.#account = parts.account;
    this.#costs = parts.costs;
    this.#hash = parts.hash;
    this.#ledger = parts.ledger;
    this.#moment = parts.moment;
    parts.account.positions.push(this);
  }

  /**
   * Adds an entry of `quantity`, bought or sold at `price` where the market stood at `wanted`. It has no
   * levels yet.
   */
  open(
    direction: 1 | -1,
    quantity: number,
    price: number,
    wanted: number,
    rate: number,
    orderId: number,
  ): Lot {
    const value = quantity * price;
    const fee = this.#costs.charge(this.#moment.time, quantity, price, wanted, rate);
    this.#account.cash -= direction * value + fee;
    this.signedQuantity += direction * quantity;
    this.entryValue += value;
    const lot = this.#spare.pop() ?? new Lot();
    lot.begin(orderId, this.#moment, price, quantity, fee);
    this.lots.push(lot);
    this.#record(direction * quantity, price, fee, orderId, 'entry');
    return lot;
  }

  /** Closes `units`, or all there is, oldest entries first. */
  reduce(
    units: number,
    price: number,
    wanted: number,
    rate: number,
    reason: CloseReason,
    orderId?: number,
  ): void {
    // What rounding leaves over neither stays open nor becomes a trade.
    const dust = Math.min(units, Math.abs(this.signedQuantity)) * moneyTolerance;
    let remaining = units;
    for (const lot of this.lots) {
      if (remaining <= dust) break;
      const quantity = lot.quantity - remaining <= dust ? lot.quantity : remaining;
      remaining -= quantity;
      this.closeLot(lot, quantity, price, wanted, rate, reason, orderId);
    }
    this.sweep();
  }

  /** Closes `quantity` of one entry; `sweep` must follow. */
  closeLot(
    lot: Lot,
    quantity: number,
    price: number,
    wanted: number,
    rate: number,
    reason: CloseReason,
    orderId = lot.orderId,
  ): void {
    const { bar, time } = this.#moment;
    const direction = this.signedQuantity > 0 ? 1 : -1;
    const value = quantity * price;
    const exitFee = this.#costs.charge(time, quantity, price, wanted, rate);
    const isWhole = quantity === lot.quantity;
    const entryFee = isWhole ? lot.entryFee : lot.entryFee * (quantity / lot.quantity);
    const funding = isWhole ? lot.funding : lot.funding * (quantity / lot.quantity);
    this.#account.cash += direction * value - exitFee;
    lot.quantity -= quantity;
    lot.entryFee -= entryFee;
    lot.funding -= funding;
    this.entryValue -= quantity * lot.entryPrice;
    this.#record(-direction * quantity, price, exitFee, orderId, reason);
    if (this.#ledger === undefined) return;
    const fees = entryFee + exitFee;
    const profit = direction * quantity * (price - lot.entryPrice) - fees - funding;
    const trade: Trade = {
      side: direction > 0 ? 'long' : 'short',
      entryTime: lot.entryTime,
      entryPrice: lot.entryPrice,
      exitTime: time,
      exitPrice: price,
      markPrice: null,
      quantity,
      fees,
      profit,
      profitFraction: profit / (quantity * lot.entryPrice),
      bars: bar - lot.entryBar,
      exitReason: reason,
    };
    this.#ledger.trades.push(this.#complete(trade, lot, funding));
  }

  /** Drops empty entries and sums the rest anew, so that no rounding of earlier trades stays behind. */
  sweep(): void {
    const direction = this.signedQuantity > 0 ? 1 : -1;
    let quantity = 0;
    let value = 0;
    let kept = 0;
    for (const lot of this.lots) {
      if (lot.quantity <= 0) {
        this.#spare.push(lot);
        continue;
      }
      quantity += lot.quantity;
      value += lot.quantity * lot.entryPrice;
      this.lots[kept++] = lot;
    }
    // A new length would free the list's memory at each exit.
    while (this.lots.length > kept) this.lots.pop();
    this.signedQuantity = kept === 0 ? 0 : direction * quantity;
    this.entryValue = value;
  }

  /** The entries that are open after bar `last`, marked at the last price without an exit fee. */
  openTrades(last: number): Trade[] {
    const direction = this.signedQuantity > 0 ? 1 : -1;
    return this.lots.map((lot): Trade => {
      const profit = direction * lot.quantity * (this.mark - lot.entryPrice) - lot.entryFee - lot.funding;
      const trade: Trade = {
        side: direction > 0 ? 'long' : 'short',
        entryTime: lot.entryTime,
        entryPrice: lot.entryPrice,
        exitTime: null,
        exitPrice: null,
        markPrice: this.mark,
        quantity: lot.quantity,
        fees: lot.entryFee,
        profit,
        profitFraction: profit / (lot.quantity * lot.entryPrice),
        bars: last - lot.entryBar,
        exitReason: 'open',
      };
      return this.#complete(trade, lot, lot.funding);
    });
  }

  /** Pays funding of `rate` on the position's value at `price`: longs to shorts where the rate is above 0. */
  payFunding(rate: number, price: number): void {
    const direction = this.signedQuantity > 0 ? 1 : -1;
    for (const lot of this.lots) {
      const amount = direction * lot.quantity * price * rate;
      lot.funding += amount;
      this.#account.cash -= amount;
      this.#costs.totals.funding += amount;
    }
  }

  #complete(trade: Trade, { insidePiece }: Lot, funding: number): Trade {
    if (insidePiece >= 0) trade.entryInsideBar = true;
    if (this.#account.positions.length > 1) trade.market = this.market;
    if (funding !== 0) trade.funding = funding;
    return trade;
  }

  #record(signedQuantity: number, price: number, fee: number, id: number, reason: FillReason): void {
    const { bar, time } = this.#moment;
    this.fills++;
    this.#account.isCarried = false;
    if (this.#account.positions.length > 1) this.#hash.add(this.market);
    this.#hash.add(bar);
    this.#hash.add(signedQuantity);
    this.#hash.add(price);
    const { cash } = this.#account;
    this.#ledger?.addFill(bar, time, signedQuantity, price, fee, cash, id, reason, this.market);
  }
}

import type { Rejection, RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import { FillHash } from './fillHash.ts';
import { intentColumns, intentWidth, levelKinds, operations, sizeKinds } from './intents.ts';
import { type CloseReason, type FillReason, type Ledger, NumberTable } from './ledger.ts';

/** An open entry. `stop` and `target` are prices, NaN where there is none. */
export interface Lot {
  readonly orderId: number;
  readonly entryBar: number;
  readonly entryTime: number;
  readonly entryPrice: number;
  quantity: number;
  /** Entry fee of the quantity that is still open. */
  entryFee: number;
  stop: number;
  target: number;
}

/** Smallest value of an order as a fraction of the equity: what is less is dust that swells the trades. */
const smallestOrder = 1e-6;
const mostLots = 10_000;

/** Slack for sums of floats where money must suffice or units must be used up, as a fraction. */
const moneyTolerance = 1e-9;

/**
 * Executes market orders and protective levels bar by bar by `fillRules`, and keeps the account. The
 * sandbox and the host run the same broker: the one to show the strategy its position, the other for
 * the result. Without a ledger nothing is recorded but the hash.
 */
export class Broker {
  readonly settings: RunSettings;
  readonly hash = new FillHash();
  readonly lots: Lot[] = [];
  readonly #ledger: Ledger | undefined;
  readonly #pending = new NumberTable(intentWidth, 8);

  cash: number;
  /** Units held: above 0 long, below 0 short. */
  signedQuantity = 0;
  /** Sum of entry price times units over the open lots. */
  entryValue = 0;
  fills = 0;
  isBankrupt = false;
  /** True when the next bar can change anything: an order waits or a position is open. */
  isBusy = false;
  /** The nearest levels over all lots: no bar inside them can close one. */
  #lowerLevel = -Infinity;
  #upperLevel = Infinity;
  #bar = 0;
  #time = 0;

  constructor(settings: RunSettings, ledger?: Ledger) {
    this.settings = settings;
    this.cash = settings.cash;
    this.#ledger = ledger;
  }

  /** Equity with the position marked at `price`. */
  equityAt(price: number): number {
    return this.cash + this.signedQuantity * price;
  }

  /** Takes a checked intent row; it is filled at the open of the next bar. */
  submit(rows: Float64Array, offset: number): void {
    const target = this.#pending.add();
    const values = this.#pending.values;
    for (let column = 0; column < intentWidth; column++) {
      values[target + column] = rows[offset + column] as number;
    }
    this.isBusy = true;
  }

  /**
   * Lives through bar number `bar`, which stands at `index` in `columns`: the orders at its open, then the
   * levels inside it, then the account at its close. (Numbers as arguments would be allocated one by one.)
   */
  step(columns: CandleColumns, index: number, bar: number): void {
    const low = columns.low[index] as number;
    const high = columns.high[index] as number;
    const isQuiet = this.#pending.rows === 0 && low > this.#lowerLevel && high < this.#upperLevel;
    if (isQuiet && this.equityAt(columns.close[index] as number) > 0) return;
    this.#bar = bar;
    this.#time = columns.time[index] as number;
    this.#stepThrough(columns.open[index] as number, high, low, columns.close[index] as number);
    this.isBusy = this.signedQuantity !== 0;
  }

  #stepThrough(open: number, high: number, low: number, close: number): void {
    if (this.#pending.rows > 0) this.#fillPending(open);
    if (this.signedQuantity !== 0 && (low <= this.#lowerLevel || high >= this.#upperLevel)) {
      this.#closeAtLevels(open, high, low);
    }
    if (this.equityAt(close) > 0) return;
    this.isBankrupt = true;
    const direction = this.signedQuantity > 0 ? -1 : 1;
    this.#closeUnits(Infinity, this.#slipped(close, direction), 0, 'bankrupt');
  }

  /** Rejects what still waits: there is no bar to fill it. `time` is that of the last bar. */
  endOfData(time: number): void {
    for (let row = 0; row < this.#pending.rows; row++) this.#ledger?.addRejection(time, 'end-of-data');
    this.#pending.clear();
  }

  #reject(reason: Rejection['reason']): void {
    this.#ledger?.addRejection(this.#time, reason);
  }

  #slipped(price: number, direction: number): number {
    return price * (1 + direction * this.settings.slippage);
  }

  #fillPending(open: number): void {
    const rows = this.#pending.rows;
    const values = this.#pending.values;
    for (let row = 0; row < rows; row++) {
      const offset = row * intentWidth;
      const operation = values[offset + intentColumns.operation] as number;
      if (this.isBankrupt) this.#reject('bankrupt');
      else if (operation === operations.close) this.#fillClose(values, offset, open);
      else if (operation === operations.protect) this.#protect(values, offset, open);
      else this.#fillEntry(values, offset, operation === operations.buy ? 1 : -1, open);
    }
    this.#pending.clear();
  }

  #fillClose(values: Float64Array, offset: number, open: number): void {
    if (this.signedQuantity === 0) {
      this.#reject('no-position');
      return;
    }
    const size = values[offset + intentColumns.size] as number;
    const held = Math.abs(this.signedQuantity);
    const isAll = values[offset + intentColumns.sizeKind] === sizeKinds.percent && size === 100;
    let units = Infinity;
    if (!isAll) {
      const wanted =
        values[offset + intentColumns.sizeKind] === sizeKinds.percent ? held * (size / 100) : size;
      units = this.#roundToStep(wanted);
      if (units <= 0) {
        this.#reject('below-step');
        return;
      }
      if (units * open < this.equityAt(open) * smallestOrder) {
        this.#reject('too-small');
        return;
      }
    }
    const direction = this.signedQuantity > 0 ? -1 : 1;
    const id = values[offset + intentColumns.id] as number;
    this.#closeUnits(units, this.#slipped(open, direction), id, 'signal');
  }

  #protect(values: Float64Array, offset: number, open: number): void {
    if (this.signedQuantity === 0) {
      this.#reject('no-position');
      return;
    }
    const isLong = this.signedQuantity > 0;
    const stop = this.#levelPrice(values, offset, intentColumns.stopKind, open, isLong ? -1 : 1);
    const target = this.#levelPrice(values, offset, intentColumns.targetKind, open, isLong ? 1 : -1);
    // A limit order at a price that is already there is a market order: without this, a far target would
    // be a way out that pays no slippage. A stop that the open has passed closes there in the same bar.
    if (isLong ? open >= target : open <= target) {
      const id = values[offset + intentColumns.id] as number;
      this.#closeUnits(Infinity, this.#slipped(open, isLong ? -1 : 1), id, 'take-profit');
      return;
    }
    for (const lot of this.lots) {
      if (!Number.isNaN(stop)) lot.stop = stop;
      if (!Number.isNaN(target)) lot.target = target;
    }
    this.#updateLevels();
  }

  #fillEntry(values: Float64Array, offset: number, direction: 1 | -1, open: number): void {
    const id = values[offset + intentColumns.id] as number;
    const price = this.#slipped(open, direction);
    if (this.signedQuantity * direction < 0) this.#closeUnits(Infinity, price, id, 'reverse');
    const stop = this.#levelPrice(values, offset, intentColumns.stopKind, price, -direction);
    const target = this.#levelPrice(values, offset, intentColumns.targetKind, price, direction);
    if ((price - stop) * direction <= 0) {
      this.#reject('stop-on-wrong-side');
      return;
    }
    if ((target - price) * direction <= 0) {
      this.#reject('target-on-wrong-side');
      return;
    }
    if (this.lots.length >= mostLots) {
      this.#reject('too-many-entries');
      return;
    }
    const quantity = this.#entryQuantity(values, offset, direction, open, price, stop);
    if (quantity <= 0) return;
    const value = quantity * price;
    const fee = value * this.settings.fee;
    this.cash -= direction * value + fee;
    this.signedQuantity += direction * quantity;
    this.entryValue += value;
    const lot: Lot = {
      orderId: id,
      entryBar: this.#bar,
      entryTime: this.#time,
      entryPrice: price,
      quantity,
      entryFee: fee,
      stop,
      target,
    };
    this.lots.push(lot);
    this.#record(direction * quantity, price, fee, id, 'entry');
    this.#includeLevels(lot);
  }

  /** Units of an entry, or 0 after a rejection. */
  #entryQuantity(
    values: Float64Array,
    offset: number,
    direction: number,
    open: number,
    price: number,
    stop: number,
  ): number {
    const size = values[offset + intentColumns.size] as number;
    const kind = values[offset + intentColumns.sizeKind] as number;
    const equity = this.equityAt(open);
    // A short sale brings cash in, so that its bound is the equity and not the cash.
    const free = direction > 0 ? this.cash : equity + this.signedQuantity * open;
    const unitCost = price * (1 + this.settings.fee);
    let quantity: number;
    if (kind === sizeKinds.units) quantity = size;
    else if (kind === sizeKinds.cash) quantity = size / unitCost;
    else if (kind === sizeKinds.percent) quantity = Math.min(equity * (size / 100), free) / unitCost;
    else quantity = Math.min((equity * (size / 100)) / Math.abs(price - stop), free / unitCost);
    if (!(free > equity * moneyTolerance) || !(quantity * unitCost <= free * (1 + moneyTolerance))) {
      this.#reject('insufficient-cash');
      return 0;
    }
    quantity = this.#roundToStep(quantity);
    if (quantity <= 0) {
      this.#reject('below-step');
      return 0;
    }
    if (quantity * price < this.settings.minimumNotional) {
      this.#reject('below-minimum-notional');
      return 0;
    }
    if (quantity * price < equity * smallestOrder) {
      this.#reject('too-small');
      return 0;
    }
    return quantity;
  }

  #roundToStep(quantity: number): number {
    const step = this.settings.quantityStep;
    if (step === 0) return quantity;
    return Math.floor(quantity / step + moneyTolerance) * step;
  }

  /** Price of a level; NaN where there is none. `direction` points from the fill to the level. */
  #levelPrice(
    values: Float64Array,
    offset: number,
    kindColumn: number,
    price: number,
    direction: number,
  ): number {
    const kind = values[offset + kindColumn] as number;
    const value = values[offset + kindColumn + 1] as number;
    if (kind === levelKinds.price) return value;
    if (kind === levelKinds.percent) return price * (1 + (direction * value) / 100);
    return NaN;
  }

  #closeAtLevels(open: number, high: number, low: number): void {
    const isLong = this.signedQuantity > 0;
    const closing = isLong ? -1 : 1;
    // Closing empties lots and leaves them in the list until the end of the loop.
    for (const lot of this.lots) {
      const stopTouched = isLong ? low <= lot.stop : high >= lot.stop;
      const targetTouched = isLong ? high >= lot.target : low <= lot.target;
      const opensAtTarget = isLong ? open >= lot.target : open <= lot.target;
      const opensAtStop = isLong ? open <= lot.stop : open >= lot.stop;
      if (stopTouched && (opensAtStop || !opensAtTarget)) {
        this.#closeLot(lot, lot.quantity, this.#slipped(opensAtStop ? open : lot.stop, closing), 'stop-loss');
      } else if (targetTouched) {
        this.#closeLot(lot, lot.quantity, opensAtTarget ? open : lot.target, 'take-profit');
      }
    }
    this.#removeClosedLots();
  }

  #closeUnits(units: number, price: number, orderId: number, reason: CloseReason): void {
    // What rounding leaves over neither stays open nor becomes a trade.
    const dust = Math.min(units, Math.abs(this.signedQuantity)) * moneyTolerance;
    let remaining = units;
    for (const lot of this.lots) {
      if (remaining <= dust) break;
      const quantity = lot.quantity - remaining <= dust ? lot.quantity : remaining;
      remaining -= quantity;
      this.#closeLot(lot, quantity, price, reason, orderId);
    }
    this.#removeClosedLots();
  }

  #closeLot(lot: Lot, quantity: number, price: number, reason: CloseReason, orderId = lot.orderId): void {
    const direction = this.signedQuantity > 0 ? 1 : -1;
    const value = quantity * price;
    const exitFee = value * this.settings.fee;
    const entryFee = quantity === lot.quantity ? lot.entryFee : lot.entryFee * (quantity / lot.quantity);
    this.cash += direction * value - exitFee;
    lot.quantity -= quantity;
    lot.entryFee -= entryFee;
    this.entryValue -= quantity * lot.entryPrice;
    this.#record(-direction * quantity, price, exitFee, orderId, reason);
    if (this.#ledger === undefined) return;
    const fees = entryFee + exitFee;
    const profit = direction * quantity * (price - lot.entryPrice) - fees;
    this.#ledger.trades.push({
      side: direction > 0 ? 'long' : 'short',
      entryTime: lot.entryTime,
      entryPrice: lot.entryPrice,
      exitTime: this.#time,
      exitPrice: price,
      markPrice: null,
      quantity,
      fees,
      profit,
      profitFraction: profit / (quantity * lot.entryPrice),
      bars: this.#bar - lot.entryBar,
      exitReason: reason,
    });
  }

  /** Drops empty lots and sums the rest anew, so that no rounding of earlier trades stays behind. */
  #removeClosedLots(): void {
    const direction = this.signedQuantity > 0 ? 1 : -1;
    let quantity = 0;
    let value = 0;
    let kept = 0;
    for (const lot of this.lots) {
      if (lot.quantity <= 0) continue;
      quantity += lot.quantity;
      value += lot.quantity * lot.entryPrice;
      this.lots[kept++] = lot;
    }
    // A new length would free the list's memory at each exit.
    while (this.lots.length > kept) this.lots.pop();
    this.signedQuantity = kept === 0 ? 0 : direction * quantity;
    this.entryValue = value;
    this.#updateLevels();
  }

  #updateLevels(): void {
    this.#lowerLevel = -Infinity;
    this.#upperLevel = Infinity;
    for (const lot of this.lots) this.#includeLevels(lot);
  }

  #includeLevels(lot: Lot): void {
    const isLong = this.signedQuantity > 0;
    const below = isLong ? lot.stop : lot.target;
    const above = isLong ? lot.target : lot.stop;
    if (below > this.#lowerLevel) this.#lowerLevel = below;
    if (above < this.#upperLevel) this.#upperLevel = above;
  }

  #record(signedQuantity: number, price: number, fee: number, id: number, reason: FillReason): void {
    this.fills++;
    this.hash.add(this.#bar);
    this.hash.add(signedQuantity);
    this.hash.add(price);
    this.#ledger?.addFill(this.#bar, this.#time, signedQuantity, price, fee, this.cash, id, reason);
  }
}

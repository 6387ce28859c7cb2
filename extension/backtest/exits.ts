import type { Account } from './account.ts';
import type { Costs } from './costs.ts';
import type { Execution } from './execution.ts';
import type { Levels } from './levels.ts';
import type { OrderBook } from './orderBook.ts';
import type { Piece } from './pieces.ts';
import type { Lot, Moment, Position } from './position.ts';

/** Closes the entries of one market: at their levels, and where the account no longer carries them. */
export class Exits {
  readonly #account: Account;
  readonly #position: Position;
  readonly #costs: Costs;
  readonly #moment: Moment;
  readonly #execution: Execution;
  readonly #levels: Levels;
  readonly #book: OrderBook;
  readonly #piece: Piece;

  constructor(parts: {
    readonly account: Account;
    readonly position: Position;
    readonly costs: Costs;
    readonly moment: Moment;
    readonly execution: Execution;
    readonly levels: Levels;
    readonly book: OrderBook;
    readonly piece: Piece;
  }) {
    this.#account = parts.account;
    this.#position = parts.position;
    this.#costs = parts.costs;
    this.#moment = parts.moment;
    this.#execution = parts.execution;
    this.#levels = parts.levels;
    this.#book = parts.book;
    this.#piece = parts.piece;
  }

  /** Closes everything at `price` because the account no longer carries it, and cancels what waits. */
  liquidate(price: number): void {
    const position = this.#position;
    const { maintenanceMargin, liquidationFee } = this.#account.settings;
    const held = Math.abs(position.signedQuantity);
    if (held > 0) {
      const taken = this.#execution.takenPrice(price, position.signedQuantity > 0 ? -1 : 1, held);
      const rate = this.#costs.feeRate(false, this.#moment.time) + liquidationFee;
      position.reduce(Infinity, taken, price, rate, maintenanceMargin > 0 ? 'liquidation' : 'bankrupt');
      this.#costs.moveToLiquidationFees(held * taken * liquidationFee);
      // What is left then is rounding.
      if (maintenanceMargin === 0) this.#account.isBankrupt = true;
    }
    this.#book.cancelAll();
    this.#levels.update();
  }

  /** Closes an entry at one of its levels, as far as there is volume; `sweep` must follow. */
  close(
    lot: Lot,
    price: number,
    isMaker: boolean,
    reason: 'stop-loss' | 'trailing-stop' | 'take-profit',
  ): void {
    const isWhole = this.#execution.closeLot(lot, lot.quantity, price, isMaker, reason);
    // A stop that found too little volume goes on as a market order, a take profit waits at its price.
    if (!isWhole && !isMaker) lot.leaving = reason;
  }

  /** Closes at the open what found too little volume at its stop. */
  leaveAtOpen(): void {
    let hasLeft = false;
    for (const lot of this.#position.lots) {
      if (lot.leaving === undefined) continue;
      hasLeft = true;
      this.#execution.closeLot(lot, lot.quantity, this.#piece.open, false, lot.leaving);
    }
    if (hasLeft) this.sweep();
  }

  /** Closes the entries whose levels the open has passed, and everything beyond the margin. */
  closeAtOpen(): void {
    const open = this.#piece.open;
    if (open > this.#levels.lower && open < this.#levels.upper) return;
    const position = this.#position;
    const account = this.#account;
    const isLong = position.signedQuantity > 0;
    const ruin = account.liquidationPrice(position);
    const isRuined = isLong ? open <= ruin : open >= ruin;
    const isThrough = this.#account.settings.limitFills === 'through';
    // Closing empties lots and leaves them in the list until the sweep.
    for (const lot of position.lots) {
      if (lot.leaving !== undefined) continue;
      const stop = this.#levels.stopOf(lot);
      const { target } = lot;
      if (isLong ? open <= stop : open >= stop) {
        // The margin comes first where the stop lies beyond it.
        if (isRuined && (isLong ? stop < ruin : stop > ruin)) continue;
        this.close(lot, open, false, stop === lot.stop ? 'stop-loss' : 'trailing-stop');
      } else if ((isLong ? open >= target : open <= target) && !(isThrough && open === target)) {
        lot.metPiece = this.#piece.number;
        this.close(lot, open, true, 'take-profit');
      }
    }
    this.sweep();
    if (position.signedQuantity === 0) return;
    const left = account.liquidationPrice(position);
    if (isLong ? open <= left : open >= left) this.liquidate(open);
  }

  /** Drops what is closed, and the orders that could only have closed it. */
  sweep(): void {
    this.#position.sweep();
    if (this.#position.signedQuantity === 0) this.#book.cancelReductions();
    this.#levels.update();
  }
}

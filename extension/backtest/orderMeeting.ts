import type { RunSettings } from '../contracts/backtest.ts';
import type { Execution, Meeting } from './execution.ts';
import type { Funding } from './funding.ts';
import type { Levels } from './levels.ts';
import type { Order } from './order.ts';
import type { OrderBook } from './orderBook.ts';
import type { OrderLog } from './orderLog.ts';
import type { Piece } from './pieces.ts';
import type { Position } from './position.ts';

/** Brings orders of one market and its prices together: whether they meet, and what follows from a fill. */
export class OrderMeeting {
  /** Where the market stood at the last entry inside the piece of time; NaN where there was none. */
  entered = NaN;
  readonly #settings: RunSettings;
  readonly #position: Position;
  readonly #execution: Execution;
  readonly #levels: Levels;
  readonly #funding: Funding;
  readonly #book: OrderBook;
  readonly #log: OrderLog;
  readonly #piece: Piece;
  /** One for all fills: a new one for each would be allocated. */
  readonly #meeting: Meeting = { price: 0, isMaker: false, insidePiece: -1 };

  constructor(parts: {
    readonly settings: RunSettings;
    readonly position: Position;
    readonly execution: Execution;
    readonly levels: Levels;
    readonly funding: Funding;
    readonly book: OrderBook;
    readonly log: OrderLog;
    readonly piece: Piece;
  }) {
    this.#settings = parts.settings;
    this.#position = parts.position;
    this.#execution = parts.execution;
    this.#levels = parts.levels;
    this.#funding = parts.funding;
    this.#book = parts.book;
    this.#log = parts.log;
    this.#piece = parts.piece;
  }

  /** True when the open reaches what the order waits for; a stop that it reaches is triggered. */
  meetsOpen(order: Order): boolean {
    const { direction } = order;
    if (order.trigger > 0) {
      if ((this.#piece.open - order.trigger) * direction < 0) return false;
      order.trigger = 0;
      order.hasWaited = false;
      this.#log.note(order, 'triggered');
    }
    if (order.limit === 0) return true;
    const isThrough = order.hasWaited && this.#settings.limitFills === 'through';
    const distance = (this.#piece.open - order.limit) * direction;
    return isThrough ? distance < 0 : distance <= 0;
  }

  /** Fills at the open; true when nothing is left of the order. */
  fillAtOpen(order: Order): boolean {
    const isMaker = order.limit > 0 && order.hasWaited;
    order.metPiece = this.#piece.number;
    return this.#fill(order, this.#piece.open, isMaker, -1);
  }

  /** A price inside the piece triggers the order. */
  fillStop(order: Order): void {
    const { trigger, direction, limit } = order;
    order.trigger = 0;
    order.metPiece = this.#piece.number;
    this.#log.note(order, 'triggered');
    // A limit that the trigger lies beyond waits for the price to come back, which a later bar must show.
    if (limit === 0 || (trigger - limit) * direction <= 0) this.#fillInside(order, trigger, false);
  }

  /** A price inside the piece is that of a waiting limit order. */
  fillLimit(order: Order): void {
    order.metPiece = this.#piece.number;
    this.#fillInside(order, order.limit, true);
  }

  #fillInside(order: Order, price: number, isMaker: boolean): void {
    if (this.#fill(order, price, isMaker, this.#piece.number)) this.#book.drop(order);
  }

  #fill(order: Order, price: number, isMaker: boolean, insidePiece: number): boolean {
    const position = this.#position;
    const { fills, signedQuantity } = position;
    const wasFlat = signedQuantity === 0;
    const meeting = this.#meeting;
    meeting.price = price;
    meeting.isMaker = isMaker;
    meeting.insidePiece = insidePiece;
    const isDone = this.#execution.fill(order, meeting);
    if (position.fills !== fills) {
      if (wasFlat) this.#funding.begin();
      this.#book.cancelAfter(order, position.signedQuantity);
      if (insidePiece >= 0 && position.lots.at(-1)?.orderId === order.id) this.entered = price;
      this.#levels.update();
    }
    return isDone;
  }
}

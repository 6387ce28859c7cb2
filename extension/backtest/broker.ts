import type { RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import type { Account } from './account.ts';
import type { Costs } from './costs.ts';
import type { Exclusions } from './exclusions.ts';
import { Execution, wrongSide } from './execution.ts';
import { Exits } from './exits.ts';
import { Funding } from './funding.ts';
import { levelKinds, operations } from './intents.ts';
import type { Ledger } from './ledger.ts';
import { Levels } from './levels.ts';
import type { Order } from './order.ts';
import { isReduction, OrderBook } from './orderBook.ts';
import { OrderLog } from './orderLog.ts';
import { OrderMeeting } from './orderMeeting.ts';
import { type Piece, Pieces } from './pieces.ts';
import type { Moment, Position } from './position.ts';
import type { FinerBars } from './timeline.ts';

/** Orders that one market keeps waiting at most. */
const mostWaiting = 1000;

/**
 * Executes the orders of one market bar by bar by `fillRules`. The sandbox and the host run the same
 * broker: the one to show the strategy its position, the other for the result. Without a ledger nothing is
 * recorded but the hash.
 */
export class Broker {
  readonly position: Position;
  readonly account: Account;
  /** True when the next bar can change anything: an order waits or a position is open. */
  isBusy = false;
  /** True while there is a bar at work. */
  isFaced = false;
  readonly #settings: RunSettings;
  readonly #costs: Costs;
  readonly #log: OrderLog;
  readonly #execution: Execution;
  readonly #moment: Moment;
  readonly #book: OrderBook;
  readonly #exclusions: Exclusions;
  readonly #meeting: OrderMeeting;
  readonly #pieces = new Pieces();
  /** The piece of time at work. */
  readonly #piece: Piece = this.#pieces.current;
  readonly #levels: Levels;
  readonly #exits: Exits;
  readonly #funding: Funding;

  constructor(parts: {
    readonly position: Position;
    readonly account: Account;
    readonly costs: Costs;
    readonly ledger: Ledger | undefined;
    readonly moment: Moment;
    readonly exclusions: Exclusions;
  }) {
    this.position = parts.position;
    this.account = parts.account;
    this.#settings = parts.account.settings;
    this.#costs = parts.costs;
    this.#log = new OrderLog(parts.ledger, parts.moment, parts.position.market);
    this.#execution = new Execution({ ...parts, log: this.#log });
    this.#funding = new Funding(this.#settings, parts.position, parts.moment);
    this.#levels = new Levels(parts.position, parts.account, parts.costs);
    this.#book = new OrderBook(this.#log, parts.costs, parts.exclusions);
    this.#exclusions = parts.exclusions;
    this.#meeting = new OrderMeeting({
      settings: this.#settings,
      position: parts.position,
      execution: this.#execution,
      levels: this.#levels,
      funding: this.#funding,
      book: this.#book,
      log: this.#log,
      piece: this.#piece,
    });
    this.#exits = new Exits({
      ...parts,
      execution: this.#execution,
      levels: this.#levels,
      book: this.#book,
      piece: this.#piece,
    });
    this.#moment = parts.moment;
  }

  isOpen(id: number): boolean {
    return this.#book.isOpen(id);
  }

  /** Takes a checked intent row given on bar `bar`; it arrives at the open of the next one, or later. */
  submit(rows: Float64Array, offset: number, bar: number): void {
    this.#book.submit(rows, offset, bar + 1 + this.#settings.latencyBars);
    this.isBusy = true;
  }

  /**
   * Lives through bar number `bar` of a run of one market, which stands at `index` in `columns`. (Numbers as
   * arguments would be allocated one by one.)
   */
  step(columns: CandleColumns, index: number, bar: number, finer?: FinerBars): void {
    if (
      !this.#levels.isRestless &&
      (columns.low[index] as number) > this.#levels.lower &&
      (columns.high[index] as number) < this.#levels.upper &&
      this.#book.size === 0
    ) {
      return;
    }
    this.#moment.bar = bar;
    this.#moment.time = columns.time[index] as number;
    this.face(columns, index, finer);
    this.begin();
    while (this.#pieces.hasNext) {
      this.take();
      this.open();
      this.live();
      this.position.mark = this.#piece.close;
      if (this.position.signedQuantity !== 0 && this.account.isBelowMaintenance) {
        this.liquidate(this.#piece.close);
      }
      this.account.judge();
    }
  }

  /** Pays funding of `rate` at the open of bar number `bar`, which stands at `index` and is lived through next. */
  payFunding(rate: number, columns: CandleColumns, index: number, bar: number): void {
    this.#moment.bar = bar;
    this.#moment.time = columns.time[index] as number;
    this.position.payFunding(rate, columns.open[index] as number);
    this.#levels.update();
  }

  /** Takes the bar at `index` of `columns` for the one at work, until `end`. */
  face(columns: CandleColumns, index: number, finer: FinerBars | undefined): void {
    this.#pieces.begin(columns, index, finer);
    this.isFaced = true;
  }

  /** True when the bar at work can change nothing, unless the account no longer carries the position. */
  get isCalm(): boolean {
    const { bars, bar } = this.#pieces;
    const levels = this.#levels;
    return (
      this.#book.size === 0 &&
      !levels.isMoving &&
      (bars.low[bar] as number) > levels.ownLower &&
      (bars.high[bar] as number) < levels.ownUpper &&
      !this.#funding.isDue
    );
  }

  /**
   * Adds the value of the position less its maintenance margin, at the worst price of the bar at work or at the
   * mark, to the first number, and its size to the second.
   */
  addWorst(sums: Float64Array): void {
    const { signedQuantity, mark } = this.position;
    if (signedQuantity === 0) return;
    const { maintenanceMargin } = this.#settings;
    const { bars, bar } = this.#pieces;
    const isLong = signedQuantity > 0;
    const reached = (isLong ? bars.low[bar] : bars.high[bar]) as number;
    const worst = this.isFaced ? reached : mark;
    const value = signedQuantity * worst * (isLong ? 1 - maintenanceMargin : 1 + maintenanceMargin);
    sums[0] = (sums[0] as number) + value;
    sums[1] = (sums[1] as number) + Math.abs(value);
  }

  /** Begins the bar at work: what is due pays funding, what has waited too long expires. */
  begin(): void {
    if (this.#funding.isDue) {
      const { bars, bar } = this.#pieces;
      this.#funding.pay(bars.open[bar] as number);
      this.#levels.update();
    }
    if (this.#book.waiting.length > 0) this.#book.expire(this.#moment);
  }

  /** Ends the bar at work, which the position is marked at the close of. */
  end(): void {
    const { bars, bar } = this.#pieces;
    this.position.mark = bars.close[bar] as number;
    this.isFaced = false;
  }

  /** Open time of the bar's next piece of time; Infinity where none is left. */
  get nextTime(): number {
    return this.#pieces.nextTime;
  }

  /** Moves on to the next piece of time, and marks the position at its open. */
  take(): void {
    const pieces = this.#pieces;
    pieces.take();
    this.#meeting.entered = NaN;
    this.position.mark = this.#piece.open;
    this.#execution.begin(pieces.bars, pieces.bar, this.#piece.volume);
  }

  /** The open of the piece of time: what waits and what arrives, then the levels that it has passed. */
  open(): void {
    if (this.account.positions.length > 1) this.#levels.updateRuin();
    const book = this.#book;
    const due = book.takeDue(this.#moment.bar);
    if (this.#levels.isMoving) this.#exits.leaveAtOpen();
    if (book.waiting.length > 0) this.#meetOpen();
    for (const order of due) this.#take(order);
    if (this.position.signedQuantity !== 0) this.#exits.closeAtOpen();
  }

  /**
   * What the piece of time reaches after its open, to its close. The position stays marked where its market
   * stood last: other markets may be in the midst of theirs, and their sizes must not know the close.
   */
  live(): void {
    if (this.account.positions.length > 1) this.#levels.updateRuin();
    this.#meetRange();
    if (this.#levels.isMoving) this.#levels.trail(this.#piece);
    this.isBusy = this.position.signedQuantity !== 0 || this.#book.size > 0;
  }

  /** Rejects what is on its way and expires what waits: there is no bar to fill it. */
  endOfData(bar: number, time: number): void {
    this.#moment.bar = bar;
    this.#moment.time = time;
    this.#book.endOfData();
  }

  /** Closes everything at `price` because the account no longer carries it, and cancels what waits. */
  liquidate(price: number): void {
    this.#exits.liquidate(price);
    this.isBusy = this.#book.size > 0;
  }

  // What arrives

  #take(order: Order): void {
    let waits = false;
    if (this.account.isBankrupt) this.#log.reject(order, 'bankrupt');
    else if (order.operation === operations.protect) this.#protect(order);
    else if (this.#moment.time >= order.goodTill) this.#log.note(order, 'expired');
    else waits = this.#place(order);
    if (!waits) this.#book.release(order);
  }

  /** True when the order waits. */
  #place(order: Order): boolean {
    const held = this.position.signedQuantity;
    if (order.operation === operations.close) order.direction = held < 0 ? 1 : -1;
    const { direction } = order;
    if (order.limit > 0) order.limit = this.#costs.toStep(order.limit, -direction);
    if (order.trigger > 0) order.trigger = this.#costs.toStep(order.trigger, direction);
    const own = order.limit > 0 ? order.limit : order.trigger;
    if (own > 0) {
      if (isReduction(order) && held * direction >= 0) {
        this.#log.reject(order, held === 0 ? 'no-position' : 'would-increase');
        return false;
      }
      const execution = this.#execution;
      const stop = execution.levelPrice(order.stopKind, order.stop, own, -direction, -direction);
      const target = execution.levelPrice(order.targetKind, order.target, own, direction, direction);
      const problem = wrongSide(own, stop, target, direction);
      const isFull = !isReduction(order) && this.#book.waiting.length >= mostWaiting;
      if (problem !== undefined || isFull) {
        this.#log.reject(order, problem ?? 'too-many-entries');
        return false;
      }
    }
    this.#log.note(order, 'accepted');
    if (this.#exclusions.excludes(order)) {
      this.#log.note(order, 'cancelled');
      return false;
    }
    if (this.#meeting.meetsOpen(order) && this.#meeting.fillAtOpen(order)) return false;
    order.hasWaited = true;
    this.#book.waiting.push(order);
    return true;
  }

  #protect(order: Order): void {
    const { position } = this;
    if (position.signedQuantity === 0) {
      this.#log.reject(order, 'no-position');
      return;
    }
    this.#log.note(order, 'accepted');
    const isLong = position.signedQuantity > 0;
    const away = isLong ? -1 : 1;
    const execution = this.#execution;
    const stop = execution.levelPrice(order.stopKind, order.stop, this.#piece.open, away, away);
    const target = execution.levelPrice(order.targetKind, order.target, this.#piece.open, -away, -away);
    // A limit order at a price that is already there is a market order: without this, a far target would
    // be a way out that pays no slippage. A stop that the open has passed closes there in the same bar.
    if (isLong ? this.#piece.open >= target : this.#piece.open <= target) {
      for (const lot of position.lots) this.#exits.close(lot, this.#piece.open, false, 'take-profit');
      this.#exits.sweep();
      return;
    }
    const trail = order.trailKind === levelKinds.percent ? order.trail / 100 : -order.trail;
    this.#levels.set(stop, target, trail, this.#piece.open);
  }

  // What waits

  #meetOpen(): void {
    const { waiting } = this.#book;
    for (const order of [...waiting]) {
      if (!waiting.includes(order)) continue;
      const isDone = this.#meeting.meetsOpen(order) && this.#meeting.fillAtOpen(order);
      order.hasWaited = true;
      if (isDone) this.#book.drop(order);
    }
  }

  /** What the piece of time reaches after its open: stops before limits, of each the nearest first. */
  #meetRange(): void {
    for (;;) {
      const hasLevels = this.position.signedQuantity !== 0 && !this.#levels.contain(this.#piece);
      if (!hasLevels && this.#book.waiting.length === 0) return;
      if (!this.#meetNearestStop(hasLevels) && !this.#meetNearestLimit(hasLevels)) return;
    }
  }

  #meetNearestStop(hasLevels: boolean): boolean {
    const { open, high, low } = this.#piece;
    const isLong = this.position.signedQuantity > 0;
    const reached = hasLevels ? this.#levels.nearestStop(this.#piece) : undefined;
    const ruin = hasLevels ? this.account.liquidationPrice(this.position) : NaN;
    const isRuined = isLong ? low <= ruin : high >= ruin;
    const ruinDistance = isRuined ? Math.abs(ruin - open) : Infinity;
    const distance = Math.min(reached?.distance ?? Infinity, ruinDistance);
    const order = this.#book.nearestStop(this.#piece, distance);
    if (order !== undefined) {
      this.position.mark = order.trigger;
      this.#meeting.fillStop(order);
    } else if (isRuined && ruinDistance < (reached?.distance ?? Infinity)) {
      const { entered } = this.#meeting;
      const stood = Number.isNaN(entered) ? ruin : entered;
      this.liquidate(isLong ? Math.min(ruin, stood) : Math.max(ruin, stood));
    } else if (reached !== undefined) {
      const { lot } = reached;
      const stop = this.#levels.stopOf(lot);
      this.position.mark = stop;
      this.#exits.close(lot, stop, false, stop === lot.stop ? 'stop-loss' : 'trailing-stop');
      this.#exits.sweep();
    } else return false;
    return true;
  }

  #meetNearestLimit(hasLevels: boolean): boolean {
    const { number } = this.#piece;
    const isThrough = this.#settings.limitFills === 'through';
    const reached = hasLevels ? this.#levels.nearestTarget(this.#piece) : undefined;
    const order = this.#book.nearestLimit(this.#piece, reached?.distance ?? Infinity, isThrough);
    if (order !== undefined) {
      this.position.mark = order.limit;
      this.#meeting.fillLimit(order);
    } else if (reached !== undefined) {
      const { lot } = reached;
      lot.metPiece = number;
      this.position.mark = lot.target;
      this.#exits.close(lot, lot.target, true, 'take-profit');
      this.#exits.sweep();
    } else return false;
    return true;
  }
}

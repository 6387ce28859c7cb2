import type { Account } from './account.ts';
import type { Costs } from './costs.ts';
import type { Piece } from './pieces.ts';
import type { Lot, Position } from './position.ts';

/** What a piece of time reaches first of its kind, by the distance from its open. */
export interface Reached {
  readonly distance: number;
  readonly lot: Lot;
}

/** Stop losses, take profits and trailing stops of the entries of one market, and its liquidation. */
export class Levels {
  /** The nearest of all: no piece of time between them can close an entry. */
  lower = -Infinity;
  upper = Infinity;
  /** The nearest of those that the entries have of their own. */
  ownLower = -Infinity;
  ownUpper = Infinity;
  /** True when a piece of time between those changes an entry too. */
  isMoving = false;
  /** True when a piece of time between all of them can change something too. */
  isRestless = false;
  readonly #position: Position;
  readonly #account: Account;
  readonly #costs: Costs;

  constructor(position: Position, account: Account, costs: Costs) {
    this.#position = position;
    this.#account = account;
    this.#costs = costs;
  }

  /** Finds the nearest levels anew: after each fill, and whenever the account or an entry has changed. */
  update(): void {
    const position = this.#position;
    const account = this.#account;
    let lower = -Infinity;
    let upper = Infinity;
    this.isMoving = false;
    if (position.signedQuantity !== 0) {
      const isLong = position.signedQuantity > 0;
      for (const lot of position.lots) {
        const stop = lot.trail === 0 ? lot.stop : this.stopOf(lot);
        const below = isLong ? stop : lot.target;
        const above = isLong ? lot.target : stop;
        if (below > lower) lower = below;
        if (above < upper) upper = above;
        if (lot.trail !== 0 || lot.leaving !== undefined) this.isMoving = true;
      }
    }
    this.ownLower = lower;
    this.ownUpper = upper;
    this.isRestless = this.isMoving || account.settings.fundingRate !== 0 || account.positions.length > 1;
    this.updateRuin();
  }

  /** Finds the nearest levels anew where the entries are as they were, and the account is not. */
  updateRuin(): void {
    this.lower = this.ownLower;
    this.upper = this.ownUpper;
    const position = this.#position;
    if (position.signedQuantity === 0 || this.#account.isCarried) return;
    const ruin = this.#account.liquidationPrice(position);
    if (position.signedQuantity > 0) {
      if (ruin > this.lower) this.lower = ruin;
    } else if (ruin < this.upper) this.upper = ruin;
  }

  /** Gives every entry new levels: NaN, or a trail of 0, leaves one as it is. A new trail begins at `open`. */
  set(stop: number, target: number, trail: number, open: number): void {
    for (const lot of this.#position.lots) {
      if (!Number.isNaN(stop)) lot.stop = stop;
      if (!Number.isNaN(target)) lot.target = target;
      if (trail === 0) continue;
      lot.trail = trail;
      lot.best = open;
    }
    this.update();
  }

  /** True when the piece of time lies between the levels. */
  contain({ high, low }: Piece): boolean {
    return low > this.lower && high < this.upper;
  }

  /** The nearer of stop loss and trailing stop; NaN where an entry has none. */
  stopOf({ stop, trail, best }: Lot): number {
    if (trail === 0) return stop;
    const isLong = this.#position.signedQuantity > 0;
    const away = isLong ? -1 : 1;
    const trailing = this.#costs.toStep(trail > 0 ? best * (1 + away * trail) : best - away * trail, away);
    if (Number.isNaN(stop)) return trailing;
    return isLong ? Math.max(stop, trailing) : Math.min(stop, trailing);
  }

  /** The entry whose stop the piece reaches first. */
  nearestStop({ open, high, low }: Piece): Reached | undefined {
    const isLong = this.#position.signedQuantity > 0;
    let nearest: Reached | undefined;
    for (const lot of this.#position.lots) {
      if (lot.leaving !== undefined) continue;
      const stop = this.stopOf(lot);
      if (!(isLong ? low <= stop : high >= stop)) continue;
      const distance = Math.abs(stop - open);
      if (distance < (nearest?.distance ?? Infinity)) nearest = { distance, lot };
    }
    return nearest;
  }

  /** The entry whose take profit the piece reaches first, among those that it can have reached. */
  nearestTarget({ number, open, high, low }: Piece): Reached | undefined {
    const isLong = this.#position.signedQuantity > 0;
    const isThrough = this.#account.settings.limitFills === 'through';
    const best = isLong ? high : low;
    let nearest: Reached | undefined;
    for (const lot of this.#position.lots) {
      const { target } = lot;
      if (lot.leaving !== undefined || lot.metPiece === number) continue;
      if (lot.insidePiece === number && lot.isBestUnknown) continue;
      if (!(isLong ? best >= target : best <= target) || (isThrough && best === target)) continue;
      const distance = Math.abs(target - open);
      if (distance < (nearest?.distance ?? Infinity)) nearest = { distance, lot };
    }
    return nearest;
  }

  /** Moves the trailing stops: what the piece of time reached counts from the next one on. */
  trail({ number, high, low, close }: Piece): void {
    const isLong = this.#position.signedQuantity > 0;
    for (const lot of this.#position.lots) {
      if (lot.trail === 0) continue;
      let reached = isLong ? high : low;
      if (lot.insidePiece === number && lot.isBestUnknown) reached = close;
      lot.best = isLong ? Math.max(lot.best, reached) : Math.min(lot.best, reached);
    }
    this.update();
  }
}

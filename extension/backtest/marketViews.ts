import type { Account as AccountApi, Bar, Bars, Position as PositionApi } from 'strategy-lab';
import type { Account } from './account.ts';
import type { Position } from './position.ts';
import { type BarWindow, sealPrototype } from './series.ts';

/** The number in the run of the time at work: the same in all markets. */
export interface RunClock {
  bar: number;
}

/** The columns of one market as series. */
export function barsOf({ time, open, high, low, close, volume }: BarWindow): Bars {
  return Object.freeze({ time, open, high, low, close, volume });
}

/** The last closed bar of one market, as a strategy sees it. */
export class CurrentBar implements Bar {
  readonly #window: BarWindow;

  constructor(window: BarWindow) {
    this.#window = window;
    Object.freeze(this);
  }

  get index(): number {
    return this.#window.base + this.#window.cursor;
  }
  get time(): number {
    return this.#window.time.value;
  }
  get open(): number {
    return this.#window.open.value;
  }
  get high(): number {
    return this.#window.high.value;
  }
  get low(): number {
    return this.#window.low.value;
  }
  get close(): number {
    return this.#window.close.value;
  }
  get volume(): number {
    return this.#window.volume.value;
  }
}

/** The position in one market, as a strategy sees it. */
export class PositionView implements PositionApi {
  readonly #position: Position;
  readonly #window: BarWindow;
  readonly #clock: RunClock;

  constructor(position: Position, window: BarWindow, clock: RunClock) {
    this.#position = position;
    this.#window = window;
    this.#clock = clock;
    Object.freeze(this);
  }

  get isFlat(): boolean {
    return this.#position.signedQuantity === 0;
  }
  get isLong(): boolean {
    return this.#position.signedQuantity > 0;
  }
  get isShort(): boolean {
    return this.#position.signedQuantity < 0;
  }
  get quantity(): number {
    return Math.abs(this.#position.signedQuantity);
  }
  get entryPrice(): number {
    return this.isFlat ? NaN : this.#position.entryValue / this.quantity;
  }
  get profit(): number {
    const { lots, signedQuantity, entryValue } = this.#position;
    let paid = 0;
    for (const lot of lots) paid += lot.entryFee + lot.funding;
    const direction = Math.sign(signedQuantity);
    return signedQuantity * this.#window.close.value - direction * entryValue - paid;
  }
  get bars(): number {
    const oldest = this.#position.lots[0];
    return oldest === undefined ? 0 : this.#clock.bar - oldest.entryBar;
  }
  get lots(): number {
    return this.#position.lots.length;
  }
}

/** The account, as a strategy sees it: positions are worth their markets' last closes. */
export class AccountView implements AccountApi {
  readonly #account: Account;
  readonly #windows: readonly BarWindow[];

  constructor(account: Account, windows: readonly BarWindow[]) {
    this.#account = account;
    this.#windows = windows;
    Object.freeze(this);
  }

  get cash(): number {
    return this.#account.cash;
  }
  get equity(): number {
    const { cash, positions } = this.#account;
    let equity = cash;
    for (let market = 0; market < positions.length; market++) {
      const quantity = (positions[market] as Position).signedQuantity;
      // A market without a bar so far has no close, and no position.
      if (quantity !== 0) equity += quantity * (this.#windows[market] as BarWindow).close.value;
    }
    return equity;
  }
}

for (const view of [CurrentBar, PositionView, AccountView]) sealPrototype(view.prototype);

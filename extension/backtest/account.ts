import type { RunSettings } from '../contracts/backtest.ts';
import type { Position } from './position.ts';

/** The cash of a run and the positions of all its markets: one equity, one margin. */
export class Account {
  readonly settings: RunSettings;
  readonly positions: Position[] = [];
  cash: number;
  /** True once the equity was used up: no order is taken any more. */
  isBankrupt = false;
  /** True while no price that the bars at work can bring uses up the margin; false where that is not known. */
  isCarried = false;

  constructor(settings: RunSettings) {
    this.settings = settings;
    this.cash = settings.cash;
  }

  /** Equity with the position `own` marked at `price` and all others at their last marks. */
  equityAt(own: Position, price: number): number {
    let equity = this.cash + own.signedQuantity * price;
    // One market as a rule: then there is nothing to add.
    for (let index = 0; index < this.positions.length; index++) {
      const other = this.positions[index] as Position;
      if (other !== own) equity += other.signedQuantity * other.mark;
    }
    return equity;
  }

  /** Equity with each position at its last mark. */
  get equity(): number {
    const { positions } = this;
    let equity = this.cash;
    for (let index = 0; index < positions.length; index++) {
      const { signedQuantity, mark } = positions[index] as Position;
      equity += signedQuantity * mark;
    }
    return equity;
  }

  /**
   * Cash that an order in `direction` may use up, its own position marked at `price`: leverage times the
   * equity less the value of all positions. Without leverage, a long entry spends the free cash alone, and
   * a short one is bounded by the equity because a sale brings cash in.
   */
  freeFor(own: Position, direction: number, price: number): number {
    if (this.settings.leverage === 1 && this.positions.length === 1) {
      if (direction > 0) return this.cash;
      return this.equityAt(own, price) + own.signedQuantity * price;
    }
    let gross = Math.abs(own.signedQuantity) * price;
    for (const other of this.positions) {
      if (other !== own) gross += Math.abs(other.signedQuantity) * other.mark;
    }
    return this.equityAt(own, price) * this.settings.leverage - gross;
  }

  /**
   * Price of `own` at which the equity is the maintenance margin of all positions (the equity is 0 where
   * no margin is asked), the others at their last marks: below it a long position is liquidated, above it
   * a short one. NaN where no price does it.
   */
  liquidationPrice(own: Position): number {
    const { maintenanceMargin } = this.settings;
    let rest = this.cash;
    for (const other of this.positions) {
      if (other === own) continue;
      const value = other.signedQuantity * other.mark;
      rest += value - maintenanceMargin * Math.abs(value);
    }
    const quantity = own.signedQuantity;
    // rest + quantity * p = maintenanceMargin * |quantity| * p
    const price = -rest / (quantity - maintenanceMargin * Math.abs(quantity));
    return price > 0 ? price : NaN;
  }

  /** True when the equity at the last marks does not cover the maintenance margin. */
  get isBelowMaintenance(): boolean {
    const { positions } = this;
    let needed = 0;
    for (let index = 0; index < positions.length; index++) {
      const { signedQuantity, mark } = positions[index] as Position;
      needed += Math.abs(signedQuantity) * mark;
    }
    return this.equity <= needed * this.settings.maintenanceMargin;
  }

  /** Notes whether there is still something to trade with. */
  judge(): void {
    if (this.equity <= 0) this.isBankrupt = true;
  }
}

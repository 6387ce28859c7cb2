import type { RunSettings } from '../contracts/backtest.ts';
import type { Moment, Position } from './position.ts';

const hourMilliseconds = 3_600_000;

/** The funding of a perpetual position: a rate at fixed hours of the day, counted from 00:00 UTC. */
export class Funding {
  readonly #rate: number;
  readonly #interval: number;
  readonly #position: Position;
  readonly #moment: Moment;
  #next = Infinity;

  constructor(settings: RunSettings, position: Position, moment: Moment) {
    this.#rate = settings.fundingRate;
    this.#interval = settings.fundingHours * hourMilliseconds;
    this.#position = position;
    this.#moment = moment;
  }

  /** Notes that a position has been opened at the moment: the next funding time is the first it pays. */
  begin(): void {
    if (this.#rate === 0) return;
    this.#next = (Math.floor(this.#moment.time / this.#interval) + 1) * this.#interval;
  }

  /** True when a funding time has come. */
  get isDue(): boolean {
    return this.#moment.time >= this.#next;
  }

  /** Pays for the times that have come, on the position's value at `price`. */
  pay(price: number): void {
    const times = Math.floor((this.#moment.time - this.#next) / this.#interval) + 1;
    this.#next += times * this.#interval;
    if (this.#position.signedQuantity !== 0) this.#position.payFunding(this.#rate * times, price);
  }
}

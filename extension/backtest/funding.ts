import type { RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import type { Broker } from './broker.ts';
import type { Moment, Position } from './position.ts';
import { firstAtOrAfter } from './timeIndex.ts';

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

/** Rates as a venue has paid them, each at its own time (UTC ms, ascending). */
export interface FundingColumns {
  readonly time: Float64Array;
  /** Paid by longs to shorts, as a fraction of the position's value. */
  readonly rate: Float64Array;
}

/**
 * For each bar the sum of the rates that fall due after the bar before has opened and not after it opens
 * itself: what a position that is held at its open pays there. 0 for the first bar, at which none is held.
 */
export function ratesByBar(bars: Float64Array, { time, rate }: FundingColumns): Float64Array {
  const due = new Float64Array(bars.length);
  let next = firstAtOrAfter(time, (bars[0] ?? 0) + 1);
  for (let bar = 1; bar < bars.length; bar++) {
    for (; next < time.length && (time[next] as number) <= (bars[bar] as number); next++) {
      due[bar] = (due[bar] as number) + (rate[next] as number);
    }
  }
  return due;
}

/** Pays recorded rates of one market bar by bar. */
export class RecordedFunding {
  isGiven = false;
  #rates: Float64Array | undefined;
  #next = 0;

  /** Takes the rates of the next bars, the first of them at index `from`; none for undefined. */
  begin(rates: Float64Array | undefined, from: number): void {
    this.isGiven = rates !== undefined;
    this.#rates = rates;
    this.#next = from;
  }

  /** Moves on to the next bar, number `bar` of the run at `index` in `columns`, and pays what is due at its open. */
  pay(broker: Broker, columns: CandleColumns, index: number, bar: number): void {
    const rate = this.#rates?.[this.#next] ?? 0;
    this.#next++;
    if (rate !== 0 && broker.position.signedQuantity !== 0) broker.payFunding(rate, columns, index, bar);
  }
}

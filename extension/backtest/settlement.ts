import type { RunSettings, Trade } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import { Broker } from './broker.ts';
import { checkIntent, intentColumns, intentWidth } from './intents.ts';
import { Ledger } from './ledger.ts';

/** A run as the host's own broker executed it. */
export interface SettledRun {
  /** Equity at the close of each bar. */
  readonly equity: Float64Array;
  /** 1 for each bar at whose close a position is open. */
  readonly invested: Uint8Array;
  /** Closed trades in the order of their exits, then the open ones in the order of their entries. */
  readonly trades: readonly Trade[];
  readonly ledger: Ledger;
  readonly finalCash: number;
}

/**
 * Executes the intents of a run on the host's own bars: the only source of fills, profit and equity.
 * It is fed chunk by chunk, in step with the sandbox.
 */
export class Settlement {
  readonly #ledger = new Ledger();
  readonly #broker: Broker;
  readonly #equity: Float64Array;
  readonly #invested: Uint8Array;
  #bars = 0;

  /** `bars` is the length of the whole run. */
  constructor(settings: RunSettings, bars: number) {
    this.#broker = new Broker(settings, this.#ledger);
    this.#equity = new Float64Array(bars);
    this.#invested = new Uint8Array(bars);
  }

  get fills(): number {
    return this.#broker.fills;
  }

  get fillHashHigh(): number {
    return this.#broker.hash.high;
  }

  get fillHashLow(): number {
    return this.#broker.hash.low;
  }

  /**
   * Lives through bars `from` to `to` of `columns` with `count` intents given on them, in the order of
   * their bars.
   * @throws OrderError for an intent that no strategy could have given
   */
  feed(columns: CandleColumns, from: number, to: number, intents: Float64Array, count: number): void {
    const broker = this.#broker;
    const { close } = columns;
    let row = 0;
    let nextBar = count > 0 ? (intents[intentColumns.bar] as number) : -1;
    for (let bar = from; bar < to; bar++) {
      if (broker.isBusy) broker.step(columns, bar, bar);
      this.#equity[bar] = broker.equityAt(close[bar] as number);
      if (broker.signedQuantity !== 0) this.#invested[bar] = 1;
      while (bar === nextBar) {
        const offset = row * intentWidth;
        checkIntent(intents, offset);
        broker.submit(intents, offset);
        row++;
        nextBar = row < count ? (intents[row * intentWidth + intentColumns.bar] as number) : -1;
      }
    }
    if (row !== count) throw new RangeError(`intent ${row} lies outside its chunk or out of order`);
    this.#bars = to;
  }

  /** Ends the run: what waits is rejected, what is open is marked at the last close. */
  finish(columns: CandleColumns): SettledRun {
    const last = this.#bars - 1;
    const broker = this.#broker;
    const markPrice = columns.close[last] as number;
    broker.endOfData(columns.time[last] as number);
    const direction = broker.signedQuantity > 0 ? 1 : -1;
    const openTrades = broker.lots.map((lot): Trade => {
      const profit = direction * lot.quantity * (markPrice - lot.entryPrice) - lot.entryFee;
      return {
        side: direction > 0 ? 'long' : 'short',
        entryTime: lot.entryTime,
        entryPrice: lot.entryPrice,
        exitTime: null,
        exitPrice: null,
        markPrice,
        quantity: lot.quantity,
        fees: lot.entryFee,
        profit,
        profitFraction: profit / (lot.quantity * lot.entryPrice),
        bars: last - lot.entryBar,
        exitReason: 'open',
      };
    });
    return {
      equity: this.#equity,
      invested: this.#invested,
      trades: [...this.#ledger.trades, ...openTrades],
      ledger: this.#ledger,
      finalCash: broker.cash,
    };
  }
}

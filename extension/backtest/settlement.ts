import type { RunSettings, Trade } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Broker } from './broker.ts';
import type { CostTotals } from './costs.ts';
import { RecordedFunding } from './funding.ts';
import { checkIntent, intentColumns, intentWidth } from './intents.ts';
import { Ledger } from './ledger.ts';
import { Portfolio } from './portfolio.ts';
import { FinerCursor, type Timeline, timelineOf } from './timeline.ts';

/** A run as the host's own broker executed it. */
export interface SettledRun {
  /** Equity after each time of the run: at the close of each bar, with one market. */
  readonly equity: Float64Array;
  /** 1 for each time after which a position is open. */
  readonly invested: Uint8Array;
  /** Closed trades in the order of their exits, then the open ones in the order of their entries. */
  readonly trades: readonly Trade[];
  readonly ledger: Ledger;
  readonly costs: CostTotals;
  readonly finalCash: number;
}

/** One market of a run on the host. */
export interface SettledMarket {
  readonly columns: CandleColumns;
  /** Finer bars of the same market, which decide what a bar leaves open. */
  readonly finer?: CandleColumns;
  /** What a position pays at the open of each bar, where recorded rates are given: see `ratesByBar`. */
  readonly funding?: Float64Array;
}

/**
 * Executes the intents of a run on the host's own bars: the only source of fills, profit and equity.
 * It is fed chunk by chunk, in step with the sandbox.
 */
export class Settlement {
  readonly #ledger = new Ledger();
  readonly #portfolio: Portfolio;
  readonly #markets: readonly SettledMarket[];
  readonly #finer: readonly FinerCursor[];
  readonly #funding: readonly RecordedFunding[];
  readonly #timeline: Timeline | undefined;
  readonly #times: Float64Array;
  readonly #equity: Float64Array;
  readonly #invested: Uint8Array;

  /** @param timeline of all markets, where several parameter sets share it */
  constructor(
    settings: RunSettings,
    markets: readonly SettledMarket[],
    timeframe: Timeframe,
    timeline = markets.length > 1 ? timelineOf(markets.map(({ columns }) => columns)) : undefined,
  ) {
    const [first] = markets;
    if (first === undefined) throw new RangeError('a run needs a market');
    this.#markets = markets;
    this.#timeline = timeline;
    this.#times = timeline?.times ?? first.columns.time;
    this.#portfolio = new Portfolio(settings, markets.length, this.#ledger);
    this.#finer = markets.map(({ finer }) => {
      const cursor = new FinerCursor(timeframeMilliseconds[timeframe]);
      if (finer !== undefined) cursor.begin({ columns: finer, from: 0, to: finer.time.length });
      return cursor;
    });
    this.#funding = markets.map(({ funding }) => {
      const recorded = new RecordedFunding();
      recorded.begin(funding, 0);
      return recorded;
    });
    this.#equity = new Float64Array(this.#times.length);
    this.#invested = new Uint8Array(this.#times.length);
  }

  get fills(): number {
    return this.#portfolio.fills;
  }

  get fillHashHigh(): number {
    return this.#portfolio.hash.high;
  }

  get fillHashLow(): number {
    return this.#portfolio.hash.low;
  }

  /**
   * Lives through times `from` to `to` of the run with `count` intents given on them, in their order.
   * @throws OrderError for an intent that no strategy could have given
   */
  feed(from: number, to: number, intents: Float64Array, count: number): void {
    const row =
      this.#timeline === undefined
        ? this.#feedOne(from, to, intents, count)
        : this.#feedAll(this.#timeline, from, to, intents, count);
    if (row !== count) throw new RangeError(`intent ${row} lies outside its chunk or out of order`);
  }

  #feedOne(from: number, to: number, intents: Float64Array, count: number): number {
    const broker = this.#portfolio.brokers[0] as Broker;
    const { position, account } = broker;
    const { columns } = this.#markets[0] as SettledMarket;
    const { close, time } = columns;
    const finer = this.#finer[0] as FinerCursor;
    const hasFiner = finer.isGiven;
    const funding = this.#funding[0] as RecordedFunding;
    const hasFunding = funding.isGiven;
    const equity = this.#equity;
    const invested = this.#invested;
    let row = 0;
    let next = barOf(intents, row, count);
    for (let bar = from; bar < to; bar++) {
      if (hasFunding) funding.pay(broker, columns, bar, bar);
      if (hasFiner) finer.moveTo(time[bar] as number);
      if (broker.isBusy) broker.step(columns, bar, bar, hasFiner ? finer : undefined);
      equity[bar] = account.cash + position.signedQuantity * (close[bar] as number);
      if (position.signedQuantity !== 0) invested[bar] = 1;
      if (bar !== next) continue;
      row = this.#submit(bar, intents, row, count);
      next = barOf(intents, row, count);
    }
    return row;
  }

  #feedAll(timeline: Timeline, from: number, to: number, intents: Float64Array, count: number): number {
    const { times, barsBefore } = timeline;
    const { brokers, account } = this.#portfolio;
    let row = 0;
    for (let at = from; at < to; at++) {
      for (let number = 0; number < brokers.length; number++) {
        const before = barsBefore[number] as Uint32Array;
        const index = before[at] as number;
        if (before[at + 1] === index) continue;
        const finer = this.#finer[number] as FinerCursor;
        if (finer.isGiven) finer.moveTo(times[at] as number);
        const { columns } = this.#markets[number] as SettledMarket;
        const funding = this.#funding[number] as RecordedFunding;
        if (funding.isGiven) funding.pay(brokers[number] as Broker, columns, index, at);
        this.#portfolio.face(number, columns, index, finer.isGiven ? finer : undefined);
      }
      this.#portfolio.live(at, times[at] as number);
      this.#equity[at] = account.equity;
      if (this.#portfolio.isInvested) this.#invested[at] = 1;
      if (row < count) row = this.#submit(at, intents, row, count);
    }
    return row;
  }

  /** The broker of the first market. */
  get broker(): Broker {
    return this.#portfolio.brokers[0] as Broker;
  }

  /** Takes one more order given at time `at`, the last that was fed. @throws OrderError */
  submit(row: Float64Array, at: number): void {
    this.#submit(at, row, 0, 1);
  }

  /** Takes the intents given at time `at`, from `row` on; returns the row after them. */
  #submit(at: number, intents: Float64Array, row: number, count: number): number {
    const { brokers } = this.#portfolio;
    let next = row;
    while (next < count && intents[next * intentWidth + intentColumns.bar] === at) {
      const offset = next * intentWidth;
      checkIntent(intents, offset, brokers.length);
      const market = intents[offset + intentColumns.market] as number;
      (brokers[market] as Broker).submit(intents, offset, at);
      next++;
    }
    return next;
  }

  /** Ends the run: what waits is rejected or expires, what is open is marked at the last close. */
  finish(): SettledRun {
    const last = this.#times.length - 1;
    const portfolio = this.#portfolio;
    portfolio.endOfData(last, this.#times[last] as number);
    for (const [number, { position }] of portfolio.brokers.entries()) {
      const { close } = (this.#markets[number] as SettledMarket).columns;
      position.mark = close.at(-1) ?? NaN;
    }
    return {
      equity: this.#equity,
      invested: this.#invested,
      trades: [
        ...this.#ledger.trades,
        ...portfolio.brokers.flatMap(({ position }) => position.openTrades(last)),
      ],
      ledger: this.#ledger,
      costs: portfolio.costs.totals,
      finalCash: portfolio.account.cash,
    };
  }
}

/** The bar on which intent `row` was given; NaN behind the last. */
function barOf(intents: Float64Array, row: number, count: number): number {
  return row < count ? (intents[row * intentWidth + intentColumns.bar] as number) : NaN;
}

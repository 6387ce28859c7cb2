import type { RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import { Account } from './account.ts';
import { Broker } from './broker.ts';
import { Costs } from './costs.ts';
import { Exclusions } from './exclusions.ts';
import { FillHash } from './fillHash.ts';
import type { Ledger } from './ledger.ts';
import { type Moment, moneyTolerance, Position } from './position.ts';
import type { FinerBars } from './timeline.ts';

/** One account and a broker for each market of the run. */
export class Portfolio {
  readonly account: Account;
  readonly brokers: readonly Broker[];
  readonly costs: Costs;
  /** Over the fills of all markets in their order. */
  readonly hash = new FillHash();
  readonly #moment: Moment = { bar: 0, time: 0 };
  /** True once a market has given finer bars. */
  #hasFiner = false;
  /** What `addWorst` adds up. Numbers that functions return are allocated one by one. */
  readonly #worth = new Float64Array(2);
  /** One list for all times: a new one for each would be allocated. */
  readonly #opened: Broker[] = [];

  constructor(settings: RunSettings, markets: number, ledger?: Ledger) {
    const account = new Account(settings);
    const costs = new Costs(settings);
    const moment = this.#moment;
    const shared = { account, costs, ledger, moment, exclusions: new Exclusions() };
    const positions = Array.from(
      { length: markets },
      (_, market) => new Position(market, { ...shared, hash: this.hash }),
    );
    this.account = account;
    this.costs = costs;
    this.brokers = positions.map((position) => new Broker({ ...shared, position }));
  }

  get fills(): number {
    return this.brokers.reduce((sum, { position }) => sum + position.fills, 0);
  }

  get isInvested(): boolean {
    return this.brokers.some(({ position }) => position.signedQuantity !== 0);
  }

  /** Takes a bar of one market for the time at work. `live` follows once all markets have given theirs. */
  face(market: number, columns: CandleColumns, index: number, finer: FinerBars | undefined): void {
    const broker = this.brokers[market] as Broker;
    if (finer !== undefined) this.#hasFiner = true;
    if (broker.isBusy) broker.face(columns, index, finer);
  }

  /** Lives through time number `bar` of the run with the bars given for it. */
  live(bar: number, time: number): void {
    this.#moment.bar = bar;
    this.#moment.time = time;
    const isQuiet = this.#isQuiet();
    if (!isQuiet) this.#livePieces();
    const { brokers } = this;
    for (let market = 0; market < brokers.length; market++) {
      const broker = brokers[market] as Broker;
      if (broker.isFaced) broker.end();
    }
    if (!isQuiet) this.#closeTime();
  }

  /** True when no order, level or margin can be met at this time, as is so most of the time. */
  #isQuiet(): boolean {
    const { brokers } = this;
    for (let market = 0; market < brokers.length; market++) {
      const broker = brokers[market] as Broker;
      if (broker.isFaced && !broker.isCalm) return false;
    }
    return this.#isCarried();
  }

  /** True when no prices within the bars at work can use up the margin of the positions as they are. */
  #isCarried(): boolean {
    const { brokers } = this;
    const { cash } = this.account;
    const worth = this.#worth;
    worth[0] = cash;
    worth[1] = Math.abs(cash);
    for (let market = 0; market < brokers.length; market++) (brokers[market] as Broker).addWorst(worth);
    return (worth[0] as number) > (worth[1] as number) * moneyTolerance;
  }

  /**
   * Piece by piece in the order of their opens: at one open first all markets are marked, then each meets its
   * orders in turn, and only then come the insides. What a market earns after an open is no cash at the open
   * of another.
   */
  #livePieces(): void {
    const opened = this.#opened;
    const { brokers } = this;
    for (let market = 0; market < brokers.length; market++) {
      const broker = brokers[market] as Broker;
      if (broker.isFaced) broker.begin();
    }
    const hasFiner = this.#hasFiner;
    for (;;) {
      const time = hasFiner ? this.#nextTime() : 0;
      if (time === Infinity) break;
      let count = 0;
      for (let market = 0; market < brokers.length; market++) {
        const broker = brokers[market] as Broker;
        if (!broker.isFaced || (hasFiner && broker.nextTime !== time)) continue;
        broker.take();
        opened[count++] = broker;
      }
      for (let index = 0; index < count; index++) {
        this.#judgeMargin();
        (opened[index] as Broker).open();
      }
      for (let index = 0; index < count; index++) {
        this.#judgeMargin();
        (opened[index] as Broker).live();
      }
      if (!hasFiner) break;
    }
    this.account.isCarried = false;
  }

  /** Finds out whether the margin can be met before the bars at work are over; each fill makes it unknown again. */
  #judgeMargin(): void {
    // Finer bars may reach beyond the bar that they lie in.
    if (!this.account.isCarried && !this.#hasFiner) this.account.isCarried = this.#isCarried();
  }

  /** Open time of the next piece of any market; Infinity where none is left. */
  #nextTime(): number {
    const { brokers } = this;
    let time = Infinity;
    for (let market = 0; market < brokers.length; market++) {
      const broker = brokers[market] as Broker;
      if (broker.isFaced && broker.nextTime < time) time = broker.nextTime;
    }
    return time;
  }

  /** Judges the account after all markets have lived through one time: what it cannot carry is liquidated. */
  #closeTime(): void {
    const { account, brokers } = this;
    if (this.isInvested && account.isBelowMaintenance) {
      for (const broker of brokers) broker.liquidate(broker.position.mark);
    }
    account.judge();
  }

  endOfData(bar: number, time: number): void {
    for (const broker of this.brokers) broker.endOfData(bar, time);
  }
}

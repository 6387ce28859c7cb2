import type { RunSettings } from '../contracts/backtest.ts';
import { Account } from './account.ts';
import { Broker } from './broker.ts';
import { Costs } from './costs.ts';
import { Exclusions } from './exclusions.ts';
import { FillHash } from './fillHash.ts';
import type { Ledger } from './ledger.ts';
import { type Moment, Position } from './position.ts';

/** One account and a broker for each market of the run. */
export class Portfolio {
  readonly account: Account;
  readonly brokers: readonly Broker[];
  readonly costs: Costs;
  /** Over the fills of all markets in their order. */
  readonly hash = new FillHash();
  /** One list for all times: a new one for each would be allocated. */
  readonly #opened: Broker[] = [];

  constructor(settings: RunSettings, markets: number, ledger?: Ledger) {
    const account = new Account(settings);
    const costs = new Costs(settings);
    const moment: Moment = { bar: 0, time: 0 };
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

  /**
   * Lives through the bars that the brokers have begun, piece by piece of time in the order of their opens: at
   * one open first all of them are marked, then each market meets its orders in turn, and only then come
   * the insides. What a market earns after an open is no cash at the open of another.
   */
  live(): void {
    const { brokers } = this;
    for (;;) {
      let time = Infinity;
      for (const broker of brokers) time = Math.min(time, broker.nextTime);
      if (time === Infinity) return;
      const opened = this.#opened;
      let count = 0;
      for (const broker of brokers) {
        if (broker.nextTime !== time) continue;
        broker.take();
        opened[count++] = broker;
      }
      for (let index = 0; index < count; index++) (opened[index] as Broker).open();
      for (let index = 0; index < count; index++) (opened[index] as Broker).live();
    }
  }

  /** Judges the account after all markets have lived through one time: what it cannot carry is liquidated. */
  closeTime(): void {
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

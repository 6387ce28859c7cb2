import type { RunSettings } from '../contracts/backtest.ts';
import { Account } from './account.ts';
import { Broker } from './broker.ts';
import { Costs } from './costs.ts';
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

  constructor(settings: RunSettings, markets: number, ledger?: Ledger) {
    const account = new Account(settings);
    const costs = new Costs(settings);
    const moment: Moment = { bar: 0, time: 0 };
    const shared = { account, costs, ledger, moment };
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

import type { Orders } from 'strategy-lab';
import type { RunSettings } from '../../../extension/contracts/backtest.ts';
import { orderEventsOf } from './compare.ts';
import { type EngineRun, plainSettings, runEngine } from './engineRun.ts';
import { scripted } from './inlineStrategies.ts';
import { hour, marketOf, type Row } from './market.ts';

export const still: Row = [100, 100, 100, 100];
export const slippage = 0.01;

/** A bar of one price. */
export function flat(price: number, volume = 1): Row {
  return [price, price, price, price, volume];
}

/** What is done with the orders of a bar, by its number. */
export type Script = Readonly<Record<number, (orders: Orders) => unknown>>;

/**
 * Runs orders by bar over the rows, or over finer rows inside them; 10,000 in cash, no fee and no slippage
 * unless told otherwise.
 */
export function run(
  rows: readonly Row[],
  script: Script,
  settings: Partial<RunSettings> = {},
  finer?: readonly Row[],
): EngineRun {
  const columns = marketOf(rows);
  const inside = finer === undefined ? {} : { finer: marketOf(finer, (rows.length * hour) / finer.length) };
  const steps = Object.entries(script).map(([bar, give]) => [
    bar,
    (orders: Orders): void => {
      give(orders);
    },
  ]);
  return runEngine(scripted(Object.fromEntries(steps)), [{ columns, ...inside }], {
    settings: { ...plainSettings, ...settings },
    intentsPerBar: 20_000,
  });
}

/** Enters on bar 0, at the open 100 of bar 1, and meets `row` as bar 2: price and reason of the exit. */
export function meet(row: Row, enter: (orders: Orders) => void, settings: Partial<RunSettings> = {}) {
  const { trades } = run([still, still, row, still], { 0: enter }, settings);
  const [trade] = trades;
  return { price: trade?.exitPrice, reason: trade?.exitReason };
}

/** Entry prices and bars of all trades of a run in which orders are given on bar 0. */
export function entries(rows: readonly Row[], script: Script, settings: Partial<RunSettings> = {}) {
  const { trades } = run([still, ...rows, still], script, settings);
  return trades.map(({ entryPrice }) => entryPrice);
}

export function reasonsOf({ ledger }: EngineRun): string[] {
  return ledger.rejections.map(({ reason }) => reason);
}

/** The states of one order, each with the bar on which it was reached. */
export function lifeOf(result: EngineRun, id: number): (readonly [string, number])[] {
  return orderEventsOf(result)
    .filter(({ order }) => order === id)
    .map(({ state, bar }) => [state, bar]);
}

export function statesOf(result: EngineRun, id: number): string[] {
  return lifeOf(result, id).map(([state]) => state);
}

import { expect } from 'vitest';
import { orderEventWidth } from '../../../extension/backtest/ledger.ts';
import type { Trade } from '../../../extension/contracts/backtest.ts';
import { orderStates } from '../../../extension/contracts/orderStates.ts';
import type { EngineRun } from './engineRun.ts';
import type { ReferenceRun } from './referenceRun.ts';

/** How far two sums of the same floats in another order may lie apart, as a fraction. */
export const sumTolerance = 1e-9;

function isNear(a: number, b: number, scale: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= sumTolerance * scale;
}

/** One change of an order's state. */
export interface OrderEvent {
  readonly bar: number;
  readonly order: number;
  readonly market: number;
  readonly state: string;
  /** Units of the fill, NaN where there is none. */
  readonly units: number;
}

/** The events of the ledger's table, in the order in which they happened. */
export function orderEventsOf({ ledger }: Pick<EngineRun, 'ledger'>): OrderEvent[] {
  const { rows, used } = ledger.orderEvents;
  return Array.from({ length: rows }, (_, row) => {
    const at = (column: number): number => used[row * orderEventWidth + column] ?? Number.NaN;
    return {
      bar: at(0),
      order: at(2),
      market: at(3),
      state: orderStates[at(4)] ?? '',
      units: at(5),
    };
  });
}

/** What must be identical: times, sides, reasons, markets. */
function exactPart(trade: Trade) {
  const { market, side, entryTime, exitTime, bars, exitReason } = trade;
  return JSON.stringify({ market, side, entryTime, exitTime, bars, exitReason });
}

function agrees(trade: Trade, other: Trade | undefined): boolean {
  if (other === undefined) return false;
  const value = other.quantity * other.entryPrice;
  const near = (a: number | null | undefined, b: number | null | undefined, scale: number): boolean =>
    isNear(a ?? 0, b ?? 0, scale);
  return (
    exactPart(trade) === exactPart(other) &&
    near(trade.entryPrice, other.entryPrice, other.entryPrice) &&
    near(trade.exitPrice, other.exitPrice, other.entryPrice) &&
    near(trade.markPrice, other.markPrice, other.entryPrice) &&
    near(trade.quantity, other.quantity, other.quantity) &&
    near(trade.fees, other.fees, value) &&
    near(trade.funding, other.funding, value) &&
    near(trade.profit, other.profit, value) &&
    near(trade.profitFraction, other.profitFraction, 1)
  );
}

/** The events of each order: what became of it, bar by bar, with the units of its fills. */
function livesOf(events: readonly { order: number; bar: number; state: string; units?: number }[]) {
  const lives = new Map<number, { order: number; bar: number; state: string; units: number }[]>();
  for (const { order, bar, state, units = Number.NaN } of events) {
    lives.set(order, [...(lives.get(order) ?? []), { order, bar, state, units }]);
  }
  return [...lives].sort(([a], [b]) => a - b).flatMap(([, life]) => life);
}

function firstDifference<T, U>(
  ours: readonly T[],
  theirs: readonly U[],
  isSame: (ours: T, theirs: U | undefined) => boolean,
) {
  const length = Math.max(ours.length, theirs.length);
  const indices = Array.from({ length }, (_, index) => index);
  const at = indices.find((index) => {
    const value = ours[index];
    return value === undefined || !isSame(value, theirs[index]);
  });
  return at === undefined ? undefined : { at, engine: ours[at], reference: theirs[at] };
}

/**
 * Asserts that engine and second implementation agree: trades' bars, sides and reasons, rejections and the
 * events of each order identical; prices, quantities and fees within `sumTolerance`; profits within it of
 * the traded value; equity at each time within it of the equity.
 */
export function expectAgreement(engine: EngineRun, reference: ReferenceRun): void {
  const { rejections, rejected } = engine.ledger;
  const reasons = reference.rejections.map(({ time, reason }) => `${time} ${reason}`);
  const events = firstDifference(
    livesOf(orderEventsOf(engine)),
    livesOf(reference.events),
    (one, other) =>
      one.order === other?.order &&
      one.bar === other.bar &&
      one.state === other.state &&
      isNear(one.units, other.units, one.units),
  );
  const equity = firstDifference([...engine.equity], reference.equity, (value, other = Number.NaN) =>
    isNear(value, other, Math.max(Math.abs(other), 1)),
  );
  const { fees, liquidationFees, spread, slippage, funding } = engine.costs;
  const costs = [fees + liquidationFees, spread + slippage, funding];
  const traded = reference.trades.map(({ quantity, entryPrice }) => quantity * entryPrice);
  const scale = traded.reduce((total, value) => total + value, 1);
  const differences = {
    trades: firstDifference(engine.trades, reference.trades, agrees),
    rejections: firstDifference(
      rejections.map(({ time, reason }) => `${time} ${reason}`),
      reasons.slice(0, rejections.length),
      (one, other) => one === other,
    ),
    rejected: rejected === reasons.length ? undefined : { engine: rejected, reference: reasons.length },
    events,
    equity,
    costs: firstDifference(costs, Object.values(reference.costs), (cost, other = Number.NaN) =>
      isNear(cost, other, scale),
    ),
    cash: isNear(engine.finalCash, reference.cash, Math.max(1, Math.abs(reference.equity.at(-1) ?? 0)))
      ? undefined
      : { engine: engine.finalCash, reference: reference.cash },
  };
  expect(differences).toEqual({});
}

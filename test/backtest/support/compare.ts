import { expect } from 'vitest';
import type { Trade } from '../../../extension/contracts/backtest.ts';
import type { EngineRun } from './engineRun.ts';
import type { ReferenceRun } from './referenceRun.ts';

/** How far two sums of the same floats in another order may lie apart, as a fraction. */
export const sumTolerance = 1e-9;

function isNear(a: number, b: number, scale: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= sumTolerance * scale;
}

/** What must be identical to the bit: times, sides, prices, reasons. */
function exactPart(trade: Trade) {
  const { side, entryTime, entryPrice, exitTime, exitPrice, markPrice, bars, exitReason } = trade;
  return { side, entryTime, entryPrice, exitTime, exitPrice, markPrice, bars, exitReason };
}

/**
 * Asserts that engine and second implementation agree: trades' bars, sides, reasons and prices identical;
 * quantities and fees within `sumTolerance`; profits within it of the traded value; equity at each bar
 * within it of the equity.
 */
export function expectAgreement(engine: EngineRun, reference: ReferenceRun): void {
  const ours = engine.trades.map((trade) => JSON.stringify(exactPart(trade)));
  const theirs = reference.trades.map((trade) => JSON.stringify(exactPart(trade)));
  const first = ours.findIndex((text, index) => text !== theirs[index]);
  expect({ first, trade: ours[first], count: ours.length }).toEqual({
    first,
    trade: theirs[first],
    count: theirs.length,
  });
  expect(first).toBe(-1);
  expect(engine.ledger.rejected).toBe(reference.rejections.length);
  expect(engine.ledger.rejections).toEqual(reference.rejections.slice(0, 100));
  const differences: unknown[] = [];
  for (const [index, trade] of engine.trades.entries()) {
    const other = reference.trades[index] as Trade;
    const value = other.quantity * other.entryPrice;
    const agrees =
      isNear(trade.quantity, other.quantity, other.quantity) &&
      isNear(trade.fees, other.fees, value) &&
      isNear(trade.profit, other.profit, value) &&
      isNear(trade.profitFraction, other.profitFraction, 1);
    if (!agrees) differences.push({ index, trade, other });
  }
  for (const [bar, value] of engine.equity.entries()) {
    const other = reference.equity[bar] as number;
    if (!isNear(value, other, Math.max(Math.abs(other), 1))) differences.push({ bar, value, other });
  }
  expect(differences.slice(0, 3)).toEqual([]);
  expect(isNear(engine.finalCash, reference.cash, Math.max(1, Math.abs(reference.equity.at(-1) ?? 0)))).toBe(
    true,
  );
}

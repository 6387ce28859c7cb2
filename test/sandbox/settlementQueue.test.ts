import { describe, expect, it } from 'vitest';
import {
  intentColumns,
  intentWidth,
  levelKinds,
  operations,
  sizeKinds,
} from '../../extension/backtest/intents.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { SetAnswer } from '../../sandbox/answers.ts';
import { SettlementQueue } from '../../sandbox/settlementQueue.ts';
import { randomWalk } from './support.ts';

const bars = 300;
const columns = randomWalk(bars);

function newSettlement(): Settlement {
  return new Settlement(defaultRunSettings, [{ columns }], '1h');
}

function answerOf(orders: readonly Partial<Record<keyof typeof intentColumns, number>>[]): SetAnswer {
  const rows = new Float64Array(orders.length * intentWidth);
  for (const [row, order] of orders.entries()) {
    for (const [name, value] of Object.entries({ ...order, id: row + 1 })) {
      rows[row * intentWidth + intentColumns[name as keyof typeof intentColumns]] = value;
    }
  }
  return { rows, count: orders.length, fills: 0, fillHashHigh: 0, fillHashLow: 0 };
}

function queueOf(settlement: Settlement, compared: number[], changes = {}) {
  const failures: unknown[] = [];
  const queue = new SettlementQueue({
    settlements: [settlement],
    compare: (_settlement, _answer, from) => compared.push(from),
    requireSound: () => undefined,
    fail: (error) => failures.push(error),
    ...changes,
  });
  return { queue, failures };
}

describe('answers that wait to be settled', () => {
  it('do not hold up the next question, and are settled and compared in their order', async () => {
    const compared: number[] = [];
    const { queue } = queueOf(newSettlement(), compared);
    for (let from = 0; from < bars; from += 100) await queue.add([answerOf([])], from, from + 100);
    expect(compared.length).toBeLessThan(3);
    await queue.finish();
    expect(compared).toEqual([0, 100, 200]);
  });

  it('are told of at once when one is wrong, and nothing after it is settled', async () => {
    const compared: number[] = [];
    const { queue, failures } = queueOf(newSettlement(), compared);
    await queue.add([answerOf([])], 0, 100);
    await queue.add([answerOf([{ bar: 120, operation: 99 }])], 100, 200);
    await queue.add([answerOf([])], 200, 300).catch(() => undefined);
    await expect(queue.finish()).rejects.toThrow();
    expect(failures).toHaveLength(1);
    expect(compared).toEqual([0]);
    await expect(queue.add([answerOf([])], 200, 300)).rejects.toBe(failures[0]);
  });

  it('end with the run that they belong to', async () => {
    const over = new Error('the run is over');
    const { queue } = queueOf(newSettlement(), [], {
      requireSound: () => {
        throw over;
      },
    });
    await queue.add([answerOf([])], 0, bars);
    await expect(queue.finish()).rejects.toBe(over);
  });

  it('are waited for where their orders fill some megabytes', async () => {
    const compared: number[] = [];
    const { queue } = queueOf(newSettlement(), compared);
    const large = { ...answerOf([]), rows: new Float64Array(1_000_000) };
    await queue.add([large], 0, 150);
    expect(compared).toEqual([0]);
  });

  it('let the host do other things where their orders are costly to settle', async () => {
    const small = { operation: operations.buy, sizeKind: sizeKinds.units, size: 1e-6 };
    const level = { operation: operations.protect, stopKind: levelKinds.price, stop: 1e-9 };
    const orders = Array.from({ length: bars }, (_, bar) => [
      ...Array.from({ length: 15 }, () => ({ ...small, bar })),
      { ...level, bar },
    ]).flat();
    let turns = 0;
    const { queue } = queueOf(newSettlement(), []);
    await queue.add([answerOf(orders)], 0, bars);
    const count = (): void => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    let isOver = false;
    setImmediate(count);
    await queue.finish();
    isOver = true;
    expect(turns).toBeGreaterThan(1);
  });
});

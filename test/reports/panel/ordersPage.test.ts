import { describe, expect, test } from 'vitest';
import { ordersPageSchema, ordersQuerySchema } from '../../../extension/contracts/ordersPanel.ts';
import { OrdersBook } from '../../../extension/reports/panel/ordersPage.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { makeEvidence } from './evidence.ts';
import { ordersOf } from './orders.ts';

const evidence = makeEvidence({ bars: 4000, fast: 4, slow: 12 });
const book = new OrdersBook(prepareRun(evidence), (reason) => `because ${reason}`);
const barAt = (time: number) => evidence.candles.time.indexOf(time);
const events = ordersOf(evidence.result.trades, barAt);

function page(change: Record<string, unknown> = {}) {
  const query = ordersQuerySchema.parse({ state: 'all', order: null, offset: 0, limit: 100, ...change });
  return ordersPageSchema.parse(book.page(query));
}

describe('the orders of a run', () => {
  test('come a page at a time, every event once and in its order', () => {
    const rows = [];
    const { matching } = page();
    expect(matching).toBe(events.length);
    expect(matching).toBeGreaterThan(500);
    for (let offset = 0; offset < matching; offset += 100) {
      const next = page({ offset });
      expect(next.offset).toBe(offset);
      expect(next.rows.length).toBeLessThanOrEqual(100);
      rows.push(...next.rows);
    }
    expect(rows.map(({ index }) => index)).toEqual(events.map((_, index) => index));
    expect(rows.map(({ index: _, why, ...row }) => ({ ...row, why }))).toEqual(
      events.map(({ reason, ...event }) => ({ ...event, why: reason && `because ${reason}` })),
    );
  });

  test('are those of one state, or of one order, where a person asks for them', () => {
    const rejected = page({ state: 'rejected' });
    expect(rejected.matching).toBe(events.filter(({ state }) => state === 'rejected').length);
    expect(rejected.matching).toBeGreaterThan(10);
    expect(new Set(rejected.rows.map(({ state }) => state))).toEqual(new Set(['rejected']));
    const one = page({ order: 3 });
    expect(one.rows.map(({ state }) => state)).toEqual(
      events.filter(({ order }) => order === 3).map(({ state }) => state),
    );
    expect(page({ order: 3, state: 'expired' })).toEqual({ offset: 0, rows: [], matching: 0 });
    expect(page({ order: 1_000_000 }).matching).toBe(0);
  });

  test('stay within their end when a page beyond it is asked for', () => {
    const last = page({ offset: 1_000_000 });
    expect(last.rows.at(-1)?.index).toBe(events.length - 1);
  });

  test('of a run of an earlier version are none', () => {
    const old = new OrdersBook(prepareRun({ ...evidence, orders: null }), String);
    expect(old.page({ state: 'all', order: null, offset: 0, limit: 100 })).toEqual({
      offset: 0,
      rows: [],
      matching: 0,
    });
  });
});

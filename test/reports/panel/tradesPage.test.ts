import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exitReasonSchema, type Trade } from '../../../extension/contracts/backtest.ts';
import {
  type TradesQuery,
  tradeSortKeys,
  tradesPageSchema,
} from '../../../extension/contracts/backtestPanel.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { TradesBook } from '../../../extension/reports/panel/tradesPage.ts';
import { makeEvidence } from './evidence.ts';

const words = {
  sides: { long: 'long', short: 'short' },
  exits: {
    signal: 'signal',
    reverse: 'reversal',
    'stop-loss': 'stop loss',
    limit: 'limit order',
    stop: 'stop order',
    'trailing-stop': 'trailing stop',
    'take-profit': 'take profit',
    liquidation: 'liquidation',
    bankrupt: 'bankrupt',
    open: 'still open',
  },
};
const everything: TradesQuery = {
  sort: 'number',
  direction: 'ascending',
  filter: { side: 'all', result: 'all', exitReason: 'all', text: '' },
  offset: 0,
  limit: 500,
};
const run = prepareRun(makeEvidence({ bars: 4000, fast: 4, slow: 12 }));
const { trades } = run.evidence.result;
const book = new TradesBook(run, words);

function allRows(query: TradesQuery) {
  const rows = [];
  for (let offset = 0; ; offset += query.limit) {
    const page = book.page({ ...query, offset });
    if (page.offset < offset || page.rows.length === 0) return rows;
    rows.push(...page.rows);
    if (offset + query.limit >= page.matching) return rows;
  }
}

const filters = fc.record({
  side: fc.constantFrom('all' as const, 'long' as const, 'short' as const),
  result: fc.constantFrom('all' as const, 'gain' as const, 'loss' as const, 'open' as const),
  exitReason: fc.constantFrom('all' as const, ...exitReasonSchema.options),
  text: fc.constantFrom('', '2020-02', 'stop', 'SHORT', 'long 2020-01', '#12', 'nothing like it'),
});

describe('the trades of a run by page', () => {
  test('pages hold each trade that the filter leaves once, and their sums', () => {
    fc.assert(
      fc.property(
        filters,
        fc.constantFrom(...tradeSortKeys),
        fc.constantFrom('ascending' as const, 'descending' as const),
        fc.integer({ min: 1, max: 90 }),
        (filter, sort, direction, limit) => {
          const query = { ...everything, filter, sort, direction, limit };
          const rows = allRows(query);
          const isOpen = (trade: Trade) => trade.exitTime === null;
          const expected = trades.filter(
            (trade) =>
              (filter.side === 'all' || trade.side === filter.side) &&
              (filter.exitReason === 'all' || trade.exitReason === filter.exitReason) &&
              (filter.result === 'all' || (filter.result === 'open') === isOpen(trade)) &&
              (filter.result !== 'gain' || trade.profit > 0) &&
              (filter.result !== 'loss' || trade.profit <= 0),
          );
          const page = book.page(query);
          tradesPageSchema.parse(page);
          expect(page.matching).toBe(rows.length);
          expect(new Set(rows.map(({ index }) => index)).size).toBe(rows.length);
          if (filter.text === '') expect(rows).toHaveLength(expected.length);
          else expect(rows.length).toBeLessThanOrEqual(expected.length);
          expect(page.profit).toBeCloseTo(
            rows.reduce((sum, { profit }) => sum + profit, 0),
            6,
          );
          expect(page.gains).toBe(rows.filter((row) => !isOpen(row) && row.profit > 0).length);
        },
      ),
    );
  });

  test.each(tradeSortKeys)('sorts by %s, what is open last, and the other way round', (sort) => {
    const up = allRows({ ...everything, sort });
    const down = allRows({ ...everything, sort, direction: 'descending' });
    expect(down.map(({ index }) => index)).toEqual(up.map(({ index }) => index).reverse());
    const values = up.map((row) => {
      if (sort === 'number') return row.index;
      if (sort === 'side') return words.sides[row.side];
      if (sort === 'exitReason') return words.exits[row.exitReason];
      if (sort === 'exitPrice') return row.exitPrice ?? row.markPrice ?? 0;
      return row[sort] ?? Number.MAX_VALUE;
    });
    expect(values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value))).toBe(true);
  });

  test('a search finds what the rows show: number, side, times and the way out', () => {
    const find = (text: string) => allRows({ ...everything, filter: { ...everything.filter, text } });
    expect(find('#12 ').map(({ index }) => index)).toContain(11);
    expect(find('2020-03-0').length).toBeGreaterThan(0);
    expect(
      find('2020-03-0').every(({ entryTime, exitTime }) =>
        [entryTime, exitTime ?? 0].some((time) => new Date(time).toISOString().startsWith('2020-03-0')),
      ),
    ).toBe(true);
    expect(
      find('stop short').every(({ side, exitReason }) => side === 'short' && exitReason === 'stop-loss'),
    ).toBe(true);
    expect(find('stop short').length).toBeGreaterThan(0);
  });

  test('a trade leads to its bars', () => {
    for (const row of allRows(everything)) {
      expect(run.evidence.candles.time[row.entryBar]).toBe(row.entryTime);
      expect(row.exitBar === null ? null : run.evidence.candles.time[row.exitBar]).toBe(row.exitTime);
    }
  });

  test('an offset beyond the end shows the last page', () => {
    const page = book.page({ ...everything, limit: 10, offset: 10_000 });
    expect(page.offset + page.rows.length).toBe(trades.length);
    expect(page.offset % 10).toBe(0);
  });

  test('a hundred thousand trades are sorted, searched and turned over without a wait', () => {
    const [first] = trades;
    if (first === undefined) throw new Error('the run has no trade');
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      ...first,
      profit: Math.sin(index),
      entryTime: first.entryTime + index,
    }));
    const evidence = { ...run.evidence, result: { ...run.evidence.result, trades: many } };
    const large = new TradesBook(prepareRun(evidence), words);
    const time = (query: TradesQuery) => {
      // Of the processor, not of the clock: the machine may do much else.
      const start = process.cpuUsage();
      large.page(query);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    // Bounds are far above what it takes, for a slow machine.
    expect(time({ ...everything, sort: 'profit' })).toBeLessThan(1500);
    expect(time({ ...everything, sort: 'profit', offset: 50_000 })).toBeLessThan(100);
    expect(time({ ...everything, filter: { ...everything.filter, text: '2020' } })).toBeLessThan(3000);
    expect(time({ ...everything, filter: { ...everything.filter, text: '2020-01' } })).toBeLessThan(600);
  });
});

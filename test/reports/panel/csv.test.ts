import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderEventList } from '../../../extension/reports/orderEvent.ts';
import { barsCsv, ordersCsv, tradesCsv } from '../../../extension/reports/panel/csv.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { makeEvidence } from './evidence.ts';

/** A reader of RFC 4180 that knows nothing of the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g;
  for (const [, quoted, plain = '', end] of text.matchAll(pattern)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

const evidence = makeEvidence({ bars: 9000, fast: 4, slow: 12 });
const run = prepareRun(evidence);

describe('exports to CSV', () => {
  test('bars come back with every digit', () => {
    const [head = [], ...rows] = parse([...barsCsv(run)].join(''));
    expect(head.slice(0, 10).join()).toBe(
      'time,time_ms,open,high,low,close,volume,equity,drawdown,buy_and_hold',
    );
    expect(rows).toHaveLength(run.bars);
    const column = (name: string) => {
      const at = head.indexOf(name);
      return rows.map((row) => (row[at] === '' ? Number.NaN : Number(row[at])));
    };
    expect(column('time_ms')).toEqual([...evidence.candles.time]);
    expect(column('close')).toEqual([...evidence.candles.close]);
    expect(column('equity')).toEqual([...evidence.equity]);
    expect(column('SMA 4')).toEqual([...(evidence.plots[0]?.values ?? [])]);
    expect(rows.map(([time = '']) => Date.parse(time))).toEqual([...evidence.candles.time]);
  });

  test('trades come back with every digit, open ones without an exit', () => {
    const [head = [], ...rows] = parse([...tradesCsv(run)].join(''));
    const { trades } = evidence.result;
    const cells = (name: string) => rows.map((row) => row[head.indexOf(name)] ?? '');
    expect(rows).toHaveLength(trades.length);
    expect(cells('profit').map(Number)).toEqual(trades.map(({ profit }) => profit));
    expect(cells('exit_time').at(-1)).toBe('');
    expect(cells('adverse_excursion').map(Number)).toEqual(trades.map((trade) => trade.adverseExcursion));
    expect(cells('favourable_excursion').map(Number)).toEqual(
      trades.map((trade) => trade.favourableExcursion),
    );
    expect(cells('side')).toEqual(trades.map(({ side }) => side));
  });

  test('orders come back, every event with every digit', () => {
    const events = evidence.orders === null ? [] : orderEventList(evidence.orders);
    const [head = [], ...rows] = parse([...ordersCsv(events, ['BTC/USDT'])].join(''));
    const cells = (name: string) => rows.map((row) => row[head.indexOf(name)] ?? '');
    const filled = events.filter(({ price }) => price !== null);
    expect(filled.length).toBeGreaterThan(10);
    expect(rows).toHaveLength(events.length);
    expect(cells('time').map(Date.parse)).toEqual(events.map(({ time }) => time));
    for (const name of ['bar', 'order', 'size', 'limit', 'trigger', 'units', 'price'] as const) {
      expect(cells(name)).toEqual(events.map((event) => String(event[name] ?? '')));
    }
    for (const name of ['kind', 'side', 'state', 'reason'] as const) {
      expect(cells(name)).toEqual(events.map((event) => event[name] ?? ''));
    }
    expect(cells('size_kind')).toEqual(events.map(({ sizeKind }) => sizeKind ?? ''));
    expect(new Set(cells('symbol'))).toEqual(new Set(['BTC/USDT']));
  });

  test('no text of a strategy is a formula to a spreadsheet, or another cell', () => {
    const names = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.constantFrom(
        '=1+1',
        '+cmd',
        '-2',
        '@SUM(A1)',
        '\t=1',
        '\r=1',
        'a,b',
        'a"b',
        'a\r\nb',
        '=HYPERLINK("x")',
      ),
    );
    fc.assert(
      fc.property(names, (name) => {
        const plots = [{ name, pane: 'price' as const, values: new Float64Array(run.bars) }];
        const [text = ''] = barsCsv({ ...run, bars: 1, evidence: { ...evidence, plots } });
        const [head = []] = parse(text);
        expect(head).toHaveLength(11);
        expect(head[10]).toContain(name);
        expect(head[10]).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });

  test('comes in pieces, so that a million rows are never one text', () => {
    expect([...barsCsv(run)].length).toBeGreaterThan(2);
  });
});

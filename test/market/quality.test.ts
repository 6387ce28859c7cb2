import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QualityProblem, QualityReport } from '../../extension/contracts/candles.ts';
import { csvWith, header, hour, makeImporter, now, quietRows, start } from './candleFiles.ts';

const load = makeImporter();
const at = (bar: number): number => start + bar * hour;
const report = async (text: string): Promise<QualityReport> => (await load(text)).report;
const problem = (found: QualityReport, kind: QualityProblem['kind']): QualityProblem | undefined =>
  found.problems.find((one) => one.kind === kind);

test('clean candles have a report without problems', async () => {
  expect(await report(csvWith())).toMatchObject({
    file: 'candles.csv',
    rows: 6,
    kept: 6,
    duplicates: 0,
    conflicting: 0,
    gaps: 0,
    missingBars: 0,
    badBars: 0,
    jumps: 0,
    zeroVolume: 0,
    firstTime: at(0),
    lastTime: at(5),
    problems: [],
  });
});

describe('of rows with the same time', () => {
  const names = 'ts,open,high,low,close,volume,tradecount,note';
  const withTrades = quietRows(4).map((row) => `${row},5,x`);
  const kept = async (...rows: string[]): Promise<number[]> => {
    const sets = await Promise.all(
      [rows, rows.toReversed()].map((some) =>
        load(
          [names, ...some.map((row) => (row.split(',').length === 7 ? `${row},x` : row)), ...withTrades].join(
            '\n',
          ),
        ),
      ),
    );
    const [first, second] = sets;
    expect(first?.candles.hash).toBe(second?.candles.hash);
    const { candles, report: found } = first ?? (await load(''));
    expect(found).toMatchObject({ rows: withTrades.length + rows.length, conflicting: rows.length - 1 });
    expect(found.duplicates).toBe(found.rows - found.kept);
    const last = candles.time.length - 1;
    return [candles.open, candles.high, candles.low, candles.close, candles.volume].map(
      (one) => one[last] ?? 0,
    );
  };

  test('one without a contradiction goes before a fuller one', async () => {
    expect(await kept(`${at(4)},10,12,9,11,1,NULL`, `${at(4)},10,10,9,11,99,99`)).toEqual([10, 12, 9, 11, 1]);
  });
  test('one with all cells goes before one with NULL', async () => {
    expect(await kept(`${at(4)},10,12,9,11,1,7`, `${at(4)},8,12,8,11,99,8,NULL`)).toEqual([10, 12, 9, 11, 1]);
  });
  test('one with more trades goes before one with more volume', async () => {
    expect(await kept(`${at(4)},10,12,9,11,1,8`, `${at(4)},10,12,9,11,2,7`)).toEqual([10, 12, 9, 11, 1]);
  });
  test('one with more volume goes before one with a wider range', async () => {
    expect(await kept(`${at(4)},10,12,9,11,2,7`, `${at(4)},10,14,9,11,1,7`)).toEqual([10, 12, 9, 11, 2]);
  });
  test('the widest range, then the highest close, open and high decide at last', async () => {
    expect(await kept(`${at(4)},10,12,9,11,1,7`, `${at(4)},10,12,8,9,1,7`)).toEqual([10, 12, 8, 9, 1]);
    expect(await kept(`${at(4)},10,12,9,11,1,7`, `${at(4)},10,12,9,10,1,7`)).toEqual([10, 12, 9, 11, 1]);
    expect(await kept(`${at(4)},10,12,9,11,1,7`, `${at(4)},11,12,9,11,1,7`)).toEqual([11, 12, 9, 11, 1]);
    expect(await kept(`${at(4)},11,13,10,11,1,7`, `${at(4)},11,12,9,11,1,7`)).toEqual([11, 13, 10, 11, 1]);
  });

  test('equal ones count as duplicates, not as conflicts', async () => {
    const found = await report(`${csvWith()}\n${quietRows(6)[2]}`);
    expect(found).toMatchObject({ rows: 7, kept: 6, duplicates: 1, conflicting: 0 });
    expect(problem(found, 'duplicate-identical')).toMatchObject({ count: 1, examples: [{ time: at(2) }] });
  });

  test('conflicting ones are reported with their lines and the rule', async () => {
    const found = await report(`${csvWith()}\n${at(2)},102,104,101,103,5`);
    expect(problem(found, 'duplicate-conflicting')).toMatchObject({
      severity: 'warning',
      examples: [{ line: 8, time: at(2) }],
    });
    expect(problem(found, 'duplicate-conflicting')?.message).toContain('largest volume');
  });
});

test('the candles do not depend on the order of the lines', async () => {
  const conflicts = fc.array(
    fc.tuple(fc.nat(9), fc.integer({ min: 90, max: 120 }), fc.integer({ min: 90, max: 120 }), fc.nat(3)),
    { maxLength: 9 },
  );
  await fc.assert(
    fc.asyncProperty(conflicts, fc.infiniteStream(fc.nat()), async (extra, keys) => {
      const rows = extra.map(
        ([bar, open, close, volume]) =>
          `${at(bar)},${open},${Math.max(open, close)},${Math.min(open, close)},${close},${volume}`,
      );
      const all = [...quietRows(10), ...rows];
      const shuffled = all
        .map((row) => [keys.next().value, row] as const)
        .sort((a, b) => a[0] - b[0])
        .map(([, row]) => row);
      const first = await load([header, ...all].join('\n'), 'a.csv');
      const second = await load([header, ...shuffled].join('\n'), 'a.csv');
      expect(second.candles.hash).toBe(first.candles.hash);
      expect(second.report.conflicting).toBe(first.report.conflicting);
    }),
    { numRuns: 60 },
  );
});

test('gaps are places, missing bars are counted in all of them', async () => {
  const rows = quietRows(12).filter((_, bar) => ![2, 5, 6, 7].includes(bar));
  const found = await report([header, ...rows].join('\n'));
  expect(found).toMatchObject({ kept: 8, gaps: 2, missingBars: 4 });
  expect(problem(found, 'gap')?.examples.map(({ time }) => time)).toEqual([at(3), at(8)]);
});

test('bars whose prices contradict each other are kept, counted and called an error', async () => {
  const text = csvWith({
    3: `${at(1)},101,100,99,101,5`,
    4: `${at(2)},102,103,102.5,103,5`,
    5: `${at(3)},103,101,104,103,5`,
  });
  const found = await report(text);
  expect(found).toMatchObject({ kept: 6, badBars: 3 });
  expect(problem(found, 'bad-bar')).toMatchObject({
    severity: 'error',
    examples: [{ line: 3 }, { line: 4 }, { line: 5 }],
  });
  expect((await load(text)).candles.high[1]).toBe(100);
});

test.each([
  ['nine of nine', 9, 9],
  ['five of ten', 10, 5],
])('%s bad bars do not refuse a file', async (_, bars, bad) => {
  const rows = quietRows(bars).map((row, bar) => (bar < bad ? `${at(bar)},100,99,98,100,1` : row));
  expect(await report([header, ...rows].join('\n'))).toMatchObject({ kept: bars, badBars: bad });
});

describe('dots that may part thousands are reported', () => {
  const prices = ['16.541', '16.628', '16.499', '16.600'];
  const file = (sign: string, last: string): string =>
    [
      header,
      ...[0, 1, 2].map((bar) => [at(bar), ...prices, '5'].join(',')),
      [at(3), last, ...prices.slice(1), '5'].join(','),
    ]
      .join('\n')
      .replaceAll(',', sign);

  test('where every price of a semicolon file has three digits after the dot', async () => {
    const found = await report(file(';', '16.541'));
    expect(problem(found, 'possible-thousands')).toMatchObject({ severity: 'warning', count: 4 });
    expect((await load(file(';', '16.541'))).candles.open[0]).toBe(16.541);
  });

  test.each([
    ['commas part the cells', ',', '16.541'],
    ['one price has two digits', ';', '16.54'],
    ['one price has four digits before its dot', ';', '1654.100'],
    ['one price begins with zero', ';', '0.541'],
  ])('but not where %s', async (_, sign, last) => {
    expect(problem(await report(file(sign, last)), 'possible-thousands')).toBeUndefined();
  });
});

describe('a jump is reported', () => {
  const bars = 60;
  const quiet = (bar: number, price = 100): string =>
    `${at(bar)},${price},${price * 1.005},${price * 0.995},${price},1`;
  const file = (rows: Record<number, string>): string =>
    [header, ...Array.from({ length: bars }, (_, bar) => rows[bar] ?? quiet(bar))].join('\n');

  test('for an absurd first bar, whose prices do not contradict each other', async () => {
    const found = await report(file({ 0: `${at(0)},400,400,99,100,1` }));
    expect(found).toMatchObject({ badBars: 0, jumps: 1 });
    expect(problem(found, 'jump')?.examples).toEqual([{ line: 2, time: at(0) }]);
  });

  test('for an open far from the close before, there and back', async () => {
    expect(await report(file({ 30: quiet(30, 130) }))).toMatchObject({ jumps: 2 });
  });

  test('not for a move within what the series is used to', async () => {
    expect(await report(file({ 30: `${at(30)},100,110,99,100,1` }))).toMatchObject({ jumps: 0 });
  });
});

test('zero volume is counted; a volume of NULL is read as 0 and said so', async () => {
  const found = await report(
    csvWith({ 3: `${at(1)},1,1,1,1,0`, 4: `${at(2)},1,1,1,1,NULL`, 5: `${at(3)},1,1,1,1,` }),
  );
  expect(found.zeroVolume).toBe(3);
  expect(problem(found, 'null-row')).toMatchObject({
    severity: 'warning',
    count: 2,
    examples: [{ line: 4 }, { line: 5 }],
  });
});

test('mixed units are read row by row and reported', async () => {
  const found = await report(csvWith({ 3: `${at(1) / 1000},1,1,1,1,1`, 4: `${at(2) * 1000},1,1,1,1,1` }));
  expect(found).toMatchObject({ kept: 6, gaps: 0, timeUnit: 'microseconds and milliseconds and seconds' });
  expect(problem(found, 'mixed-time-units')?.count).toBe(2);
});

test('the order of a file is reported: newest first, or single rows out of order', async () => {
  const rows = quietRows(6);
  expect(problem(await report([header, ...rows.toReversed()].join('\n')), 'order')?.severity).toBe('info');
  const [first = '', second = '', ...rest] = rows;
  const mixed = problem(await report([header, second, first, ...rest].join('\n')), 'order');
  expect(mixed).toMatchObject({ severity: 'warning', count: 1, examples: [{ line: 3 }] });
});

test('a grid that is shifted as a whole is accepted and reported', async () => {
  const rows = [0, 1, 2].map((bar) => `${Date.UTC(2021, 0, 4 + bar, 5)},1,1,1,1,1`);
  const found = await report([header, ...rows].join('\n'));
  expect(found).toMatchObject({ timeframe: '1d', kept: 3 });
  expect(problem(found, 'misaligned-time')?.message).toContain('300 minutes');
});

test('weeks that start on Monday are on the grid', async () => {
  const rows = [0, 7, 14].map((day) => `${Date.UTC(2021, 0, 4 + day)},1,1,1,1,1`);
  expect(await report([header, ...rows].join('\n'))).toMatchObject({ timeframe: '1w', problems: [] });
});

test('a last bar that has not ended is reported', async () => {
  const rows = [-2, -1, 0].map((bar) => `${now + bar * hour - hour / 2},1,1,1,1,1`);
  expect(problem(await report([header, ...rows].join('\n')), 'future-time')?.count).toBe(1);
});

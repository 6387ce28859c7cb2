import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { parseReturns, readReturns } from '../../extension/market/import/returns.ts';

function read(text: string) {
  const { columns, labels, wasReversed } = parseReturns({ path: '/data/some.csv', name: 'some.csv' }, text);
  const table = Object.fromEntries(columns.map(({ name, returns }) => [name, [...returns]]));
  return { table, labels, wasReversed };
}

describe('a file of returns', () => {
  const values = { a: [0.01, -0.02, 0], b: [0.03, 1e-5, -1] };

  test.each([
    ['names and dates', 'date,a,b\n2020-01-01,0.01,0.03\n2020-01-02,-.02,1e-5\n2020-01-03,0,-1\n', 'date'],
    ['names alone', 'a,b\n0.01,0.03\n-0.02,0.00001\n0,-1', null],
    ['semicolons and Windows line ends', 'a;b\r\n0.01;0.03\r\n-0.02;1E-5\r\n0;-1\r\n', null],
    ['tabs, quotes and blank lines', '\n"a"\t"b"\n"0.01"\t0.03\n\n-0.02\t+1e-5\n0\t-1\n\n', null],
    ['comments', '# made by hand\na,b\n0.01,0.03\n# a remark\n-0.02,1e-5\n0,-1\n', null],
    ['the index of pandas', ',a,b\n0,0.01,0.03\n1,-0.02,1e-5\n2,0,-1\n', 'column 1'],
    ['an index with gaps', 'index,a,b\n4,0.01,0.03\n9,-0.02,1e-5\n2,0,-1\n', 'index'],
    ['row numbers under another name', 'nr,a,b\n7,0.01,0.03\n8,-0.02,1e-5\n9,0,-1\n', 'nr'],
    [
      'milliseconds',
      'time,a,b\n1577836800000,0.01,0.03\n1577923200000,-0.02,1e-5\n1578009600000,0,-1\n',
      'time',
    ],
    ['days without signs', 'day,a,b\n20200101,0.01,0.03\n20200102,-0.02,1e-5\n20200103,0,-1\n', 'day'],
    [
      'times',
      't,a,b\n2020-01-01 00:00,0.01,0.03\n2020-01-01T01:00Z,-0.02,1e-5\n2020-01-01 02:00:00+00:00,0,-1',
      't',
    ],
    ['months', 'm,a,b\n2020-01,0.01,0.03\n2020-02,-0.02,1e-5\n2020-03,0,-1\n', 'm'],
    ['names of months', 'm,a,b\nJan 2020,0.01,0.03\nFeb 2020,-0.02,1e-5\nMar 2020,0,-1\n', 'm'],
    ['days first', 'd,a,b\n31/01/2020,0.01,0.03\n01/02/2020,-0.02,1e-5\n02/02/2020,0,-1\n', 'd'],
  ])('with %s', (_, text, labels) => {
    expect(read(text)).toEqual({ table: values, labels, wasReversed: false });
  });

  test('without names numbers its columns', () => {
    expect(read('0.01,0.03\n-0.02,0.01\n').table).toEqual({
      'column 1': [0.01, -0.02],
      'column 2': [0.03, 0.01],
    });
    expect(read('2020-01-01,0.01\n2020-01-02,0.02\n')).toMatchObject({
      table: { 'column 2': [0.01, 0.02] },
      labels: 'column 1',
    });
    expect(read('0,1,2\n0.01,0.02,0.03\n').table).toEqual({ 0: [0.01], 1: [0.02], 2: [0.03] });
  });

  test('may hold one column', () => {
    expect(read('0.01\n-0.02\n').table).toEqual({ 'column 1': [0.01, -0.02] });
    expect(read('mine\n0.01\n-0.02\n').table).toEqual({ mine: [0.01, -0.02] });
    expect(read('mine\n0\n1\n2\n3\n').table).toEqual({ mine: [0, 1, 2, 3] });
  });

  test('with the newest row first is turned round', () => {
    const { table, wasReversed } = read('date,a\n2020-01-03,3\n2020-01-02,2\n2020-01-01,1\n');
    expect({ table, wasReversed }).toEqual({ table: { a: [1, 2, 3] }, wasReversed: true });
  });

  test('gives back any numbers that were written', () => {
    const cell = fc.double({ min: -1e9, max: 1e9, noNaN: true });
    const rows = fc
      .integer({ min: 2, max: 6 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
      );
    fc.assert(
      fc.property(rows, (matrix) => {
        const names = matrix[0]?.map((_, index) => `s${index}`) ?? [];
        const text = [names, ...matrix].map((row) => row.join(',')).join('\n');
        // Negative zero is written as 0.
        const expected = names.map((name, index) => [name, matrix.map((row) => (row[index] ?? 0) + 0)]);
        const { table, labels } = read(text);
        fc.pre(labels === null);
        expect(table).toEqual(Object.fromEntries(expected));
      }),
    );
  });
});

describe('a file of returns is refused with its place', () => {
  test.each([
    ['nothing', '', 'data.empty', /no rows/, {}],
    ['names alone', 'a,b\n', 'data.empty', /no rows/, {}],
    [
      'an empty cell',
      'a,b\n1,2\n3,\n',
      'data.value',
      /line 3, column 2 \("b"\): the cell is empty/,
      { line: 3, column: 2 },
    ],
    [
      'an empty first line cell',
      '0.1,\n0.2,0.3\n',
      'data.value',
      /line 1, column 2 .*empty/,
      { line: 1, column: 2 },
    ],
    ['an empty line of one column', 'a\n1\n\n3\n', 'data.value', /line 3: it holds no return/, { line: 3 }],
    [
      'a word',
      'date,a\n2020-01-01,1\n2020-01-02,abc\n',
      'data.value',
      /line 3, column 2 \("a"\): "abc" is no number/,
      { line: 3, column: 2 },
    ],
    ['a gap of pandas', 'a,b\n1,2\n1,NaN\n', 'data.value', /"NaN" is no number/, { line: 3, column: 2 }],
    [
      'a gap in the first line',
      'NaN,2\n1,3\n',
      'data.value',
      /line 1, column 1 .*"NaN"/,
      { line: 1, column: 1 },
    ],
    ['percent', '1.2%,0.3\n1.3%,0.4\n', 'data.value', /line 1, column 1 .*"1.2%"/, { line: 1, column: 1 }],
    ['infinity', 'a\n1\n1e999\n', 'data.value', /"1e999"/, { line: 3, column: 1 }],
    ['no return at all', 'a\n1\n1e61\n', 'data.value', /too large/, { line: 3, column: 1 }],
    ['decimal commas', 'a;b\n0,01;0,02\n', 'data.value', /"0,01" is no number/, { line: 2, column: 1 }],
    [
      'decimal commas of one column',
      '0,01\n0,012\n',
      'data.value',
      /"01" is no number/,
      { line: 1, column: 2 },
    ],
    ['a short row', 'a,b\n1,2\n3\n', 'data.format', /line 3: it has 1 cells where 2/, { line: 3 }],
    ['a long row', 'a,b\n1,2,3\n', 'data.format', /line 2: it has 3 cells/, { line: 2 }],
    ['an open quote', 'a,b\n1,"2\n', 'data.format', /line 2/, { line: 2 }],
    ['equal names', '#\na,a\n1,2\n', 'data.format', /two columns named "a"/, { line: 2 }],
    [
      'a date that is none',
      'date,a\n2020-01-01,1\nsoon,2\n',
      'data.time',
      /line 3: column 1 holds "soon"/,
      { line: 3 },
    ],
    ['a date twice', 'date,a\n2020-01-01,1\n2020-01-01,2\n', 'data.time', /line 3: .*not after/, { line: 3 }],
    [
      'dates up and down',
      'date,a\n2020-01-03,1\n2020-01-02,2\n2020-01-04,2\n',
      'data.time',
      /line 4: .*not before/,
      { line: 4 },
    ],
  ] as const)('%s', (_, text, reason, words, place) => {
    let error: unknown;
    try {
      read(text);
    } catch (thrown) {
      error = thrown;
    }
    if (!LabError.is(error, reason)) throw error;
    expect(error.message).toMatch(words);
    expect(error.place).toEqual({ file: '/data/some.csv', ...place });
    expect(error.action).toMatch(/\w+/);
  });

  test('a file that is not there', async () => {
    await expect(readReturns('/nowhere/some.csv')).rejects.toThrow(
      expect.toSatisfy((error: unknown) => LabError.is(error, 'data.missing')),
    );
  });
});

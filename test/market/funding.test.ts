import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratesByBar } from '../../extension/backtest/funding.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import { parseFunding } from '../../extension/market/funding/import.ts';
import { makeFunding } from '../../extension/market/funding/series.ts';
import { FundingStore } from '../../extension/market/funding/store.ts';
import { temporaryFolder } from './candleFiles.ts';

const hour = 3_600_000;
const start = Date.UTC(2024, 0, 1);
const source = { path: '/rates.csv', name: 'rates.csv' };

const rowsOf = (text: string): [number, number][] => {
  const { series } = parseFunding(source, text);
  return [...series.time].map((time, row) => [time, series.rate[row] ?? 0]);
};

function problemOf(text: string): string {
  try {
    parseFunding(source, text);
  } catch (error) {
    if (LabError.is(error)) return `${error.reason} ${error.message}`;
    throw error;
  }
  return '';
}

describe('a file of funding', () => {
  test.each([
    [
      'an archive of Binance',
      `calc_time,funding_interval_hours,last_funding_rate\n${start},8,0.0001\n${start + 8 * hour},8,-0.0002\n`,
    ],
    [
      'with dates, semicolons and other columns',
      'Symbol;Funding Rate;Date\nBTC;0.0001;2024-01-01 00:00\nBTC;-0.0002;2024-01-01T08:00:00Z\n',
    ],
    ['newest first', `time,rate\n${start + 8 * hour},-0.0002\n${start},0.0001\n`],
    ['in percent', 'time,rate\n2024-01-01,0.01%\n2024-01-01 08:00,-0.02%\n'],
    ['without names, in seconds', `${start / 1000},1e-4\n${start / 1000 + 8 * 3600},-2e-4\n`],
    ['with a row twice', `time,rate\n${start},0.0001\n${start},0.0001\n${start + 8 * hour},-0.0002\n`],
  ])('%s is read', (_, text) => {
    expect(rowsOf(text)).toEqual([
      [start, expect.closeTo(0.0001, 15)],
      [start + 8 * hour, expect.closeTo(-0.0002, 15)],
    ]);
  });

  test.each([
    [
      'two rates for one time',
      'time,rate\n2024-01-01,0.1\n2024-01-01,0.2\n',
      /line 3: it has another rate than line 2/,
    ],
    ['a rate that is none', 'time,rate\n2024-01-01,much\n', /line 2: the rate "much" is no number/],
    ['a rate that is out of reach', 'time,rate\n2024-01-01,0.9\n', /line 2.*above 50 %/],
    ['a time that is none', 'time,rate\nnoon,0.1\n', /line 2: the time "noon"/],
    ['other columns', 'when,what\n2024-01-01,0.1\n', /no columns of times and rates/],
    ['no row', 'time,rate\n', /no rates/],
  ])('with %s is refused', (_, text, problem) => {
    expect(problemOf(text)).toMatch(problem);
  });

  test('tells what was taken once, what is missing and what is unusual', () => {
    const rows = [0, 8, 8, 16, 24, 56].map(
      (hours) => `${start + hours * hour},${hours === 24 ? 0.02 : 0.0001}`,
    );
    expect(parseFunding(source, `time,rate\n${rows.join('\n')}\n`).warnings).toEqual([
      'Funding: one row stands twice and was taken once.',
      'Funding: rates are missing at one place; nothing is paid there.',
      'Funding: one rate is beyond 1 %.',
    ]);
    expect(parseFunding(source, `time,rate\n${rows[0]}\n`).warnings).toEqual([]);
  });
});

test('kept rates come back as they were, and damaged ones never', async () => {
  const folder = join(temporaryFolder(), 'funding');
  const series = makeFunding(Float64Array.of(start, start + hour), Float64Array.of(0.1 + 0.2 - 0.2, -1e-9));
  await new FundingStore(folder).save(series);
  expect(await new FundingStore(folder).load(series.hash)).toEqual(series);
  const [file = ''] = readdirSync(folder);
  writeFileSync(join(folder, file), JSON.stringify({ hash: series.hash, time: [start], rate: [0.1] }));
  await expect(new FundingStore(folder).load(series.hash)).rejects.toMatchObject({ reason: 'data.format' });
  await expect(new FundingStore(folder).load('0'.repeat(64))).rejects.toMatchObject({
    reason: 'data.missing',
  });
});

test('each rate is due at the first bar at or after it, those before the second bar at none', () => {
  const ascending = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(ascending, ascending, (bars, times) => {
      const [opens, dues] = [bars, times].map((all) => Float64Array.from(all.toSorted((a, b) => a - b)));
      if (opens === undefined || dues === undefined) return;
      const due = ratesByBar(opens, { time: dues, rate: dues.map((time) => 1 + time) });
      for (const [bar, open] of opens.entries()) {
        // The slow way: ask of each rate whether it is this bar's.
        const own = [...dues].filter(
          (time) => time > (opens[0] ?? 0) && time <= open && !(time <= (opens[bar - 1] ?? -1)),
        );
        expect(due[bar]).toBe(bar === 0 ? 0 : own.reduce((sum, time) => sum + 1 + time, 0));
      }
    }),
  );
});

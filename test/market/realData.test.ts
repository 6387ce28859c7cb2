import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Candles } from '../../extension/contracts/candles.ts';
import { importCandles } from '../../extension/market/import/import.ts';
import { hour, now } from './candleFiles.ts';
import { dataFolder as data, hasData } from './dataFolder.ts';

const isAbsent = !hasData;
const title = isAbsent ? `real candle files (skipped: ${data} is absent)` : 'real candle files';
const day = 24 * hour;

/** Counted apart from this program, by a few lines of Python over the files. */
const expected = {
  'crypto-1d/Binance_BNBUSDT_d.csv': { rows: 1272, kept: 1272, symbol: 'BNB/USDT', timeframe: '1d' },
  'crypto-1d/Binance_BTCUSDT_d.csv': {
    rows: 1396,
    kept: 1395,
    conflicting: 1,
    symbol: 'BTC/USDT',
    timeframe: '1d',
  },
  'crypto-1d/Binance_ETHUSDT_d.csv': {
    rows: 1233,
    kept: 1232,
    conflicting: 1,
    symbol: 'ETH/USDT',
    timeframe: '1d',
  },
  'crypto-1h/BTCUSDT_Binance_futures_data_hour.csv': {
    rows: 3599,
    kept: 3599,
    venue: 'binance-futures',
    symbol: 'BTC/USDT',
  },
  'crypto-1h/Binance_ADAUSDT_1h.csv': {
    rows: 7478,
    kept: 7478,
    gaps: 7,
    missingBars: 12,
    zeroVolume: 2,
    symbol: 'ADA/USDT',
  },
  'crypto-1h/Binance_BNBUSDT_1h.csv': {
    rows: 7478,
    kept: 7478,
    gaps: 7,
    missingBars: 12,
    zeroVolume: 2,
    symbol: 'BNB/USDT',
  },
  'crypto-1h/Binance_BTCUSDT_1h.csv': {
    rows: 36_062,
    kept: 33_413,
    conflicting: 2649,
    gaps: 8,
    missingBars: 16,
    zeroVolume: 117,
    symbol: 'BTC/USDT',
  },
  'crypto-1h/Binance_ETHUSDT_1h.csv': {
    rows: 36_062,
    kept: 33_413,
    conflicting: 2648,
    gaps: 8,
    missingBars: 16,
    zeroVolume: 119,
    symbol: 'ETH/USDT',
  },
  'freqtrade-1m/UNITTEST_BTC-1m.json': {
    rows: 13_681,
    kept: 13_681,
    gaps: 538,
    missingBars: 717,
    venue: 'file',
    symbol: 'UNITTEST/BTC',
    timeframe: '1m',
  },
};

describe.skipIf(isAbsent)(title, () => {
  test.each(Object.entries(expected))(
    '%s gives the counts that were made by other means',
    async (file, counts) => {
      const { candles, report } = await importCandles(join(data, file), { now });
      expect(report).toMatchObject({
        venue: 'binance',
        timeframe: '1h',
        conflicting: 0,
        gaps: 0,
        missingBars: 0,
        badBars: 0,
        zeroVolume: 0,
        ...counts,
        duplicates: counts.rows - counts.kept,
      });
      expect(candles.time).toHaveLength(counts.kept);
      expect(candles.time.every((time, bar) => bar === 0 || time > (candles.time[bar - 1] ?? 0))).toBe(true);
    },
  );

  test.each(['BTC', 'ETH'])(
    'the absurd first bar of %s is named as a jump, not as a contradiction',
    async (asset) => {
      const { candles, report } = await importCandles(join(data, `crypto-1h/Binance_${asset}USDT_1h.csv`), {
        now,
      });
      const jump = report.problems.find(({ kind }) => kind === 'jump');
      expect(jump?.examples[0]).toEqual({ line: 36_063, time: Date.UTC(2017, 7, 17, 4) });
      expect(candles.open[0]).toBeGreaterThan(2 * (candles.close[0] ?? 0));
    },
  );

  test.each(['BTC', 'ETH'])(
    'of the hours that stand twice for %s those are kept which add up to the daily candles',
    async (asset) => {
      const hourly = await importCandles(join(data, `crypto-1h/Binance_${asset}USDT_1h.csv`), { now });
      const daily = await importCandles(join(data, `crypto-1d/Binance_${asset}USDT_d.csv`), { now });
      const first = Date.UTC(2020, 7, 2);
      const days = Array.from({ length: 110 }, (_, index) => first + index * day);
      const differing = days.filter((time) => !isSameDay(hourly.candles, daily.candles, time));
      expect(differing).toEqual([]);
    },
  );

  test('where date and numeric time disagree, the numeric one agrees with the daily candles', async () => {
    const hourly = await importCandles(join(data, 'crypto-1h/Binance_BTCUSDT_1h.csv'), { now });
    const daily = await importCandles(join(data, 'crypto-1d/Binance_BTCUSDT_d.csv'), { now });
    const found = hourly.report.problems.find(({ kind }) => kind === 'time-disagreement');
    expect(found?.count).toBe(91);
    const days = [23, 24, 25, 26].map((date) => Date.UTC(2017, 8, date));
    expect(days.filter((time) => !isSameDay(hourly.candles, daily.candles, time))).toEqual([]);
  });
});

/** Whether the 24 hours from `time` have the open, high, low, close and (rounded) volume of that day. */
function isSameDay(hourly: Candles, daily: Candles, time: number): boolean {
  const from = hourly.time.indexOf(time);
  const bar = daily.time.indexOf(time);
  const part = (column: Float64Array): Float64Array => column.subarray(from, from + 24);
  const volume = part(hourly.volume).reduce((sum, value) => sum + value, 0);
  return (
    hourly.time[from + 23] === time + 23 * hour &&
    hourly.open[from] === daily.open[bar] &&
    Math.max(...part(hourly.high)) === daily.high[bar] &&
    Math.min(...part(hourly.low)) === daily.low[bar] &&
    hourly.close[from + 23] === daily.close[bar] &&
    Math.abs(volume / (daily.volume[bar] ?? 0) - 1) < 1e-4
  );
}

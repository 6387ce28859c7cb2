import { expect, test } from 'vitest';
import { makeCandles } from '../../extension/market/candles.ts';
import { derivedReport } from '../../extension/market/derivedReport.ts';
import { resampleCandles } from '../../extension/market/resample.ts';
import { syntheticCandles } from '../../extension/market/synthetic.ts';

const minutes = syntheticCandles({
  seed: 4,
  bars: 190,
  timeframe: '1m',
  startTime: Date.UTC(2024, 0, 1, 0, 30),
});

test('candles of a higher timeframe have the identity of their own columns', () => {
  const hours = resampleCandles(minutes, '1h');
  expect(hours).toMatchObject({
    venue: minutes.venue,
    symbol: minutes.symbol,
    timeframe: '1h',
    synthetic: true,
  });
  // From 00:30 to 03:40: three hours have closed.
  expect([...hours.time].map((time) => new Date(time).getUTCHours())).toEqual([0, 1, 2]);
  expect(hours.open[0]).toBe(minutes.open[0]);
  expect(hours.close[2]).toBe(minutes.close[149]);
  const { time, open, high, low, close, volume } = hours;
  expect(hours.hash).toBe(makeCandles(hours, { time, open, high, low, close, volume }).hash);
  const other = makeCandles(minutes, { ...minutes, close: minutes.close.map((price) => price + 1) });
  expect(resampleCandles(other, '1h').hash).not.toBe(hours.hash);
});

test('candles that close no higher bar are refused', () => {
  expect(() => resampleCandles(minutes, '1d')).toThrow(expect.objectContaining({ reason: 'data.empty' }));
  expect(() => resampleCandles(minutes, '1m')).toThrow(expect.objectContaining({ reason: 'data.time' }));
});

test('a report of candles that were made says of what, and what they lack', () => {
  const keep = (column: Float64Array): Float64Array => column.filter((_, bar) => bar < 60 || bar >= 90);
  const { time, open, high, low, close, volume } = minutes;
  const some = makeCandles(minutes, {
    time: keep(time),
    open: keep(open),
    high: keep(high),
    low: keep(low),
    close: keep(close),
    volume: keep(volume),
  });
  const report = derivedReport(some, { file: 'a set', format: 'some bars' });
  expect(report).toMatchObject({ file: 'a set', format: 'some bars', rows: 160, gaps: 1, missingBars: 30 });
  expect(report.problems.find(({ kind }) => kind === 'gap')?.examples).toEqual([{ time: minutes.time[90] }]);
});

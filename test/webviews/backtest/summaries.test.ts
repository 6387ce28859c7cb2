import { describe, expect, test } from 'vitest';
import { besideRun } from '../../../extension/reports/panel/alignment.ts';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { seriesWindow } from '../../../extension/reports/panel/seriesWindow.ts';
import { type ChartSource, panesOf } from '../../../webviews/backtest/charts/chartSource.ts';
import { chartFormats, formatTick } from '../../../webviews/backtest/charts/figures.ts';
import { bucketSentence } from '../../../webviews/backtest/charts/readings.ts';
import { chartSummary, chartTable } from '../../../webviews/backtest/charts/summaries.ts';
import { backtestTexts } from '../../../webviews/backtest/texts.ts';
import { formatMoney, formatNumber, formatTime } from '../../../webviews/shared/format.ts';
import { speak } from '../../../webviews/shared/texts.ts';
import { makeEvidence } from '../../reports/panel/evidence.ts';

const run = prepareRun(makeEvidence({ bars: 1500 }));
const other = prepareRun(makeEvidence({ id: 'z2', bars: 900, fast: 6, slow: 30 }));
const { candles, equity, plots } = run.evidence;

function sourceOf(from: number, to: number, buckets: number): ChartSource {
  return {
    say: speak(backtestTexts, {}),
    formats: chartFormats(2),
    window: seriesWindow(run, { from, to, buckets }, besideRun(run, other)),
    range: { from, to },
    plots: plots.map(({ name, pane }) => ({ name, pane })),
    splitBar: run.splitBar,
    other: { run: 'z2', isScaled: false },
    isLogarithmic: false,
    chosenTrade: null,
  };
}

describe('charts in words', () => {
  test('the price tells its ends and extremes, each with its time', () => {
    const text = chartSummary(sourceOf(0, 1500, 1500), 'price');
    const high = Math.max(...candles.high);
    const at = candles.high.indexOf(high);
    for (const part of [
      formatNumber(candles.open[0] ?? 0, 2),
      formatNumber(candles.close.at(-1) ?? 0, 2),
      `${formatNumber(high, 2)} (by ${formatTime(candles.time[at] ?? 0)})`,
      formatNumber(Math.min(...candles.low), 2),
    ]) {
      expect(text).toContain(part);
    }
  });

  test('they are of what is in sight, not of the whole run', () => {
    const text = chartSummary(sourceOf(100, 200, 100), 'equity');
    expect(text).toContain(formatMoney(equity[100] ?? 0));
    expect(text).toContain(formatMoney(equity[199] ?? 0));
    expect(text).toContain(formatMoney(Math.min(...equity.subarray(100, 200))));
    expect(text).toContain(`Run z2 went from ${formatMoney(other.evidence.equity[100] ?? 0)}`);
  });

  test('where the other run has nothing, they say so', () => {
    expect(chartSummary(sourceOf(1000, 1200, 200), 'equity')).toContain(
      'Run z2 has no data over these bars.',
    );
  });

  test('every chart has a table that a person can read, whose extremes are those of its rows', () => {
    const source = sourceOf(0, 1500, 500);
    for (const pane of panesOf(source.plots)) {
      const { columns, rows } = chartTable(source, pane);
      expect(rows.length).toBeLessThanOrEqual(48);
      expect(rows.every((row) => row.length === columns.length)).toBe(true);
    }
    const { columns, rows } = chartTable(source, 'price');
    const highs = rows.map((row) => Number(row[columns.indexOf('High')]?.replaceAll(',', '')));
    expect(Math.max(...highs)).toBeCloseTo(Math.max(...candles.high), 2);
    expect(rows[0]?.[0]).toBe(formatTime(candles.time[0] ?? 0));
  });

  test('a candle is read with all its values, its trades and its time', () => {
    const source = sourceOf(0, 1500, 1500);
    const { bar = 0, price = 0 } = run.events[0] ?? {};
    const text = bucketSentence(source, panesOf(source.plots), bar);
    expect(text).toMatch(new RegExp(`^${formatTime(candles.time[bar] ?? 0)}: O `));
    expect(text).toContain(`C ${formatNumber(candles.close[bar] ?? 0, 2)}`);
    expect(text).toContain(`Equity ${formatMoney(equity[bar] ?? 0)}`);
    expect(text).toContain(`entry at ${formatNumber(price, 2)}`);
    expect(text).toMatch(/SMA 24 [\d.]+.*Spread % -?[\d.]+/);
  });

  test('a bucket of several bars says from when to when', () => {
    const source = sourceOf(0, 1500, 100);
    expect(bucketSentence(source, ['volume'], 1)).toMatch(/^2020-01-01 15:00 to 2020-01-02 05:00: Volume/);
  });
});

test('round values are short at the side of a chart', () => {
  expect([0.015, 0, -3, 120, 12_000, 1_500_000, -2e9, 3e12].map(formatTick)).toEqual([
    '0.015',
    '0',
    '-3',
    '120',
    '12k',
    '1.5M',
    '-2B',
    '3T',
  ]);
});

import { describe, expect, test } from 'vitest';
import { prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { seriesWindow } from '../../../extension/reports/panel/seriesWindow.ts';
import { barTicks, bucketAt, bucketsWithin, middleOf } from '../../../webviews/backtest/windowAxis.ts';
import { makeEvidence } from '../../reports/panel/evidence.ts';

const run = prepareRun(makeEvidence({ bars: 2000, gaps: [{ from: 300, bars: 400 }] }));
const single = seriesWindow(run, { from: 100, to: 500, buckets: 500 });
const whole = seriesWindow(run, { from: 0, to: run.bars, buckets: 90 });

describe('where bars stand in a window', () => {
  test('each bar is found in the bucket that holds it', () => {
    for (let bar = 0; bar < run.bars; bar++) {
      const bucket = bucketAt(whole, bar);
      expect(whole.time[bucket]).toBeLessThanOrEqual(run.evidence.candles.time[bar] ?? 0);
      expect(whole.lastTime[bucket]).toBeGreaterThanOrEqual(run.evidence.candles.time[bar] ?? 0);
    }
    expect(bucketAt(whole, -5)).toBe(0);
    expect(bucketAt(whole, 10_000)).toBe(whole.time.length - 1);
  });

  test('the last bucket has its middle where its own bars are', () => {
    const last = whole.time.length - 1;
    const start = whole.from + last * whole.barsPerBucket;
    expect(middleOf(whole, last)).toBe((start + run.bars) / 2);
  });

  test('a range shows the buckets that it touches', () => {
    expect(bucketsWithin(single, { from: 110, to: 120 })).toEqual({ first: 10, end: 20 });
    expect(bucketsWithin(single, { from: 110.5, to: 119.5 })).toEqual({ first: 10, end: 20 });
    expect(bucketsWithin(single, { from: 0, to: 50 })).toEqual({ first: 0, end: 0 });
    expect(bucketsWithin(single, { from: 600, to: 700 })).toEqual({ first: 400, end: 400 });
  });

  test('ticks stand at the bar that opens at their time, also over closed hours', () => {
    const ticks = barTicks(single, { from: 100, to: 500 }, 12);
    expect(ticks.length).toBeGreaterThan(3);
    for (const { value, label } of ticks) {
      if (!Number.isInteger(value)) continue;
      const time = run.evidence.candles.time[value] ?? 0;
      expect(new Date(time).toISOString()).toContain(label.slice(0, 10).replace(' ', 'T'));
    }
    // A hole in the market is no hole in the chart: 400 missing hours stand between two neighbours.
    expect(ticks.every(({ value }, index) => index === 0 || value > (ticks[index - 1]?.value ?? 0))).toBe(
      true,
    );
    expect(ticks.every(({ value }) => value >= 100 && value <= 500)).toBe(true);
  });

  test('where nothing is in sight, there are no ticks', () => {
    expect(barTicks(single, { from: 900, to: 950 }, 10)).toEqual([]);
  });
});

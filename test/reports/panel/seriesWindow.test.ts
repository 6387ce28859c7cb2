import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seriesWindowSchema } from '../../../extension/contracts/backtestPanel.ts';
import { cutIntoBuckets, eachBucket } from '../../../extension/reports/panel/buckets.ts';
import { type PreparedRun, prepareRun } from '../../../extension/reports/panel/preparedRun.ts';
import { seriesWindow } from '../../../extension/reports/panel/seriesWindow.ts';
import { makeEvidence } from './evidence.ts';

const run = prepareRun(makeEvidence({ bars: 3000 }));
const ranges = fc
  .tuple(fc.nat(2999), fc.nat(2999), fc.integer({ min: 1, max: 700 }))
  .map(([a, b, buckets]) => ({ from: Math.min(a, b), to: Math.max(a, b) + 1, buckets }));

function naiveDrawdown({ evidence, initialCash }: PreparedRun, bar: number): number {
  const before = [initialCash, ...evidence.equity.subarray(0, bar + 1)];
  return (evidence.equity[bar] ?? 0) / Math.max(...before) - 1;
}

describe('a window of series', () => {
  test('is cut into buckets that hold each bar of the range once, in order, none of them empty', () => {
    fc.assert(
      fc.property(fc.nat(5000), ranges, (bars, { from, to, buckets: most }) => {
        const buckets = cutIntoBuckets(bars, from, to, most);
        const pieces: [number, number][] = [];
        eachBucket(buckets, (start, end) => pieces.push([start, end]));
        expect(pieces).toHaveLength(buckets.count);
        expect(buckets.count).toBeLessThanOrEqual(most + 1);
        for (const [index, [start, end]] of pieces.entries()) {
          expect(start).toBe(index === 0 ? buckets.from : pieces[index - 1]?.[1]);
          expect(end).toBeGreaterThan(start);
          // Edges stay where they are while one moves along.
          expect(start % buckets.barsPerBucket).toBe(0);
        }
        expect(pieces.at(-1)?.[1] ?? 0).toBe(buckets.to);
        if (bars === 0) return;
        expect(buckets.from).toBeLessThanOrEqual(Math.min(from, bars - 1));
        expect(buckets.to).toBeGreaterThanOrEqual(Math.min(to, bars));
        expect(buckets.to).toBeLessThanOrEqual(bars);
      }),
    );
  });

  test('keeps every extreme of its bars, and the first and last of each bucket', () => {
    fc.assert(
      fc.property(ranges, (request) => {
        const window = seriesWindow(run, request);
        const { candles, equity, plots } = run.evidence;
        seriesWindowSchema.parse(window);
        const of = (column: Float64Array) => [...column.subarray(window.from, window.to)];
        expect(Math.max(...window.high)).toBe(Math.max(...of(candles.high)));
        expect(Math.min(...window.low)).toBe(Math.min(...of(candles.low)));
        expect(Math.max(...window.equityHigh)).toBe(Math.max(...of(equity)));
        expect(Math.min(...window.equityLow)).toBe(Math.min(...of(equity)));
        const numbers = of(plots[0]?.values ?? new Float64Array()).filter((value) => !Number.isNaN(value));
        const shown = (window.plots[0]?.high ?? []).filter((value) => value !== null);
        expect(Math.max(...shown)).toBe(Math.max(...numbers));
        window.time.forEach((time, bucket) => {
          const start = window.from + bucket * window.barsPerBucket;
          const end = Math.min(window.to, start + window.barsPerBucket);
          expect(time).toBe(candles.time[start]);
          expect(window.lastTime[bucket]).toBe(candles.time[end - 1]);
          expect(window.open[bucket]).toBe(candles.open[start]);
          expect(window.close[bucket]).toBe(candles.close[end - 1]);
          expect(window.equity[bucket]).toBe(equity[end - 1]);
          expect(window.high[bucket]).toBe(Math.max(...candles.high.subarray(start, end)));
          const traded = candles.volume.subarray(start, end).reduce((sum, value) => sum + value, 0);
          expect(window.volume[bucket]).toBeCloseTo(traded, 6);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('shows the fall from the highest equity of the whole run, not of the window', () => {
    const window = seriesWindow(run, { from: 2100, to: 2400, buckets: 30 });
    window.drawdown.forEach((value, bucket) => {
      const start = window.from + bucket * window.barsPerBucket;
      const bars = Array.from({ length: Math.min(window.to, start + window.barsPerBucket) - start });
      const deepest = Math.min(...bars.map((_, offset) => naiveDrawdown(run, start + offset)));
      expect(value).toBeCloseTo(deepest, 12);
    });
    // The equity of the window's own begin is below an earlier high, so a peak of its own would hide that.
    expect(window.drawdown[0]).toBeLessThan(-0.001);
  });

  test('counts a fall below the initial cash, which is the first high', () => {
    const evidence = makeEvidence({ bars: 100 });
    const equity = evidence.equity.map(() => 9000);
    const { drawdown } = seriesWindow(prepareRun({ ...evidence, equity }), { from: 0, to: 100, buckets: 5 });
    expect(drawdown.every((value) => Math.abs(value + 0.1) < 1e-12)).toBe(true);
  });

  test('down to single bars, every bar is a candle of its own', () => {
    const window = seriesWindow(run, { from: 500, to: 540, buckets: 300 });
    expect(window.barsPerBucket).toBe(1);
    expect(window.time).toEqual([...run.evidence.candles.time.subarray(500, 540)]);
    expect(window.plots.map(({ last }) => last[0])).toEqual(
      run.evidence.plots.map(({ values }) => values[500]),
    );
  });

  test('a plot has no value where the strategy gave none', () => {
    const window = seriesWindow(run, { from: 0, to: 40, buckets: 40 });
    expect(window.plots[1]).toEqual({
      low: Array.from({ length: 40 }, () => null),
      high: Array.from({ length: 40 }, () => null),
      last: Array.from({ length: 40 }, () => null),
    });
  });

  test('its marks stand for every entry and exit of its bars once', () => {
    fc.assert(
      fc.property(ranges, (request) => {
        const { marks, marked, from, to } = seriesWindow(run, request);
        const events = run.events.filter(({ bar }) => bar >= from && bar < to);
        expect(marked).toBe(events.length);
        const kinds = (all: readonly { readonly kind: string; readonly count?: number }[]) => {
          const sums = new Map<string, number>();
          for (const { kind, count = 1 } of all) sums.set(kind, (sums.get(kind) ?? 0) + count);
          return sums;
        };
        expect(kinds(marks)).toEqual(kinds(events));
        expect(marks.every(({ bar }, index) => index === 0 || bar >= (marks[index - 1]?.bar ?? 0))).toBe(
          true,
        );
        // More than a chart has room for would be a smear.
        expect(marks.length).toBeLessThanOrEqual(Math.max(request.buckets + 8, 8));
      }),
    );
  });

  test('a run without bars has a window without buckets', () => {
    const evidence = makeEvidence({ bars: 40 });
    const empty = { ...evidence.candles };
    for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const)
      empty[name] = new Float64Array();
    const none = prepareRun({
      ...evidence,
      candles: empty,
      equity: new Float64Array(),
      hold: new Float64Array(),
      plots: [],
      splitBar: null,
      result: { ...evidence.result, trades: [], segments: null },
    });
    expect(seriesWindow(none, { from: 0, to: 10, buckets: 5 }).time).toEqual([]);
  });

  test('a series of another length than the candles is refused', () => {
    const evidence = makeEvidence({ bars: 100 });
    expect(() => prepareRun({ ...evidence, equity: new Float64Array(99) })).toThrow(RangeError);
  });
});

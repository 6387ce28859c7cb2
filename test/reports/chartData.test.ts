import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartDataSchema, maximumBuckets } from '../../extension/contracts/report.ts';
import { bucketEnds, buildChartData, coarsen } from '../../extension/reports/chartData.ts';
import { makeCandles, makeTrades } from './sample.ts';

const initialCash = 10_000;

function chartOf(bars: number, tradeCount = 0) {
  const candles = makeCandles(bars);
  const trades = makeTrades(candles, tradeCount);
  const equity = candles.close.map((price, bar) => 50 * price + 40 * (bar % 7));
  return { candles, trades, equity, chart: buildChartData(candles, equity, trades, initialCash) };
}

const barCounts = fc.oneof(
  fc.integer({ min: 1, max: 50 }),
  fc.integer({ min: maximumBuckets - 2, max: maximumBuckets + 3 }),
  fc.integer({ min: 1, max: 6000 }),
);

describe('chart data', () => {
  test('groups cover every row once, in order, within the limit, none of them empty', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 2, max: maximumBuckets }), (count, buckets) => {
        const ends = bucketEnds(count, buckets);
        expect(ends.length).toBe(Math.min(count, buckets));
        expect(ends.every((end, index) => end > (ends[index - 1] ?? 0))).toBe(true);
        expect(ends[0] ?? 1).toBe(1);
        expect(ends.at(-1) ?? 0).toBe(count);
      }),
    );
  });

  test('keeps every extreme and the exact first and last bar, whatever the number of bars', () => {
    fc.assert(
      fc.property(barCounts, (bars) => {
        const { candles, equity, chart } = chartOf(bars);
        expect(chartDataSchema.safeParse(chart).success).toBe(true);
        expect(chart.bars).toBe(bars);
        expect(chart.time.length).toBe(Math.min(bars, maximumBuckets));
        expect(Math.min(...chart.low)).toBe(Math.min(...candles.low));
        expect(Math.max(...chart.high)).toBe(Math.max(...candles.high));
        expect(Math.min(...chart.equityLow)).toBe(Math.min(...equity));
        expect(Math.max(...chart.equityHigh)).toBe(Math.max(...equity));
        for (const [column, source] of [
          [chart.time, candles.time],
          [chart.close, candles.close],
          [chart.equity, equity],
        ] as const) {
          expect(column[0]).toBe(source[0]);
          expect(column.at(-1)).toBe(source.at(-1));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('each bucket holds the extremes of exactly its own bars', () => {
    const { candles, chart } = chartOf(3001);
    let row = 0;
    for (const [bucket, time] of chart.time.entries()) {
      const from = row;
      while ((candles.time[row] ?? Number.POSITIVE_INFINITY) <= time) row++;
      expect(chart.low[bucket]).toBe(Math.min(...candles.low.subarray(from, row)));
      expect(chart.high[bucket]).toBe(Math.max(...candles.high.subarray(from, row)));
      expect(chart.close[bucket]).toBe(candles.close[row - 1]);
    }
    expect(row).toBe(3001);
  });

  test('drawdown starts from the initial cash and keeps its deepest point', () => {
    const candles = makeCandles(4);
    const chart = buildChartData(candles, Float64Array.of(9000, 12_000, 6000, 9000), [], initialCash);
    expect(chart.drawdown).toEqual([-0.09999999999999998, 0, -0.5, -0.25]);
    const long = chartOf(5000);
    let peak = initialCash;
    const deepest = Math.min(
      ...long.equity.map((value) => {
        peak = Math.max(peak, value);
        return value / peak - 1;
      }),
    );
    expect(Math.min(...long.chart.drawdown)).toBe(deepest);
  });

  test('holding starts with the initial cash at the first close', () => {
    const { candles, chart } = chartOf(100);
    expect(chart.hold[0]).toBe(initialCash);
    expect(chart.hold.at(-1)).toBeCloseTo(
      (initialCash * (candles.close[99] ?? 0)) / (candles.close[0] ?? 1),
      8,
    );
  });

  test('marks every entry and exit of few trades, an open trade without an exit', () => {
    const { trades, chart } = chartOf(400, 20);
    expect(chart.markers).toHaveLength(39);
    expect(chart.markersLeftOut).toBe(0);
    for (const trade of trades) {
      expect(chart.markers).toContainEqual({
        time: trade.entryTime,
        price: trade.entryPrice,
        kind: `${trade.side}-entry`,
      });
    }
    const wins = trades.filter((trade) => trade.exitTime !== null && trade.profit > 0).length;
    expect(chart.markers.filter((marker) => marker.kind === 'gain-exit')).toHaveLength(wins);
  });

  test('keeps one marker of a kind in each bucket of very many trades, and counts the others', () => {
    const { chart } = chartOf(30_000, 9000);
    expect(chart.markers.length).toBeLessThanOrEqual(4 * maximumBuckets);
    expect(chart.markers.length + chart.markersLeftOut).toBe(2 * 9000 - 1);
    const seen = new Set<string>();
    for (const { time, kind } of chart.markers) {
      const key = `${kind} ${chart.time.findIndex((end) => time <= end)}`;
      expect(seen.has(key)).toBe(false);
      seen.add(key);
    }
  });

  test('a coarser table keeps the extremes and the ends too', () => {
    const { chart } = chartOf(5000);
    const rows = coarsen(chart, 48);
    expect(rows.time).toHaveLength(48);
    expect(Math.min(...rows.low)).toBe(Math.min(...chart.low));
    expect(Math.max(...rows.equityHigh)).toBe(Math.max(...chart.equityHigh));
    expect(Math.min(...rows.drawdown)).toBe(Math.min(...chart.drawdown));
    expect([rows.time[0], rows.time.at(-1)]).toEqual([chart.time[0], chart.time.at(-1)]);
  });

  test('no bars give empty columns, and an equity of another length is refused', () => {
    expect(buildChartData(makeCandles(0), new Float64Array(0), [], 1).time).toEqual([]);
    expect(() => buildChartData(makeCandles(3), new Float64Array(2), [], 1)).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { computeMetrics } from '../../../extension/backtest/metrics/computeMetrics.ts';
import { courseOf } from '../../../extension/backtest/metrics/course.ts';
import type { Metrics } from '../../../extension/contracts/backtest.ts';
import { numbersFrom } from '../support/market.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** A Monday. */
const monday = Date.UTC(2024, 0, 1);
const weeks = 3;

/** Opens on each hour of each day: 168 bars a week. */
const coin: number[] = Array.from({ length: weeks * 168 }, (_, at) => monday + at * hour);
/** Opens for 6.5 hours of each working day, at 14:30 to 20:30: 35 bars a week, the last of a day half an hour long. */
const share: number[] = Array.from({ length: weeks * 7 }, (_, at) => at)
  .filter((at) => at % 7 < 5)
  .flatMap((at) => Array.from({ length: 7 }, (_, bar) => monday + at * day + 14.5 * hour + bar * hour));

const columnsOf = (times: readonly number[]) => ({
  time: Float64Array.from(times),
  close: new Float64Array(times.length).fill(1),
});
// One more bar ends the last week.
const course = courseOf([columnsOf([...coin, monday + weeks * 7 * day]), columnsOf(share)]);
const rows = course.time.length;
const isOpen = (time: number): boolean => {
  const ofDay = (time - monday) % day;
  return ((time - monday) / day) % 7 < 5 && ofDay >= 14.5 * hour && ofDay < 21 * hour;
};

const random = numbersFrom(3);
const equity = new Float64Array(rows);
let money = 100;
for (let row = 0; row < rows; row++) {
  money *= 1 + (random() - 0.49) * 0.004;
  equity[row] = money;
}
const invested = Uint8Array.from(course.time, (time) => (isOpen(time) ? 1 : 0));

function judge(changes: Partial<Parameters<typeof computeMetrics>[0]> = {}): Metrics {
  return computeMetrics({
    ...course,
    timeframe: '1h',
    equity,
    invested,
    trades: [],
    cash: 100,
    from: 0,
    to: rows,
    ...changes,
  });
}

/** By hand: returns between rows, and 203 rows a week, 365 / 7 weeks a year. */
function literalRatios(perYear: number) {
  const returns = Array.from(equity.subarray(1), (value, row) => value / (equity[row] as number) - 1);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const squares = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const falls = returns.reduce((sum, value) => sum + Math.min(0, value) ** 2, 0);
  const deviation = Math.sqrt(squares / (returns.length - 1));
  return {
    volatility: deviation * Math.sqrt(perYear),
    sharpe: (mean / deviation) * Math.sqrt(perYear),
    sortino: (mean / Math.sqrt(falls / returns.length)) * Math.sqrt(perYear),
  };
}

describe('metrics of a market that never closes and one that opens 6.5 hours on working days', () => {
  it('scale returns between rows by the rows of a year, which are those of both', () => {
    expect(rows).toBe(weeks * 203 + 1);
    const expected = literalRatios((203 * 365) / 7);
    const metrics = judge();
    expect(metrics['perBarVolatility']).toBeCloseTo(expected.volatility, 12);
    expect(metrics['perBarSharpe']).toBeCloseTo(expected.sharpe, 12);
    expect(metrics['perBarSortino']).toBeCloseTo(expected.sortino, 12);
  });

  it('count the hours in which both trade once', () => {
    // Invested from 14:30 to 21:00 on working days: 32.5 of the 168 hours of a week; and one more bar at the end.
    expect(judge()['exposure']).toBeCloseTo((weeks * 32.5) / (weeks * 168 + 1), 12);
    // 14 rows of half an hour each are 14 rows too many for a share of rows.
    const byRows = invested.reduce((sum, flag) => sum + flag, 0) / rows;
    expect(byRows).toBeCloseTo((weeks * 5 * 13) / rows, 12);
    expect(byRows - (judge()['exposure'] ?? 0)).toBeGreaterThan(0.1);
  });

  it('measure the time under water alike', () => {
    const low = Float64Array.from(course.time, (time) => (isOpen(time) ? 99 : 100));
    expect(judge({ equity: low })['timeUnderWater']).toBeCloseTo((weeks * 32.5) / (weeks * 168 + 1), 12);
  });

  it('of equal markets without a pause are those of one', () => {
    const one = columnsOf(coin);
    const [alone, twice] = [[one], [one, one]].map((markets) =>
      judge({ ...courseOf(markets), to: coin.length }),
    );
    for (const name of ['perBarVolatility', 'perBarSharpe', 'perBarSortino', 'exposure', 'timeUnderWater']) {
      expect(twice?.[name], name).toBeCloseTo(alone?.[name] ?? NaN, 12);
    }
  });

  it('do not count hours in which no market trades', () => {
    const market = columnsOf(share);
    const metrics = judge({
      ...courseOf([market, market]),
      invested: new Uint8Array(share.length).fill(1),
      to: share.length,
    });
    expect(metrics['exposure']).toBe(1);
    const half = Uint8Array.from(share, (_, bar) => (bar % 7 < 3 ? 1 : 0));
    const some = judge({ ...courseOf([market, market]), invested: half, to: share.length });
    expect(some['exposure']).toBeCloseTo(3 / 7, 12);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeMetrics } from '../../../extension/backtest/metrics/computeMetrics.ts';
import { metricNames } from '../../../extension/backtest/metrics/definitions.ts';
import type { Metrics } from '../../../extension/contracts/backtest.ts';
import { type Course, courseOf, metricsOf } from './curves.ts';

const inMoney = new Set([
  ...['finalEquity', 'expectancy', 'averageWin', 'averageLoss', 'bestTrade', 'worstTrade', 'fees'],
]);

function judge(course: Course, from = 0, to = course.time.length): Metrics {
  return computeMetrics({ ...course, from, to });
}

/** The same run with all money and prices times `factor`. */
function scaled(course: Course, factor: number): Course {
  return {
    ...course,
    close: course.close.map((value) => value * factor),
    equity: course.equity.map((value) => value * factor),
    cash: course.cash * factor,
    trades: course.trades.map((trade) => ({
      ...trade,
      entryPrice: trade.entryPrice * factor,
      exitPrice: trade.exitPrice === null ? null : trade.exitPrice * factor,
      fees: trade.fees * factor,
      profit: trade.profit * factor,
    })),
  };
}

describe('laws of metrics', () => {
  const courses = fc
    .record({ seed: fc.nat(1000), bars: fc.integer({ min: 1, max: 3000 }) })
    .map(({ seed, bars }) => courseOf(seed, bars));

  it('scaling prices and cash scales amounts of money and leaves all else', () => {
    fc.assert(
      fc.property(courses, fc.constantFrom(0.125, 0.3, 1000), (course, factor) => {
        const [plain, large] = [judge(course), judge(scaled(course, factor))];
        for (const name of metricNames) {
          const value = plain[name] ?? null;
          if (value === null) expect([name, large[name]]).toEqual([name, null]);
          else {
            const expected = inMoney.has(name) ? value * factor : value;
            const slack = 1e-7 * Math.max(1, Math.abs(expected));
            expect(Math.abs((large[name] ?? NaN) - expected), name).toBeLessThanOrEqual(slack);
          }
        }
      }),
      { numRuns: 60, seed: 2 },
    );
  });

  it('two parts add up to the whole in trades and fees, and multiply to it in growth', () => {
    fc.assert(
      fc.property(courses, fc.nat(3000), (course, split) => {
        const bars = course.time.length;
        const border = Math.min(split, bars);
        const [whole, first, second] = [judge(course), judge(course, 0, border), judge(course, border, bars)];
        for (const name of ['trades', 'openTrades', 'fees']) {
          expect((first[name] ?? 0) + (second[name] ?? 0)).toBeCloseTo(whole[name] ?? NaN, 9);
        }
        const growth = (part: Metrics) => 1 + (part['totalReturn'] ?? 0);
        expect(growth(first) * growth(second)).toBeCloseTo(growth(whole), 9);
        for (const name of ['bestTrade', 'longestWinStreak', 'longestLossStreak'])
          expect(Math.max(first[name] ?? -1e9, second[name] ?? -1e9)).toBeLessThanOrEqual(
            whole[name] ?? -1e9,
          );
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it('fractions lie between 0 and 1, and tails are in order', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const metrics = judge(course);
        for (const name of ['timeUnderWater', 'positiveDays', 'winRate', 'exposure', 'maxDrawdown']) {
          const value = metrics[name] ?? 0;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(metrics['ulcerIndex'] ?? 0).toBeLessThanOrEqual(metrics['maxDrawdown'] ?? 0);
        expect(Math.abs(metrics['correlation'] ?? 0)).toBeLessThanOrEqual(1 + 1e-12);
        const shortfall = metrics['conditionalValueAtRisk'];
        if (shortfall != null) {
          expect(shortfall).toBeGreaterThanOrEqual(metrics['valueAtRisk'] ?? NaN);
          expect(shortfall).toBeLessThanOrEqual(-(metrics['worstDay'] ?? NaN) + 1e-12);
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

/** Mistakes that other tools made: each is computed here, and shown not to be what is computed there. */
describe('mistakes not made', () => {
  const sharpeOf = (values: readonly number[], periods: number) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return (mean / Math.sqrt(variance)) * Math.sqrt(periods);
  };

  it('a Sharpe ratio of cumulative profit instead of returns', () => {
    const values = Array.from({ length: 100 }, (_, index) => (index <= 50 ? 100 + index : 200 - index));
    const mistaken = sharpeOf(
      values.map((value) => value / 100 - 1),
      252,
    );
    expect(mistaken).toBeGreaterThan(25);
    expect(metricsOf(values)['sharpe']).toBeLessThan(0.4);
  });

  it('a Sharpe ratio of hourly returns as if each were a trading day', () => {
    const course = courseOf(11, 24 * 400);
    const returns = [...course.equity].slice(1).map((value, bar) => value / (course.equity[bar] ?? NaN) - 1);
    const metrics = judge(course);
    const mistaken = sharpeOf(returns, 252);
    expect(metrics['perBarSharpe'] ?? NaN).toBeCloseTo(mistaken * Math.sqrt((365 * 24) / 252), 3);
    expect(Math.abs((metrics['sharpe'] ?? NaN) / mistaken)).toBeGreaterThan(4);
  });

  it('a drawdown of cumulative returns multiplied up', () => {
    const values = [100, 110, 90, 120, 118];
    let [product, peak, mistaken] = [1, 1, 0];
    for (const value of values) {
      product *= 1 + (value / 100 - 1);
      peak = Math.max(peak, product);
      mistaken = Math.max(mistaken, 1 - product / peak);
    }
    expect(mistaken).toBeCloseTo(0.1, 12);
    expect(metricsOf(values)['maxDrawdown']).toBeCloseTo(20 / 110, 12);
  });

  it('252 days for a market that never closes: the scale is that of the settings, 365 unless told', () => {
    const course = courseOf(11, 24 * 400);
    const all = judge(course)['volatility'] ?? NaN;
    const fewer = computeMetrics({
      ...course,
      bases: { periodsPerYear: 252 },
      from: 0,
      to: course.time.length,
    });
    expect(all / (fewer['volatility'] ?? NaN)).toBeCloseTo(Math.sqrt(365 / 252), 12);
  });
});

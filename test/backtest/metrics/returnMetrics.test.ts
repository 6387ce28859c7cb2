import { describe, expect, it } from 'vitest';
import { numbersFrom } from '../support/market.ts';
import { metricsOf } from './curves.ts';

/** An equity from 100 on with these daily returns. */
function curveOf(returns: readonly number[]): number[] {
  let equity = 100;
  return [equity, ...returns.map((change) => (equity *= 1 + change))];
}

/** Seeded returns between -3 % and 3.2 %. */
function returnsOf(seed: number, count: number): number[] {
  const random = numbersFrom(seed);
  return Array.from({ length: count }, () => random() * 0.062 - 0.03);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const close = (actual: number | null | undefined, expected: number) =>
  expect(actual).toBeCloseTo(expected, 9);

describe('return metrics', () => {
  const returns = returnsOf(5, 400);
  const curve = curveOf(returns);
  const metrics = metricsOf(curve);

  it('are what their definitions say, worked out once more', () => {
    close(metrics['annualReturn'], (sum(returns) / 400) * 365);
    const misses = returns.map((value) => Math.min(value, 0));
    close(metrics['downsideDeviation'], Math.sqrt((sum(misses.map((value) => value ** 2)) / 400) * 365));
    close(metrics['omega'], sum(returns.filter((value) => value > 0)) / -sum(misses));
    close(metrics['bestDay'], Math.max(...returns));
    close(metrics['worstDay'], Math.min(...returns));
    close(metrics['positiveDays'], returns.filter((value) => value > 0).length / 400);
    const peaks = curve.map((_, index) => Math.max(...curve.slice(0, index + 1)));
    const falls = curve.map((value, index) => (1 - value / (peaks[index] ?? NaN)) ** 2);
    close(metrics['ulcerIndex'], Math.sqrt(sum(falls) / falls.length));
    close(metrics['martinRatio'], (metrics['cagr'] ?? NaN) / (metrics['ulcerIndex'] ?? NaN));
    close(metrics['recoveryFactor'], (metrics['totalReturn'] ?? NaN) / (metrics['maxDrawdown'] ?? NaN));
    // Bars of a day: what is of bars is what is of days.
    close(metrics['perBarVolatility'], metrics['volatility'] ?? NaN);
    close(metrics['perBarSharpe'], metrics['sharpe'] ?? NaN);
    close(metrics['perBarSortino'], metrics['sortino'] ?? NaN);
  });

  it('take what is above the risk-free rate and the target, each of a period, compounded', () => {
    const bases = { periodsPerYear: 252, riskFreeRate: 0.05, targetReturn: 0.1 };
    const based = metricsOf(curve, { bases });
    const [rate, target] = [1.05 ** (1 / 252) - 1, 1.1 ** (1 / 252) - 1];
    const mean = sum(returns) / 400;
    const deviation = Math.sqrt(sum(returns.map((value) => (value - mean) ** 2)) / 399);
    const misses = returns.map((value) => Math.min(value - target, 0));
    const downside = Math.sqrt(sum(misses.map((value) => value ** 2)) / 400);
    close(based['sharpe'], ((mean - rate) / deviation) * Math.sqrt(252));
    close(based['sortino'], ((mean - target) / downside) * Math.sqrt(252));
    close(based['omega'], sum(returns.map((value) => Math.max(value - target, 0))) / -sum(misses));
    close(based['downsideDeviation'], downside * Math.sqrt(252));
    close(based['martinRatio'], ((based['cagr'] ?? NaN) - 0.05) / (based['ulcerIndex'] ?? NaN));
    close(based['perBarSortino'], based['sortino'] ?? NaN);
    expect(based['cagr']).toBe(metrics['cagr']);
    expect(based['maxDrawdown']).toBe(metrics['maxDrawdown']);
  });

  it('are not available for constant returns, but for those that need no spread', () => {
    const steady = metricsOf(curveOf(Array.from({ length: 200 }, () => 0.001)));
    for (const name of [
      'sharpe',
      'sortino',
      'omega',
      'calmar',
      'martinRatio',
      'perBarSharpe',
      'perBarSortino',
    ])
      expect([name, steady[name]]).toEqual([name, null]);
    close(steady['annualReturn'], 0.365);
    close(steady['valueAtRisk'], -0.001);
    expect(steady['positiveDays']).toBe(1);
  });

  it('measure the ulcer from the equity at the start on', () => {
    const below = Array.from({ length: 40 }, (_, index) => 80 + (index % 2));
    const squares = below.map((value) => (1 - value / 100) ** 2);
    close(metricsOf(below)['ulcerIndex'], Math.sqrt(sum(squares) / 40));
  });

  it('count no day without a change as one with a gain', () => {
    const still = metricsOf(curveOf(Array.from({ length: 40 }, (_, index) => (index % 4 === 0 ? 0.01 : 0))));
    expect(still['positiveDays']).toBe(0.25);
  });

  it('of bars leave out those before which nothing is left', () => {
    const values = curveOf(returns.slice(0, 80)).map((value, index) => (index % 20 === 19 ? -1 : value));
    const kept = values.slice(1).flatMap((value, index) => {
      const previous = values[index] ?? NaN;
      return previous > 0 ? [value / previous - 1] : [];
    });
    const mean = sum(kept) / kept.length;
    const deviation = Math.sqrt(sum(kept.map((value) => (value - mean) ** 2)) / (kept.length - 1));
    const downside = Math.sqrt(sum(kept.map((value) => Math.min(value, 0) ** 2)) / kept.length);
    const broken = metricsOf(values);
    close(broken['perBarVolatility'], deviation * Math.sqrt(365));
    close(broken['perBarSharpe'], (mean / deviation) * Math.sqrt(365));
    close(broken['perBarSortino'], (mean / downside) * Math.sqrt(365));
  });

  it('leave the first day out, and are null without another one', () => {
    const one = metricsOf([150]);
    expect(one).toMatchObject({ bestDay: null, worstDay: null, annualReturn: null, totalReturn: 0.5 });
    expect(metricsOf([150, 165])).toMatchObject({ bestDay: expect.closeTo(0.1, 12), positiveDays: null });
  });
});

describe('value at risk and expected shortfall', () => {
  /** -50, -49 ... of a thousandth, one each, in another order. */
  const ladder = (count: number) => {
    const steps = Array.from({ length: count }, (_, index) => (index - 50) / 1000);
    return steps.map((_, index) => steps[(index * 37) % count] as number);
  };

  it('are those of the lowest returns, counted out', () => {
    // 5 % of 100 are the 5 lowest: -50, -49, -48, -47, -46 thousandths.
    const metrics = metricsOf(curveOf(ladder(100)));
    close(metrics['valueAtRisk'], 0.046);
    close(metrics['conditionalValueAtRisk'], 0.048);
  });

  it('take the return at the border by its part', () => {
    // 5 % of 110 are 5.5: the sixth lowest is the border, and counts half.
    const metrics = metricsOf(curveOf(ladder(110)));
    close(metrics['valueAtRisk'], 0.045);
    close(metrics['conditionalValueAtRisk'], (0.05 + 0.049 + 0.048 + 0.047 + 0.046 + 0.0225) / 5.5);
  });

  it('need 5 returns in the tail', () => {
    expect(metricsOf(curveOf(ladder(99)))).toMatchObject({ valueAtRisk: null, conditionalValueAtRisk: null });
    const half = { bases: { tailConfidence: 0.9 } };
    expect(metricsOf(curveOf(ladder(50)), half)['valueAtRisk']).not.toBeNull();
    expect(metricsOf(curveOf(ladder(49)), half)['valueAtRisk']).toBeNull();
  });

  it('never fall as the confidence rises, and the shortfall is the larger', () => {
    const curve = curveOf(returnsOf(9, 1500));
    const levels = [0.5, 0.8, 0.9, 0.95, 0.99].map((tailConfidence) =>
      metricsOf(curve, { bases: { tailConfidence } }),
    );
    for (const [index, level] of levels.entries()) {
      const [value = NaN, mean = NaN] = [level['valueAtRisk'], level['conditionalValueAtRisk']].map(Number);
      expect(mean).toBeGreaterThanOrEqual(value);
      expect(value).toBeGreaterThanOrEqual(Number(levels[index - 1]?.['valueAtRisk'] ?? -1));
    }
  });
});

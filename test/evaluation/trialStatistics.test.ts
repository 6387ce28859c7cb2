import { expect, it } from 'vitest';
import { trialStatistics } from '../../extension/evaluation/trialStatistics.ts';

const returns = Float64Array.from({ length: 40 }, (_, day) => Math.sin(day * day) / 50 + 0.002);

it('gives the Sharpe ratio of a day, with ddof 1 and not annualised', () => {
  const mean = returns.reduce((sum, value) => sum + value, 0) / 40;
  const deviation = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39);
  const found = trialStatistics(returns, '1h');
  expect(found.observations).toBe(40);
  expect(found.sharpe).toBeCloseTo(mean / deviation, 12);
  expect(trialStatistics(returns, '1d')).toEqual(found);
});

it('makes the Sharpe ratio of longer bars one of a day', () => {
  const daily = trialStatistics(returns, '1d').sharpe ?? Number.NaN;
  expect(trialStatistics(returns, '1w').sharpe).toBeCloseTo(daily / Math.sqrt(7), 12);
  expect(trialStatistics(returns, '3d').sharpe).toBeCloseTo(daily / Math.sqrt(3), 12);
});

it('says nothing of fewer than thirty returns, or of returns that do not vary', () => {
  const none = { sharpe: null, skewness: null, kurtosis: null };
  expect(trialStatistics(returns.subarray(0, 29), '1h')).toEqual({ observations: 29, ...none });
  expect(trialStatistics(returns.subarray(0, 30), '1h').sharpe).not.toBeNull();
  expect(trialStatistics(new Float64Array(50).fill(0.001), '1h')).toEqual({ observations: 50, ...none });
});

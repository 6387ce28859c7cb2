import { expect, it } from 'vitest';
import type { IndicatorCase } from '../support/indicatorCases.ts';
import { computed } from '../support/indicatorRun.ts';
import { marketOf } from '../support/market.ts';

function ofCloses(closes: readonly number[], call: IndicatorCase): number[] {
  const columns = marketOf(closes.map((close) => [close, close, close, close] as const));
  return [...(computed(call, columns).parts['value'] ?? [])];
}

function rounded(values: readonly number[]): number[] {
  return values.map((value) => Math.round(value * 100) / 100);
}

// The worked examples of StockCharts' ChartSchool, which its tables give to two decimals.

it("Wilder's RSI of 14 bars gives the numbers of the ChartSchool example", () => {
  const closes = [
    44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931,
    46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137,
    46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
  ];
  const expected = [
    70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87,
    45.46, 37.3, 33.08, 37.77,
  ];
  expect(rounded(ofCloses(closes, ['rsi', 14]).slice(14))).toEqual(expected);
});

it('the exponential average of 10 bars gives the numbers of the ChartSchool example', () => {
  const closes = [
    22.2734, 22.194, 22.0847, 22.1741, 22.184, 22.1344, 22.2337, 22.4323, 22.2436, 22.2933, 22.1542, 22.3926,
    22.3816, 22.6109, 23.3558, 24.0519, 23.753, 23.8324, 23.9516, 23.6338, 23.8225, 23.8722, 23.6537, 23.187,
    23.0976, 23.326, 22.6805, 23.0976, 22.4025, 22.1725,
  ];
  const expected = [
    22.22, 22.21, 22.24, 22.27, 22.33, 22.52, 22.8, 22.97, 23.13, 23.28, 23.34, 23.43, 23.51, 23.54, 23.47,
    23.4, 23.39, 23.26, 23.23, 23.08, 22.92,
  ];
  expect(rounded(ofCloses(closes, ['ema', 10]).slice(9))).toEqual(expected);
});

import { describe, expect, it } from 'vitest';
import { numbersFrom, startTime } from '../support/market.ts';
import { day, metricsOf } from './curves.ts';

const days = 300;

/** Closes from 100 on, and the equity of one who holds `share` of it and gains `extra` a day, with some noise. */
function coursesOf(share: number, extra: number, noise: number) {
  const random = numbersFrom(21);
  const close = [100];
  const equity = [100];
  const own: number[] = [];
  const market: number[] = [];
  for (let index = 1; index < days; index++) {
    const move = (random() - 0.48) * 0.04;
    const change = extra + share * move + (random() - 0.5) * noise;
    market.push(move);
    own.push(change);
    close.push((close.at(-1) ?? 0) * (1 + move));
    equity.push((equity.at(-1) ?? 0) * (1 + change));
  }
  return { close: Float64Array.from(close), equity, own, market };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const covarianceOf = (a: readonly number[], b: readonly number[]) => {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  return (
    a.reduce((sum, value, index) => sum + (value - meanA) * ((b[index] ?? NaN) - meanB), 0) / (a.length - 1)
  );
};
const close = (expected: number) => expect.closeTo(expected, 9);

describe('metrics against buying and holding', () => {
  it('find the line that the returns lie on', () => {
    const { close: prices, equity } = coursesOf(0.5, 0.001, 0);
    const metrics = metricsOf(equity, { close: prices });
    expect(metrics).toMatchObject({ beta: close(0.5), alpha: close(0.365), correlation: close(1) });
  });

  it('are what their definitions say, worked out once more', () => {
    const { close: prices, equity, own, market } = coursesOf(0.6, 0.0004, 0.01);
    const bases = { periodsPerYear: 252, riskFreeRate: 0.03 };
    const rate = 1.03 ** (1 / 252) - 1;
    const beta = covarianceOf(own, market) / covarianceOf(market, market);
    const differences = own.map((value, index) => value - (market[index] ?? NaN));
    const tracking = Math.sqrt(covarianceOf(differences, differences));
    const rising = own.filter((_, index) => (market[index] ?? 0) > 0);
    const falling = own.filter((_, index) => (market[index] ?? 0) < 0);
    const peaks = prices.map((_, index) => Math.max(...prices.slice(0, index + 1)));
    expect(metricsOf(equity, { close: prices, bases })).toMatchObject({
      beta: close(beta),
      alpha: close((meanOf(own) - rate - beta * (meanOf(market) - rate)) * 252),
      correlation: close(
        covarianceOf(own, market) / Math.sqrt(covarianceOf(own, own) * covarianceOf(market, market)),
      ),
      trackingError: close(tracking * Math.sqrt(252)),
      informationRatio: close((meanOf(differences) / tracking) * Math.sqrt(252)),
      upCapture: close(meanOf(rising) / meanOf(market.filter((move) => move > 0))),
      downCapture: close(meanOf(falling) / meanOf(market.filter((move) => move < 0))),
      buyAndHoldSharpe: close(
        ((meanOf(market) - rate) / Math.sqrt(covarianceOf(market, market))) * Math.sqrt(252),
      ),
      buyAndHoldMaxDrawdown: close(
        Math.max(...prices.map((price, index) => 1 - price / (peaks[index] ?? NaN))),
      ),
      excessReturn: close((equity.at(-1) ?? 0) / 100 - 1 - ((prices.at(-1) ?? 0) / 100 - 1)),
    });
  });

  it('of holding itself are a beta of 1 and no alpha, and no information ratio', () => {
    const { close: prices } = coursesOf(1, 0, 0);
    expect(metricsOf([...prices], { close: prices })).toMatchObject({
      beta: close(1),
      alpha: close(0),
      correlation: close(1),
      trackingError: 0,
      informationRatio: null,
      upCapture: close(1),
      downCapture: close(1),
      excessReturn: close(0),
    });
  });

  it('set the returns of a day beside those of the same day, where days are missing too', () => {
    const { close: prices, equity } = coursesOf(0.5, 0.001, 0);
    // Two bars a day, the first of them noise for both; every tenth day is missing.
    const kept = equity.map((_, index) => index).filter((index) => index % 10 !== 5);
    const twice = (values: ArrayLike<number>) =>
      kept.flatMap((index) => [7 + (index % 3), values[index] ?? NaN]);
    const time = Float64Array.from(
      kept.flatMap((index) => [0, 12].map((hours) => startTime + index * day + hours * 3_600_000)),
    );
    const metrics = metricsOf(twice(equity), {
      timeframe: '12h',
      time,
      close: Float64Array.from(twice(prices)),
    });
    const pick = (values: ArrayLike<number>) => Float64Array.from(kept, (index) => values[index] ?? NaN);
    const daily = metricsOf([...pick(equity)], { close: pick(prices) });
    for (const name of ['beta', 'alpha', 'correlation', 'trackingError', 'informationRatio'])
      expect(metrics[name]).toBeCloseTo(daily[name] ?? NaN, 9);
  });

  it('capture nothing on days on which the market stands still', () => {
    const moves = Array.from({ length: 120 }, (_, index) => [0.01, 0, -0.01][index % 3] as number);
    const own = moves.map((move) => (move === 0 ? 0.5 : move / 2));
    const pathOf = (changes: readonly number[]) => {
      let value = 100;
      return [value, ...changes.map((change) => (value *= 1 + change))];
    };
    const metrics = metricsOf(pathOf(own), { close: Float64Array.from(pathOf(moves)) });
    expect(metrics).toMatchObject({ upCapture: close(0.5), downCapture: close(0.5) });
    const few = metricsOf(pathOf(own.slice(0, 60)), { close: Float64Array.from(pathOf(moves.slice(0, 60))) });
    expect(few).toMatchObject({ upCapture: null, downCapture: null, beta: expect.any(Number) });
  });

  it('are not available below 30 daily returns, for a market that does not move, or without such days', () => {
    const names = [
      'alpha',
      'beta',
      'correlation',
      'trackingError',
      'informationRatio',
      'upCapture',
      'buyAndHoldSharpe',
    ];
    const { close: prices, equity } = coursesOf(0.5, 0.001, 0.01);
    const short = metricsOf(equity.slice(0, 30), { close: prices.slice(0, 30) });
    for (const name of names) expect([name, short[name]]).toEqual([name, null]);
    const still = metricsOf(equity);
    expect(still).toMatchObject({ alpha: null, beta: null, correlation: null, buyAndHoldSharpe: null });
    expect(still['trackingError']).toBeCloseTo(still['volatility'] ?? NaN, 12);
    const rising = Float64Array.from(equity, (_, index) => 100 * 1.01 ** index * (1 + (index % 2) / 1000));
    expect(metricsOf(equity, { close: rising })).toMatchObject({
      downCapture: null,
      upCapture: expect.any(Number),
    });
  });
});

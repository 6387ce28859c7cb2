import { minimumReturns } from './dailyReturns.ts';
import { sharpeOf } from './returnMetrics.ts';
import { leastDeviation, ratePerPeriod } from './statistics.ts';

/** Returns of the run and of its market over the same periods. */
export interface PairedReturns {
  readonly own: Float64Array;
  readonly market: Float64Array;
}

/** Returns of both columns between neighbouring `rows`, where both have a base above 0. */
export function pairedReturns(equity: Float64Array, close: Float64Array, rows: Int32Array): PairedReturns {
  const most = Math.max(0, rows.length - 1);
  const own = new Float64Array(most);
  const market = new Float64Array(most);
  let count = 0;
  for (let index = 1; index < rows.length; index++) {
    const [before, after] = [rows[index - 1] as number, rows[index] as number];
    const [base, marketBase] = [equity[before] as number, close[before] as number];
    if (!(base > 0 && marketBase > 0)) continue;
    own[count] = (equity[after] as number) / base - 1;
    market[count] = (close[after] as number) / marketBase - 1;
    count++;
  }
  return { own: own.subarray(0, count), market: market.subarray(0, count) };
}

const notAvailable = {
  buyAndHoldSharpe: null,
  alpha: null,
  beta: null,
  correlation: null,
  trackingError: null,
  informationRatio: null,
  upCapture: null,
  downCapture: null,
} as const;

/**
 * The run against buying and holding its market, from `returns` that come `scale` times a year. Alpha and
 * beta are those of the ordinary least squares line through the returns less the risk-free rate (Jensen
 * 1968, equation 8); the information ratio is mean over deviation of the differences (Goodwin 1998), which
 * are not put in relation to beta.
 */
export function benchmarkMetrics({ own, market }: PairedReturns, scale: number, riskFreeRate: number) {
  const count = own.length;
  if (count < minimumReturns) return notAvailable;
  const { means, squares } = momentsOf({ own, market });
  const deviation = (sum: number) => Math.sqrt(sum / (count - 1));
  const root = Math.sqrt(scale);
  const riskFree = ratePerPeriod(riskFreeRate, scale);
  const varies = deviation(squares.market) > leastDeviation;
  const beta = varies ? squares.both / squares.market : null;
  const tracking = deviation(squares.difference);
  return {
    buyAndHoldSharpe: sharpeOf(means.market, deviation(squares.market), scale, riskFreeRate),
    alpha: beta === null ? null : (means.own - riskFree - beta * (means.market - riskFree)) * scale,
    beta,
    correlation:
      varies && deviation(squares.own) > leastDeviation
        ? squares.both / Math.sqrt(squares.own * squares.market)
        : null,
    trackingError: tracking * root,
    informationRatio: tracking > leastDeviation ? ((means.own - means.market) / tracking) * root : null,
    upCapture: captureOf({ own, market }, 1),
    downCapture: captureOf({ own, market }, -1),
  };
}

/** Means, and sums of squares and products about them. */
function momentsOf({ own, market }: PairedReturns) {
  const count = own.length;
  const means = { own: 0, market: 0 };
  for (let index = 0; index < count; index++) {
    means.own += own[index] as number;
    means.market += market[index] as number;
  }
  means.own /= count;
  means.market /= count;
  const squares = { own: 0, market: 0, both: 0, difference: 0 };
  for (let index = 0; index < count; index++) {
    const a = (own[index] as number) - means.own;
    const b = (market[index] as number) - means.market;
    squares.own += a * a;
    squares.market += b * b;
    squares.both += a * b;
    squares.difference += (a - b) * (a - b);
  }
  return { means, squares };
}

/** Mean return over that of the market, on the days on which the market went in `direction`. */
function captureOf({ own, market }: PairedReturns, direction: 1 | -1): number | null {
  let count = 0;
  let ownSum = 0;
  let marketSum = 0;
  for (let index = 0; index < market.length; index++) {
    const move = market[index] as number;
    if (move * direction <= 0) continue;
    count++;
    ownSum += own[index] as number;
    marketSum += move;
  }
  return count < minimumReturns ? null : ownSum / marketSum;
}

import { meanOf } from './moments.ts';
import type { Resampling } from './resampling.ts';

/**
 * Block length that the dependence of a series asks for: Politis and White, "Automatic block-length selection
 * for the dependent bootstrap" (Econometric Reviews 23, 2004), as corrected by Patton, Politis and White (28,
 * 2009). (2 G^2 / D)^(1/3) n^(1/3) with a flat-top window of 2 m lags, where m is the lag after which the next
 * max(5, sqrt(log10 n)) autocorrelations lie within 2 sqrt(log10 n / n); D = 2 g(0)^2 for the stationary
 * bootstrap, 4/3 g(0)^2 for the circular one. From 1 to min(3 sqrt n, n / 3).
 */
export function automaticBlockLength(values: Float64Array, method: Resampling['method']): number {
  const rows = values.length;
  const longest = Math.ceil(Math.min(3 * Math.sqrt(rows), rows / 3));
  const autocovariance = autocovariancesOf(values);
  if (autocovariance(0) <= 0 || longest <= 1) return 1;

  const lags = 2 * lastSignificantLag(rows, autocovariance);
  let weighted = 0;
  let spectrum = autocovariance(0);
  for (let lag = 1; lag <= Math.min(lags, mostLags(rows)); lag++) {
    const window = Math.min(1, 2 * (1 - lag / lags));
    weighted += 2 * window * lag * autocovariance(lag);
    spectrum += 2 * window * autocovariance(lag);
  }
  const divisor = (method === 'stationary' ? 2 : 4 / 3) * spectrum ** 2;
  if (divisor === 0) return longest;
  return Math.min(longest, Math.max(1, ((2 * weighted ** 2 * rows) / divisor) ** (1 / 3)));
}

/** Autocovariances with divisor n, each computed when it is first asked for. */
function autocovariancesOf(values: Float64Array): (lag: number) => number {
  const rows = values.length;
  const mean = meanOf(values);
  const known: number[] = [];
  return (lag) => {
    known[lag] ??= (() => {
      let sum = 0;
      for (let row = lag; row < rows; row++) {
        sum += ((values[row] as number) - mean) * ((values[row - lag] as number) - mean);
      }
      return sum / rows;
    })();
    return known[lag];
  };
}

function quietLags(rows: number): number {
  return Math.max(5, Math.ceil(Math.sqrt(Math.log10(rows))));
}

function mostLags(rows: number): number {
  return Math.ceil(Math.sqrt(rows)) + quietLags(rows);
}

/** The lag m after which so many autocorrelations in a row say nothing; at least 1. */
function lastSignificantLag(rows: number, autocovariance: (lag: number) => number): number {
  const band = 2 * Math.sqrt(Math.log10(rows) / rows) * autocovariance(0);
  const most = Math.min(mostLags(rows), rows - 1);
  let last = 0;
  for (let lag = 1; lag <= most; lag++) {
    if (Math.abs(autocovariance(lag)) >= band) last = lag;
    else if (lag - last >= quietLags(rows)) break;
  }
  return Math.max(1, last);
}

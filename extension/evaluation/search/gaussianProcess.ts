import {
  extended,
  factorise,
  type LowerTriangle,
  logDeterminant,
  solveLower,
  solveTransposed,
} from './cholesky.ts';

/** What a kernel is made of, beside its scale, which follows from the values. */
export interface Hyperparameters {
  /** Length scale of each coordinate. */
  readonly lengths: readonly number[];
  /** Variance of the noise as a part of the variance of the process. */
  readonly noise: number;
}

/** A Gaussian process with a constant mean, given values at points. */
export interface GaussianProcess {
  readonly hyperparameters: Hyperparameters;
  /** Log marginal likelihood of the values, at the process variance that maximises it. */
  readonly logLikelihood: number;
  /** Mean and standard deviation of the process at a point, without the noise of an observation. */
  predict(point: Float64Array): { readonly mean: number; readonly deviation: number };
  /** The process with one value more, at equal hyperparameters, mean and variance. */
  withValue(point: Float64Array, value: number): GaussianProcess;
}

const rootFive = Math.sqrt(5);

/** Matern kernel with smoothness 5/2 (Rasmussen and Williams 2006, equation 4.17), of a squared distance. */
function matern(squaredDistance: number): number {
  const distance = rootFive * Math.sqrt(squaredDistance);
  return (1 + distance + (distance * distance) / 3) * Math.exp(-distance);
}

/** A point in units of the length scales. */
function scaled(point: Float64Array, lengths: readonly number[]): Float64Array {
  return point.map((value, index) => value / (lengths[index] as number));
}

function correlation(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const step = (a[index] as number) - (b[index] as number);
    sum += step * step;
  }
  return matern(sum);
}

/** The factor of the correlations between scaled points with noise on their diagonal; null where it has none. */
function factorOf(points: readonly Float64Array[], noise: number): LowerTriangle | null {
  const size = points.length;
  const matrix = new Float64Array((size * (size + 1)) / 2);
  let at = 0;
  for (let row = 0; row < size; row++) {
    const point = points[row] as Float64Array;
    for (let column = 0; column < row; column++) {
      matrix[at++] = correlation(point, points[column] as Float64Array);
    }
    matrix[at++] = 1 + noise;
  }
  return factorise(matrix, size) ? matrix : null;
}

interface Posterior {
  /** In units of the length scales. */
  readonly points: readonly Float64Array[];
  readonly values: Float64Array;
  readonly factor: LowerTriangle;
  readonly hyperparameters: Hyperparameters;
  readonly mean: number;
  readonly variance: number;
  readonly logLikelihood: number;
}

function processOf(posterior: Posterior): GaussianProcess {
  const { points, values, factor, hyperparameters, mean, variance, logLikelihood } = posterior;
  const { lengths, noise } = hyperparameters;
  const weights = values.map((value) => value - mean);
  solveLower(factor, weights);
  solveTransposed(factor, weights);
  /** Correlations of a scaled point with the points, and room for `more` values behind them. */
  const correlations = (point: Float64Array, more: number): Float64Array => {
    const row = new Float64Array(points.length + more);
    for (let index = 0; index < points.length; index++) {
      row[index] = correlation(point, points[index] as Float64Array);
    }
    return row;
  };
  return {
    hyperparameters,
    logLikelihood,
    predict(point) {
      const between = correlations(scaled(point, lengths), 0);
      let sum = mean;
      for (let index = 0; index < between.length; index++) {
        sum += (between[index] as number) * (weights[index] as number);
      }
      solveLower(factor, between);
      let explained = 0;
      for (const part of between) explained += part * part;
      return { mean: sum, deviation: Math.sqrt(Math.max(0, variance * (1 - explained))) };
    },
    withValue(point, value) {
      const own = scaled(point, lengths);
      const row = correlations(own, 1);
      row[points.length] = 1 + noise;
      const larger = extended(factor, points.length, row);
      // A point that the others determine to the last digit adds nothing to them.
      if (larger === null) return this;
      return processOf({
        ...posterior,
        points: [...points, own],
        values: Float64Array.from([...values, value]),
        factor: larger,
      });
    },
  };
}

/**
 * The process with given hyperparameters; its mean and its variance are those of the highest likelihood
 * (Jones, Schonlau and Welch 1998, equations 5 and 6).
 * @returns null where the correlations of the points are singular
 */
export function conditioned(
  points: readonly Float64Array[],
  values: Float64Array,
  hyperparameters: Hyperparameters,
): GaussianProcess | null {
  const posterior = posteriorOf(points, values, hyperparameters);
  return posterior === null ? null : processOf(posterior);
}

function posteriorOf(
  points: readonly Float64Array[],
  values: Float64Array,
  hyperparameters: Hyperparameters,
): Posterior | null {
  const own = points.map((point) => scaled(point, hyperparameters.lengths));
  const factor = factorOf(own, hyperparameters.noise);
  if (factor === null) return null;
  const size = points.length;
  const ones = new Float64Array(size).fill(1);
  const whitened = values.slice();
  solveLower(factor, ones);
  solveLower(factor, whitened);
  let [top, bottom] = [0, 0];
  for (let index = 0; index < size; index++) {
    const one = ones[index] as number;
    top += one * (whitened[index] as number);
    bottom += one * one;
  }
  const mean = top / bottom;
  let squares = 0;
  for (let index = 0; index < size; index++) {
    squares += ((whitened[index] as number) - mean * (ones[index] as number)) ** 2;
  }
  const variance = Math.max(squares / size, Number.MIN_VALUE);
  const logLikelihood = -0.5 * (size * (Math.log(2 * Math.PI * variance) + 1) + logDeterminant(factor, size));
  return { points: own, values, factor, hyperparameters, mean, variance, logLikelihood };
}

const startLengths = [0.1, 0.2, 0.4, 0.8, 1.6];
const noises = [1e-6, 1e-4, 1e-2, 1e-1];
const shortestLength = 0.03;
const longestLength = 8;
const sweeps = 3;

/**
 * The process whose hyperparameters have the highest marginal likelihood (Rasmussen and Williams 2006,
 * section 5.4.1) of those tried: one length for all coordinates and the noise from a grid, then each
 * length by itself, halved or doubled while that helps.
 * @param points coordinates from 0 to 1, at least one point
 */
export function fitGaussianProcess(points: readonly Float64Array[], values: Float64Array): GaussianProcess {
  const dimensions = points[0]?.length ?? 0;
  const better = (best: Posterior | null, hyperparameters: Hyperparameters): Posterior | null => {
    const other = posteriorOf(points, values, hyperparameters);
    return other !== null && (best === null || other.logLikelihood > best.logLikelihood) ? other : best;
  };
  // Noise as large as the process itself keeps any correlations from being singular.
  let best = posteriorOf(points, values, { lengths: new Array<number>(dimensions).fill(1), noise: 1 });
  for (const length of startLengths) {
    const lengths = new Array<number>(dimensions).fill(length);
    for (const noise of noises) best = better(best, { lengths, noise });
  }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const before = best;
    for (let index = 0; index < dimensions; index++) {
      for (const factor of [0.5, 2]) {
        const { lengths, noise } = (best as Posterior).hyperparameters;
        const length = (lengths[index] as number) * factor;
        if (length < shortestLength || length > longestLength) continue;
        best = better(best, { lengths: lengths.with(index, length), noise });
      }
    }
    if (best === before) break;
  }
  return processOf(best as Posterior);
}

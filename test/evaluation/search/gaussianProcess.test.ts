import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { expectedImprovement } from '../../../extension/evaluation/search/expectedImprovement.ts';
import { conditioned, fitGaussianProcess } from '../../../extension/evaluation/search/gaussianProcess.ts';

function samples(seed: number, count: number, dimensions: number) {
  const random = seededRandom(seed);
  const points = Array.from({ length: count }, () => Float64Array.from({ length: dimensions }, random));
  const values = Float64Array.from(
    points,
    (point) => Math.sin(6 * (point[0] as number)) + point.reduce((sum, value) => sum + value * value, 0),
  );
  return { points, values };
}

/** Inverse and determinant by Gauss-Jordan elimination with pivots. */
function inverted(matrix: readonly (readonly number[])[]): { inverse: number[][]; determinant: number } {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  let determinant = 1;
  for (let column = 0; column < size; column++) {
    const candidates = rows.slice(column).map((row) => Math.abs(row[column] as number));
    const pivot = column + candidates.indexOf(Math.max(...candidates));
    if (pivot !== column) determinant = -determinant;
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const own = rows[column] as number[];
    const divisor = own[column] as number;
    determinant *= divisor;
    rows[column] = own.map((value) => value / divisor);
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]?.[column] as number;
      rows[row] = (rows[row] as number[]).map((value, k) => value - factor * (rows[column]?.[k] as number));
    }
  }
  return { inverse: rows.map((row) => row.slice(size)), determinant };
}

/** The formulas of Rasmussen and Williams with whole matrices: slow, and nothing shared with the code. */
function literally(
  points: readonly Float64Array[],
  values: Float64Array,
  lengths: readonly number[],
  noise: number,
) {
  const kernel = (a: Float64Array, b: Float64Array): number => {
    const r = Math.hypot(...lengths.map((length, k) => ((a[k] as number) - (b[k] as number)) / length));
    return (1 + Math.sqrt(5) * r + (5 * r * r) / 3) * Math.exp(-Math.sqrt(5) * r);
  };
  const { inverse, determinant } = inverted(
    points.map((a, i) => points.map((b, j) => kernel(a, b) + (i === j ? noise : 0))),
  );
  const form = (left: readonly number[], right: readonly number[]): number =>
    left.reduce(
      (sum, l, i) => sum + l * right.reduce((inner, r, j) => inner + (inverse[i]?.[j] as number) * r, 0),
      0,
    );
  const ones = points.map(() => 1);
  const all = [...values];
  const mean = form(ones, all) / form(ones, ones);
  const residuals = all.map((value) => value - mean);
  const variance = form(residuals, residuals) / all.length;
  return {
    logLikelihood:
      (-all.length / 2) * Math.log(2 * Math.PI * variance) - Math.log(determinant) / 2 - all.length / 2,
    predict(point: Float64Array) {
      const between = points.map((other) => kernel(point, other));
      return {
        mean: mean + form(between, residuals),
        deviation: Math.sqrt(Math.max(0, variance * (1 - form(between, between)))),
      };
    },
  };
}

describe('the Gaussian process', () => {
  const hyperparameters = { lengths: [0.3, 0.7], noise: 1e-3 };
  const { points, values } = samples(3, 14, 2);
  const process = conditioned(points, values, hyperparameters);
  const literal = literally(points, values, hyperparameters.lengths, hyperparameters.noise);

  it('has the likelihood, mean and deviation of the textbook formulas', () => {
    expect(process?.logLikelihood).toBeCloseTo(literal.logLikelihood, 8);
    for (const point of samples(9, 20, 2).points) {
      const own = process?.predict(point);
      const other = literal.predict(point);
      expect(own?.mean).toBeCloseTo(other.mean, 8);
      expect(own?.deviation).toBeCloseTo(other.deviation, 8);
    }
  });

  it('takes one value more as if it had been there at the fit, but for its mean and variance', () => {
    const added = samples(17, 3, 2);
    let grown = process;
    for (const [index, point] of added.points.entries()) {
      grown = grown?.withValue(point, added.values[index] as number) ?? null;
    }
    const whole = conditioned(
      [...points, ...added.points],
      Float64Array.from([...values, ...added.values]),
      hyperparameters,
    );
    // Deviations of the two differ by the variance that each was fitted with, everywhere alike.
    const ratios = samples(5, 10, 2).points.map(
      (point) => (grown?.predict(point).deviation ?? 0) / (whole?.predict(point).deviation ?? 1),
    );
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0] as number, 8);
  });

  it('passes through what it was given, and knows less the further away', () => {
    const exact = conditioned(points, values, { lengths: [0.3, 0.7], noise: 1e-9 });
    for (const [index, point] of points.entries()) {
      expect(exact?.predict(point).mean).toBeCloseTo(values[index] as number, 4);
      expect(exact?.predict(point).deviation).toBeLessThan(1e-3);
    }
    const far = exact?.predict(Float64Array.of(9, 9)).deviation ?? 0;
    expect(far).toBeGreaterThan(exact?.predict(Float64Array.of(0.5, 0.5)).deviation ?? 1);
  });

  it('finds hyperparameters no less likely than those of its grid, and which coordinate matters', () => {
    const random = seededRandom(4);
    const plane = Array.from({ length: 40 }, () => Float64Array.of(random(), random()));
    const wave = Float64Array.from(plane, ([x = 0]) => Math.sin(12 * x));
    const fitted = fitGaussianProcess(plane, wave);
    const [relevant = 0, irrelevant = 0] = fitted.hyperparameters.lengths;
    expect(irrelevant).toBeGreaterThan(4 * relevant);
    for (const length of [0.1, 0.4, 1.6]) {
      const other = conditioned(plane, wave, { lengths: [length, length], noise: 1e-4 });
      expect(fitted.logLikelihood).toBeGreaterThanOrEqual(other?.logLikelihood ?? Number.POSITIVE_INFINITY);
    }
  });

  it('can be fitted to any values, equal ones and repeated points among them', () => {
    const coordinate = fc.constantFrom(0, 0.25, 0.5, 1);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(coordinate, coordinate, fc.integer({ min: -3, max: 3 })), {
          minLength: 1,
          maxLength: 25,
        }),
        (rows) => {
          const fitted = fitGaussianProcess(
            rows.map(([x, y]) => Float64Array.of(x, y)),
            Float64Array.from(rows, ([, , value]) => value),
          );
          const { mean, deviation } = fitted.predict(Float64Array.of(0.3, 0.3));
          expect(Number.isFinite(mean)).toBe(true);
          expect(deviation).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('expected improvement', () => {
  it('is the mean gain over the best, by numerical integration', () => {
    for (const [mean, deviation, best] of [
      [0, 1, 0.5],
      [2, 0.3, 1],
      [-3, 1, 2],
      [1, 2, 1],
    ] as const) {
      const step = 1e-3;
      let sum = 0;
      for (let z = -12; z < 12; z += step) {
        const gain = Math.max(0, mean + deviation * (z + step / 2) - best);
        sum += (gain * Math.exp(-0.5 * (z + step / 2) ** 2) * step) / Math.sqrt(2 * Math.PI);
      }
      const value = expectedImprovement(mean, deviation, best);
      expect(Math.abs(value - sum)).toBeLessThan(1e-6 * Math.max(1, sum));
    }
  });

  it('is the sure gain without deviation, and never below it', () => {
    expect(expectedImprovement(3, 0, 1)).toBe(2);
    expect(expectedImprovement(1, 0, 3)).toBe(0);
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        (mean, deviation) => {
          const value = expectedImprovement(mean, deviation, 0);
          expect(value).toBeGreaterThanOrEqual(Math.max(0, mean) - 1e-12 * Math.abs(mean));
        },
      ),
    );
  });
});

/** What a series of returns looks like; what it cannot carry is null, and `problem` says why. */
export interface Moments {
  readonly observations: number;
  readonly mean: number | null;
  /** Sample standard deviation, divisor T - 1. */
  readonly deviation: number | null;
  /** Mean / deviation of one period: neither annual, nor above a risk-free rate. */
  readonly sharpe: number | null;
  /** Third standardised moment of the population, divisor T. */
  readonly skewness: number | null;
  /** Fourth standardised moment of the population, divisor T: 3 for a normal, not the excess over it. */
  readonly kurtosis: number | null;
  readonly problem: string | null;
}

/**
 * A deviation of at most this share of the mean is the rounding of returns that do not vary: those that
 * come from an equity curve carry errors of about 1e-16.
 */
const leastVariation = 1e-9;

/** Whether returns with this mean and variance vary by more than rounding. */
export function varies(mean: number, variance: number): boolean {
  return variance > (leastVariation * mean) ** 2;
}

/** Moments of the returns of one strategy, in two passes. */
export function momentsOf(returns: Float64Array): Moments {
  const observations = returns.length;
  const none = { observations, deviation: null, sharpe: null, skewness: null, kurtosis: null };
  if (observations === 0) return { ...none, mean: null, problem: 'there are no returns' };

  const mean = meanOf(returns);
  let squares = 0;
  let cubes = 0;
  let fourths = 0;
  for (let row = 0; row < observations; row++) {
    const deviation = (returns[row] as number) - mean;
    const square = deviation * deviation;
    squares += square;
    cubes += square * deviation;
    fourths += square * square;
  }
  if (!Number.isFinite(fourths)) {
    return { ...none, mean: null, problem: 'a return is not a finite number of a usual size' };
  }
  if (observations === 1) return { ...none, mean, problem: 'one return has no deviation' };
  const variance = squares / (observations - 1);
  if (!varies(mean, variance)) return { ...none, mean, deviation: 0, problem: 'the returns do not vary' };

  const deviation = Math.sqrt(variance);
  const population = squares / observations;
  return {
    observations,
    mean,
    deviation,
    sharpe: mean / deviation,
    skewness: cubes / observations / population ** 1.5,
    kurtosis: fourths / observations / population ** 2,
    problem: null,
  };
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row] as number;
  return sum / values.length;
}

/** A deviation at or below this is one of rounding errors, which would be taken for endless skill. */
export const leastDeviation = 1e-12;

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum / values.length;
}

/** Standard deviation with divisor n - 1. */
export function sampleDeviation(values: Float64Array, mean: number = meanOf(values)): number {
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += ((values[index] as number) - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/** A rate a year as that of one of `periodsPerYear` periods, compounded. */
export function ratePerPeriod(ratePerYear: number, periodsPerYear: number): number {
  return (1 + ratePerYear) ** (1 / periodsPerYear) - 1;
}

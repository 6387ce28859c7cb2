/**
 * Quantile of ascending values, between neighbours on a straight line: definition 7 of Hyndman and Fan,
 * "Sample quantiles in statistical packages" (The American Statistician 50, 1996). NaN without values.
 */
export function quantileOf(ascending: Float64Array, probability: number): number {
  if (ascending.length === 0) return Number.NaN;
  const place = probability * (ascending.length - 1);
  const below = Math.floor(place);
  const lower = ascending[below] as number;
  const upper = ascending[Math.min(below + 1, ascending.length - 1)] as number;
  return lower + (place - below) * (upper - lower);
}

/*
 * ln 2 in two parts, of which the first times a whole number up to 2048 is exact, and the coefficients of
 * the series below.
 */
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const c1 = 0.6666666666666735;
const c2 = 0.3999999999940942;
const c3 = 0.2857142874366239;
const c4 = 0.22222198432149784;
const c5 = 0.1818357216161805;
const c6 = 0.15313837699209373;
const c7 = 0.14798198605116586;

/**
 * Natural logarithm, within 1 unit in the last place, from operations that are exact by IEEE 754: the same
 * to the bit in every engine, which `Math.log` need not be. NaN below 0, -Infinity of 0.
 *
 * The method of fdlibm (Sun Microsystems 1993, e_log): x = 2^k (1 + f) with 1 + f between the roots of
 * 1/2 and 2; with s = f / (2 + f), ln(1 + f) = f - s (f - R), R a polynomial in s^2 whose error is below
 * 2^-58.45.
 */
export function naturalLogarithm(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = 0;
  let mantissa = x;
  // Powers of two: every step is exact.
  while (mantissa > 4_294_967_296) {
    mantissa /= 4_294_967_296;
    k += 32;
  }
  while (mantissa < 1 / 4_294_967_296) {
    mantissa *= 4_294_967_296;
    k -= 32;
  }
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    k++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    k--;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const remainder = z * (c1 + w * (c3 + w * (c5 + w * c7))) + w * (c2 + w * (c4 + w * c6));
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + remainder) + k * ln2Low) - f);
}

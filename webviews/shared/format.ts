/**
 * How numbers and times are written for people: the same on every machine, whatever its locale.
 * What is not a finite number is written as `notAvailable`.
 */

export const notAvailable = 'not available';

/** `1234567.891` with 2 decimals is `1,234,567.89`; a rounded zero has no sign. */
export function formatNumber(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return notAvailable;
  if (Math.abs(value) >= 1e21) return value.toExponential(6);
  const digits = Math.abs(value).toFixed(decimals);
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && /[1-9]/.test(digits) ? '-' : '';
  return fraction === undefined ? `${sign}${grouped}` : `${sign}${grouped}.${fraction}`;
}

/** An amount in the account's currency, to the hundredth. */
export function formatMoney(value: number): string {
  return formatNumber(value, 2);
}

/** A fraction as percent: `0.1234` is `12.34%`. */
export function formatPercent(fraction: number, decimals = 2): string {
  const text = formatNumber(fraction * 100, decimals);
  return text === notAvailable ? text : `${text}%`;
}

/** Puts a `+` before a formatted number above zero. */
export function withSign(text: string): string {
  return /^[^-]*[1-9]/.test(text) ? `+${text}` : text;
}

/** A number with up to 8 significant digits and no trailing zeros, for quantities and parameters. */
export function formatCompact(value: number): string {
  if (!Number.isFinite(value)) return notAvailable;
  const rounded = Number(value.toPrecision(8));
  const shortest = String(rounded);
  if (shortest.includes('e')) return shortest;
  return formatNumber(rounded, shortest.split('.')[1]?.length ?? 0);
}

/** Decimals at which prices up to `largest` show six significant digits, at least 2 and at most 12. */
export function priceDecimals(largest: number): number {
  if (!Number.isFinite(largest) || largest <= 0) return 2;
  const exponent = Number(largest.toExponential().split('e')[1]);
  return Math.min(12, Math.max(2, 5 - exponent));
}

/** UTC milliseconds as `YYYY-MM-DD HH:mm`. */
export function formatTime(time: number): string {
  if (!(Math.abs(time) <= 8.64e15)) return notAvailable;
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, '');
}

/** `+1,234.5%` as a number; NaN for what does not start with one. */
function numberOf(text: string): number {
  return Number.parseFloat(text.replaceAll(',', ''));
}

/**
 * Order of two cells' texts, below 0 when `a` comes first. As numbers, what is none comes last in
 * either direction.
 */
export function compareCells(a: string, b: string, kind: 'number' | 'text', direction: 1 | -1): number {
  if (kind === 'text') return direction * (a < b ? -1 : a > b ? 1 : 0);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  return direction * (x - y);
}

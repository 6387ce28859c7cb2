/** What stands in place of a label's value that came after there were too many. */
export const otherLabel = 'other';

const longestValue = 64;

/** A label's value: short, on one line, never empty. */
export function labelValue(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, longestValue);
  return line === '' ? 'none' : line;
}

/**
 * Keeps the values of a label few: the first `most` different ones stand for themselves, all that come later
 * are `other`. Every value is a series of its own for ever, and some of them callers make up.
 */
export function boundedLabel(most: number): (text: string) => string {
  const known = new Set<string>();
  return (text) => {
    const value = labelValue(text);
    if (known.has(value)) return value;
    if (known.size >= most) return otherLabel;
    known.add(value);
    return value;
  };
}

/**
 * Sums of `rows` by two labels, with the `most` largest values of the second by themselves and the sum of all
 * others as `other`: for what is read anew each time, where who was first does not matter.
 */
export function largestByLabel(
  rows: readonly { readonly first: string; readonly second: string; readonly value: number }[],
  most: number,
): { readonly first: string; readonly second: string; readonly value: number }[] {
  const totals = new Map<string, number>();
  for (const { second, value } of rows) {
    const name = labelValue(second);
    totals.set(name, (totals.get(name) ?? 0) + value);
  }
  const kept = new Set(
    [...totals]
      .toSorted(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
      .slice(0, most)
      .map(([name]) => name),
  );
  const sums = new Map<string, { first: string; second: string; value: number }>();
  for (const { first, second, value } of rows) {
    const name = labelValue(second);
    const row = { first: labelValue(first), second: kept.has(name) ? name : otherLabel, value };
    const key = JSON.stringify([row.first, row.second]);
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, row);
    else sum.value += value;
  }
  return [...sums.values()];
}

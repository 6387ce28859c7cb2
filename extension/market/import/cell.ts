/** One value of a row as its file has it: text, or what a file with typed columns holds. */
export type Cell = string | number | Date;

/** True for the ways in which exports write that there is no value; in data frames that is NaN. */
export function isAbsent(cell: Cell): boolean {
  if (typeof cell !== 'string') return Number.isNaN(cell);
  const first = cell.charCodeAt(0);
  // Nearly all cells begin with a digit; they need no closer look.
  if (first >= 48 && first <= 57) return false;
  return cell.length <= 6 && /^\s*(?:null|none|n\/a|na)?\s*$/i.test(cell);
}

/** A cell as text, such as CSV would hold it. */
export function cellText(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell);
  return Math.abs(cell.getTime()) <= 8.64e15 ? cell.toISOString() : 'no date';
}

/** The cell of a value from a typed column. */
export function cellOf(value: unknown): Cell {
  if (typeof value === 'number' || typeof value === 'string' || value instanceof Date) return value;
  if (typeof value === 'bigint') return Number(value);
  return value === null || value === undefined ? '' : String(value);
}

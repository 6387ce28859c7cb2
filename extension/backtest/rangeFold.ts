/** Bars of a block: folding a million of them by blocks takes well below a millisecond. */
const blockBars = 64;

/** Folds rows `from` to `to` of a column into `start`. NaN rows count as none. */
type FoldRows = (start: number, column: Float64Array, from: number, to: number) => number;

// One loop each, without a call for every row: these run over all bars when a run is opened.
const lowestRows: FoldRows = (start, column, from, to) => {
  let value = start;
  for (let row = from; row < to; row++) {
    const next = column[row] as number;
    if (next < value) value = next;
  }
  return value;
};
const highestRows: FoldRows = (start, column, from, to) => {
  let value = start;
  for (let row = from; row < to; row++) {
    const next = column[row] as number;
    if (next > value) value = next;
  }
  return value;
};
const sumRows: FoldRows = (start, column, from, to) => {
  let value = start;
  for (let row = from; row < to; row++) {
    const next = column[row] as number;
    if (!Number.isNaN(next)) value += next;
  }
  return value;
};

/** What a range of rows comes to, `to` not included. */
export interface RangeFold {
  over(from: number, to: number): number;
}

/**
 * A column whose rows are folded over any range without a look at each: the folds of whole blocks are kept,
 * and of whole blocks of those, so a range costs the rows and blocks at its ends, whatever its length.
 */
class FoldedColumn implements RangeFold {
  readonly #column: Float64Array;
  readonly #fold: FoldRows;
  readonly #start: number;
  readonly #blocks: FoldedColumn | undefined;

  constructor(column: Float64Array, fold: FoldRows, start: number) {
    this.#column = column;
    this.#fold = fold;
    this.#start = start;
    const count = Math.floor(column.length / blockBars);
    if (count === 0) return;
    const blocks = new Float64Array(count);
    for (let block = 0; block < count; block++) {
      blocks[block] = fold(start, column, block * blockBars, (block + 1) * blockBars);
    }
    this.#blocks = new FoldedColumn(blocks, fold, start);
  }

  over(from: number, to: number): number {
    return this.#foldInto(this.#start, from, to);
  }

  #foldInto(value: number, from: number, to: number): number {
    const fold = this.#fold;
    const column = this.#column;
    const first = Math.ceil(from / blockBars);
    const end = Math.floor(to / blockBars);
    if (this.#blocks === undefined || first >= end) return fold(value, column, from, to);
    const before = fold(value, column, from, first * blockBars);
    const inside = this.#blocks.#foldInto(before, first, end);
    return fold(inside, column, end * blockBars, to);
  }
}

/** Lowest row of a range; infinite where it has no number. */
export function lowestOf(column: Float64Array): RangeFold {
  return new FoldedColumn(column, lowestRows, Number.POSITIVE_INFINITY);
}

/** Highest row of a range; infinite where it has no number. */
export function highestOf(column: Float64Array): RangeFold {
  return new FoldedColumn(column, highestRows, Number.NEGATIVE_INFINITY);
}

export function sumOf(column: Float64Array): RangeFold {
  return new FoldedColumn(column, sumRows, 0);
}

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
 * so a range costs its blocks and the rows at its ends.
 */
class FoldedColumn implements RangeFold {
  readonly #column: Float64Array;
  readonly #fold: FoldRows;
  readonly #start: number;
  readonly #blocks: Float64Array;

  constructor(column: Float64Array, fold: FoldRows, start: number) {
    this.#column = column;
    this.#fold = fold;
    this.#start = start;
    const count = Math.floor(column.length / blockBars);
    this.#blocks = new Float64Array(count);
    for (let block = 0; block < count; block++) {
      this.#blocks[block] = fold(start, column, block * blockBars, (block + 1) * blockBars);
    }
  }

  over(from: number, to: number): number {
    const fold = this.#fold;
    const column = this.#column;
    const first = Math.ceil(from / blockBars);
    const end = Math.floor(to / blockBars);
    if (first >= end) return fold(this.#start, column, from, to);
    const before = fold(this.#start, column, from, first * blockBars);
    return fold(fold(before, this.#blocks, first, end), column, end * blockBars, to);
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

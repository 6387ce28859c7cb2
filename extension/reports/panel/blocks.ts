/** Bars of a block: folding a million of them by blocks takes less than a millisecond. */
const blockBars = 128;

type Fold = (a: number, b: number) => number;

/** The smaller of two numbers; NaN counts as none. */
function smaller(a: number, b: number): number {
  return b < a || Number.isNaN(a) ? b : a;
}

/** The larger of two numbers; NaN counts as none. */
function larger(a: number, b: number): number {
  return b > a || Number.isNaN(a) ? b : a;
}

/**
 * A column whose rows are folded over any range without a look at each: folds of whole blocks are kept, so
 * a range costs its blocks and the rows at its ends. NaN rows count as none.
 */
class FoldedColumn {
  readonly #column: Float64Array;
  readonly #fold: Fold;
  readonly #start: number;
  readonly #blocks: Float64Array;

  constructor(column: Float64Array, fold: Fold, start: number) {
    this.#column = column;
    this.#fold = fold;
    this.#start = start;
    const count = Math.floor(column.length / blockBars);
    this.#blocks = new Float64Array(count);
    for (let block = 0; block < count; block++) {
      this.#blocks[block] = this.#rows(start, block * blockBars, (block + 1) * blockBars);
    }
  }

  /** The fold of rows `from` to `to`, `to` not included. */
  over(from: number, to: number): number {
    const firstBlock = Math.ceil(from / blockBars);
    const endBlock = Math.floor(to / blockBars);
    if (firstBlock >= endBlock) return this.#rows(this.#start, from, to);
    let value = this.#rows(this.#start, from, firstBlock * blockBars);
    const blocks = this.#blocks;
    const fold = this.#fold;
    for (let block = firstBlock; block < endBlock; block++) value = fold(value, blocks[block] as number);
    return this.#rows(value, endBlock * blockBars, to);
  }

  #rows(start: number, from: number, to: number): number {
    const column = this.#column;
    const fold = this.#fold;
    let value = start;
    for (let row = from; row < to; row++) value = fold(value, column[row] as number);
    return value;
  }
}

/** What a range of rows comes to; NaN where it has no number. */
export interface RangeFold {
  over(from: number, to: number): number;
}

export function lowestOf(column: Float64Array): RangeFold {
  return new FoldedColumn(column, smaller, Number.NaN);
}

export function highestOf(column: Float64Array): RangeFold {
  return new FoldedColumn(column, larger, Number.NaN);
}

export function sumOf(column: Float64Array): RangeFold {
  return new FoldedColumn(column, (a, b) => (Number.isNaN(b) ? a : a + b), 0);
}

/** Rows of the first block, and of each later one: small runs stay small, and a block is never moved. */
const firstRows = 64;
const laterRows = 1024;

/** A table of numbers that grows by blocks: a larger array in place of the last would be copied at each growth. */
export class NumberTable {
  readonly width: number;
  rows = 0;
  readonly #blocks: Float64Array[];
  #block = 0;
  #values: Float64Array;
  #next = 0;

  constructor(width: number) {
    this.width = width;
    this.#values = new Float64Array(width * firstRows);
    this.#blocks = [this.#values];
  }

  /** Makes room for one more row and returns the offset of its first number in `lastBlock`. */
  add(): number {
    if (this.#next === this.#values.length) this.#nextBlock();
    const offset = this.#next;
    this.#next = offset + this.width;
    this.rows++;
    return offset;
  }

  /** The block of the row added last. */
  get lastBlock(): Float64Array {
    return this.#values;
  }

  /** The rows as one array, which stays valid until the next `add`. */
  get used(): Float64Array {
    const last = this.#values.subarray(0, this.#next);
    if (this.#block === 0) return last;
    const all = new Float64Array(this.rows * this.width);
    let offset = 0;
    for (let block = 0; block < this.#block; block++) {
      const values = this.#blocks[block] as Float64Array;
      all.set(values, offset);
      offset += values.length;
    }
    all.set(last, offset);
    return all;
  }

  clear(): void {
    this.rows = 0;
    this.#next = 0;
    this.#block = 0;
    this.#values = this.#blocks[0] as Float64Array;
  }

  #nextBlock(): void {
    this.#block++;
    this.#blocks[this.#block] ??= new Float64Array(this.width * laterRows);
    this.#values = this.#blocks[this.#block] as Float64Array;
    this.#next = 0;
  }
}

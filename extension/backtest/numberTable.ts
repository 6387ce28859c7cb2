/** A table of numbers that grows by doubling, so that adding a row allocates nothing as a rule. */
export class NumberTable {
  readonly width: number;
  rows = 0;
  #values: Float64Array;

  constructor(width: number, rows = 64) {
    this.width = width;
    this.#values = new Float64Array(width * rows);
  }

  /** Makes room for one more row and returns the offset of its first number in `values`. */
  add(): number {
    const offset = this.rows * this.width;
    if (offset + this.width > this.#values.length) {
      const larger = new Float64Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.rows++;
    return offset;
  }

  get values(): Float64Array {
    return this.#values;
  }

  /** The rows as one array, which stays valid until the next `add`. */
  get used(): Float64Array {
    return this.#values.subarray(0, this.rows * this.width);
  }

  clear(): void {
    this.rows = 0;
  }
}

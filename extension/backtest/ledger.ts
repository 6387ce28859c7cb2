import type { ExitReason, Rejection, Trade } from '../contracts/backtest.ts';

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

/** Why a fill happened; the index is the code in the fills table. */
export const fillReasons = ['entry', 'signal', 'reverse', 'stop-loss', 'take-profit', 'bankrupt'] as const;
export type FillReason = (typeof fillReasons)[number];

const reasonCodes = Object.fromEntries(fillReasons.map((reason, code) => [reason, code])) as Readonly<
  Record<FillReason, number>
>;

const rejectionsKept = 100;

/** Columns of the fills table: bar, time, signed quantity, price, fee, cash after, order id, reason. */
export const fillWidth = 8;

/** What happened in a run: every fill, every closed trade, every rejected order. */
export class Ledger {
  readonly fills = new NumberTable(fillWidth);
  readonly trades: Trade[] = [];
  readonly rejections: Rejection[] = [];
  rejected = 0;

  addFill(
    bar: number,
    time: number,
    signedQuantity: number,
    price: number,
    fee: number,
    cashAfter: number,
    orderId: number,
    reason: FillReason,
  ): void {
    const offset = this.fills.add();
    const values = this.fills.values;
    values[offset] = bar;
    values[offset + 1] = time;
    values[offset + 2] = signedQuantity;
    values[offset + 3] = price;
    values[offset + 4] = fee;
    values[offset + 5] = cashAfter;
    values[offset + 6] = orderId;
    values[offset + 7] = reasonCodes[reason];
  }

  addRejection(time: number, reason: Rejection['reason']): void {
    this.rejected++;
    if (this.rejections.length < rejectionsKept) this.rejections.push({ time, reason });
  }
}

export type CloseReason = Exclude<ExitReason, 'open'>;

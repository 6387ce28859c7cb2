/** One measured number. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is compared with, measured in the same run and unit; null where there is nothing. */
  readonly reference: number | null;
  /** value / reference. */
  readonly ratio: number | null;
}

/** What each file `*.bench.ts` of this folder exports as `group`. */
export interface BenchGroup {
  readonly name: string;
  run(): Promise<BenchResult[]>;
}

import { seededRandom } from '../../../../extension/backtest/random.ts';
import { normalQuantile } from '../../../../extension/evaluation/statistics/normal.ts';

/** Normal numbers from a seed. */
export function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => normalQuantile(random() || 0.5);
}

export interface NoiseOptions {
  readonly mean?: number;
  readonly deviation?: number;
  /** Correlation with the value before. */
  readonly memory?: number;
}

/** A series of normal returns, one after the other dependent on the last by `memory`. */
export function noise(seed: number, rows: number, options: NoiseOptions = {}): Float64Array {
  const { mean = 0, deviation = 0.01, memory = 0 } = options;
  const next = normals(seed);
  let state = next();
  return Float64Array.from({ length: rows }, () => {
    state = memory * state + Math.sqrt(1 - memory ** 2) * next();
    return mean + deviation * state;
  });
}

/** Columns of independent noise. */
export function noiseColumns(seed: number, width: number, rows: number, options?: NoiseOptions) {
  return Array.from({ length: width }, (_, index) => noise(seed * 1000 + index, rows, options));
}

/** The Sharpe ratio as one writes it down, divisor n - 1. */
export function literalSharpe(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean / Math.sqrt(squares / (values.length - 1));
}

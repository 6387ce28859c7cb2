import type { BarRange } from './ranges.ts';

/** Bars that choose a parameter set, and bars that judge the choice; ascending, and none in both. */
export interface Fold {
  readonly train: readonly BarRange[];
  readonly test: readonly BarRange[];
}

/** A test range of a fold, by its place in the fold. */
export interface Piece {
  readonly fold: number;
  readonly test: number;
}

/** A way to validate: folds, and the histories that their test ranges make, each in order of time. */
export interface Scheme {
  readonly folds: readonly Fold[];
  /** In each path no bar comes twice. */
  readonly paths: readonly (readonly Piece[])[];
}

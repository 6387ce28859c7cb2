/**
 * A figure of the bars on which a choice was made, and its twin of bars that the choice did not see. The
 * first says nothing by itself, so that no type of this room has it alone.
 */
export interface Twin<T> {
  readonly inSample: T;
  readonly outOfSample: T;
}

/** How rows are drawn so that their dependence on the rows before them is kept. */
export interface Resampling {
  /**
   * `stationary`: blocks of geometric length, Politis and Romano, "The stationary bootstrap" (JASA 89, 1994);
   * `circular`: blocks of one length, Politis and Romano (1992). In both a block that reaches the last row goes
   * on with the first.
   */
  readonly method: 'stationary' | 'circular';
  /** Rows of a block: the mean, which is 1 / q in the paper, or the length itself. */
  readonly blockLength: number;
}

/** Draws one resample of `rows` rows and names each of them in turn. */
export function drawRows(
  rows: number,
  { method, blockLength }: Resampling,
  random: () => number,
  take: (row: number) => void,
): void {
  const logStay = Math.log(1 - 1 / blockLength);
  for (let left = rows; left > 0; ) {
    let row = Math.floor(random() * rows);
    // Geometric by inversion: P(length > k) = (1 - q)^k. With q = 1 the logarithm is infinite, the length 1.
    const length =
      method === 'circular' ? Math.round(blockLength) : 1 + Math.floor(Math.log(1 - random()) / logStay);
    const end = left - Math.min(left, length);
    for (; left > end; left--) {
      take(row);
      row = row + 1 < rows ? row + 1 : 0;
    }
  }
}

/** Resamples whose sums are taken in one pass over a column. */
export const resamplesAtOnce = 4;

/**
 * Draws four resamples at once and counts how often each holds each row.
 * @param counts of row t in resample j at 4 t + j; what it held is overwritten
 */
export function countRows(resampling: Resampling, random: () => number, counts: Float64Array): void {
  counts.fill(0);
  for (let resample = 0; resample < resamplesAtOnce; resample++) {
    drawRows(counts.length / resamplesAtOnce, resampling, random, (row) => {
      const place = row * resamplesAtOnce + resample;
      counts[place] = (counts[place] as number) + 1;
    });
  }
}

/** Sums of the values in each of the four resamples that `counts` holds. */
export function resampledSums(values: Float64Array, counts: Float64Array): [number, number, number, number] {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let row = 0, place = 0; row < values.length; row++, place += resamplesAtOnce) {
    const value = values[row] as number;
    first += value * (counts[place] as number);
    second += value * (counts[place + 1] as number);
    third += value * (counts[place + 2] as number);
    fourth += value * (counts[place + 3] as number);
  }
  return [first, second, third, fourth];
}

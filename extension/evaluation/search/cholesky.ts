/**
 * Lower triangular matrices in packed rows: row `i` begins at `i * (i + 1) / 2` and has `i + 1` values.
 * A row more leaves the rows before it where they are.
 */
export type LowerTriangle = Float64Array;

const rowAt = (row: number): number => (row * (row + 1)) / 2;

/**
 * Row `row` of the Cholesky factor, from that row of the matrix in its place and the rows of the factor
 * above it.
 * @returns false where the matrix is not positive definite to working precision
 */
function factorRow(factor: LowerTriangle, row: number): boolean {
  const start = rowAt(row);
  for (let column = 0; column <= row; column++) {
    const other = rowAt(column);
    let sum = factor[start + column] as number;
    for (let k = 0; k < column; k++) sum -= (factor[start + k] as number) * (factor[other + k] as number);
    if (column < row) {
      factor[start + column] = sum / (factor[other + column] as number);
      continue;
    }
    if (!(sum > 0)) return false;
    factor[start + column] = Math.sqrt(sum);
  }
  return true;
}

/**
 * The Cholesky factor L of a symmetric matrix A = L L' (Golub and Van Loan, Matrix Computations, section
 * 4.2), in place of `matrix`, the lower triangle of A.
 * @returns false where A is not positive definite to working precision
 */
export function factorise(matrix: LowerTriangle, size: number): boolean {
  for (let row = 0; row < size; row++) if (!factorRow(matrix, row)) return false;
  return true;
}

/**
 * The factor of a matrix with one row more.
 * @param row the new row of the matrix, its diagonal last
 * @returns null where the larger matrix is not positive definite to working precision
 */
export function extended(factor: LowerTriangle, size: number, row: Float64Array): LowerTriangle | null {
  const larger = new Float64Array(rowAt(size + 1));
  larger.set(factor.subarray(0, rowAt(size)));
  larger.set(row, rowAt(size));
  return factorRow(larger, size) ? larger : null;
}

/** Solves L x = b in place of `vector`, which has one value a row. */
export function solveLower(factor: LowerTriangle, vector: Float64Array): void {
  let at = 0;
  for (let row = 0; row < vector.length; row++) {
    let sum = vector[row] as number;
    for (let column = 0; column < row; column++) {
      sum -= (factor[at++] as number) * (vector[column] as number);
    }
    vector[row] = sum / (factor[at++] as number);
  }
}

/** Solves L' x = b in place of `vector`, which has one value a row. */
export function solveTransposed(factor: LowerTriangle, vector: Float64Array): void {
  for (let row = vector.length - 1; row >= 0; row--) {
    const start = rowAt(row);
    const value = (vector[row] as number) / (factor[start + row] as number);
    vector[row] = value;
    for (let column = 0; column < row; column++) {
      vector[column] = (vector[column] as number) - (factor[start + column] as number) * value;
    }
  }
}

/** Logarithm of the determinant of A = L L'. */
export function logDeterminant(factor: LowerTriangle, size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row++) sum += Math.log(factor[rowAt(row) + row] as number);
  return 2 * sum;
}

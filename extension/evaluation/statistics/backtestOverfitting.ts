import { LabError } from '../../contracts/errors.ts';
import { combinations } from './combinations.ts';
import { ruinRow } from './ruin.ts';

/** Blocks where none are given, as in the paper's examples. */
export const usualBlocks = 16;
/** Twenty blocks give 184,756 combinations; two more, four times as many. */
export const mostBlocks = 20;

/** Sums of squares keep half the digits: a variance of at most this share of the squared mean is rounding. */
const leastVariance = 1e-12;

export interface Degradation {
  readonly slope: number;
  readonly intercept: number;
  readonly rSquared: number;
}

/** Probability of backtest overfitting; what the sample cannot carry is null, and `reason` says why. */
export interface Overfitting {
  readonly blocks: number;
  readonly rowsPerBlock: number;
  /** Oldest rows left out so that the blocks are equal. */
  readonly droppedRows: number;
  readonly combinations: number;
  /** Share of combinations with a logit of at most 0, and of those below 0. */
  readonly le: number | null;
  readonly lt: number | null;
  /** Share of combinations in which the chosen column had a Sharpe ratio below 0, or was ruined, out of sample. */
  readonly probabilityOfLoss: number | null;
  /** Line of the chosen column's Sharpe ratio out of sample over the one in sample, where it was not ruined in either. */
  readonly degradation: Degradation | null;
  /** One for each combination, by the blocks in sample in lexicographic order. */
  readonly logits: readonly number[];
  readonly reason?: string;
}

/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation: Bailey, Borwein, López
 * de Prado and Zhu (2017), "The probability of backtest overfitting".
 *
 * The rows are parted into equal blocks. For each choice of half of them the column with the best Sharpe
 * ratio there (the first of equals) is ranked among all by its Sharpe ratio in the other half: rank 1 the
 * worst, equals share the mean of their ranks, w = rank / (N + 1), logit = ln(w / (1 - w)). A column that does
 * not vary in a half counts there as cash, with a Sharpe ratio of 0. A column that lost everything has no
 * returns behind its ruin: it is judged by the blocks before, and ranks last in the half that holds the ruin and
 * where it has no block before. Sums of x and x^2 of each block are enough; the rows are read once.
 * @param columns returns of equal length, oldest first, one column a trial
 * @throws LabError `usage` where `blocks` is no even number from 2 to 20
 */
export function backtestOverfitting(columns: readonly Float64Array[], blocks = usualBlocks): Overfitting {
  if (!(blocks >= 2 && blocks <= mostBlocks && blocks % 2 === 0)) {
    throw new LabError('usage', `Blocks come in an even number from 2 to ${mostBlocks}, not ${blocks}.`, {
      action: `Give ${usualBlocks} for example.`,
    });
  }
  const rows = columns[0]?.length ?? 0;
  const rowsPerBlock = Math.floor(rows / blocks);
  const droppedRows = rows - rowsPerBlock * blocks;
  const facts = { blocks, rowsPerBlock, droppedRows };
  const refuse = (reason: string): Overfitting => ({
    ...facts,
    combinations: 0,
    le: null,
    lt: null,
    probabilityOfLoss: null,
    degradation: null,
    logits: [],
    reason,
  });
  if (columns.length < 2) return refuse('a choice needs two columns');
  if (columns.some((column) => column.length !== rows)) return refuse('the columns differ in length');
  if (rowsPerBlock < 2) return refuse(`${rows} rows are fewer than 2 for each of ${blocks} blocks`);
  const ruins = columns.map(ruinRow);
  const sums = blockSums(columns, ruins, blocks, rowsPerBlock, droppedRows);
  if (!sums.every(Number.isFinite)) return refuse('a return is not a finite number of a usual size');
  if (columns.every(isConstant)) return refuse('no column varies');
  const ruinBlocks = ruins.map((row) =>
    row === null ? null : Math.floor((row - droppedRows) / rowsPerBlock),
  );
  return { ...facts, ...crossValidate(sums, ruinBlocks, blocks, rowsPerBlock) };
}

function isConstant(column: Float64Array): boolean {
  return column.every((value) => value === column[0]);
}

/** For each block a row of 2 N numbers: the columns' sums of returns, then their sums of squares; 0 behind a ruin. */
function blockSums(
  columns: readonly Float64Array[],
  ruins: readonly (number | null)[],
  blocks: number,
  rowsPerBlock: number,
  first: number,
): Float64Array {
  const width = columns.length;
  const table = new Float64Array(blocks * 2 * width);
  for (const [index, column] of columns.entries()) {
    const ruin = ruins[index] ?? column.length;
    for (let block = 0, row = first; block < blocks && row <= ruin; block++) {
      let sum = 0;
      let squares = 0;
      for (const end = row + rowsPerBlock; row < end; row++) {
        const value = column[row] as number;
        sum += value;
        squares += value * value;
      }
      table[block * 2 * width + index] = sum;
      table[(block * 2 + 1) * width + index] = squares;
    }
  }
  return table;
}

/** @param ruinBlocks of each column the block in which it lost everything, below 0 before the first; null for none */
function crossValidate(
  table: Float64Array,
  ruinBlocks: readonly (number | null)[],
  blocks: number,
  rowsPerBlock: number,
) {
  const width = ruinBlocks.length;
  const rows = (rowsPerBlock * blocks) / 2;
  const inside = new Float64Array(2 * width);
  const outside = new Float64Array(2 * width);
  const logits: number[] = [];
  let losses = 0;
  const chosenInside: number[] = [];
  const chosenOutside: number[] = [];
  const isInside = new Uint8Array(blocks);
  const rankedBy = (sums: Float64Array, index: number, side: number): number => {
    const ruin = ruinBlocks[index] as number | null;
    if (ruin === null) return sharpeOf(sums, width, index, rows);
    if (ruin < 0 || isInside[ruin] === side) return Number.NEGATIVE_INFINITY;
    let before = 0;
    for (let block = 0; block < ruin; block++) if (isInside[block] === side) before++;
    if (before === 0) return Number.NEGATIVE_INFINITY;
    return sharpeOf(sums, width, index, before * rowsPerBlock);
  };
  for (const chosen of combinations(blocks, blocks / 2)) {
    isInside.fill(0);
    for (const block of chosen) isInside[block] = 1;
    inside.fill(0);
    outside.fill(0);
    // Each half is added up by itself: taken from the whole, a half without trades would not be exactly 0.
    for (let block = 0; block < blocks; block++) {
      addRow(isInside[block] === 1 ? inside : outside, table, block * 2 * width);
    }
    let best = 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let index = 0; index < width; index++) {
      const sharpe = rankedBy(inside, index, 1);
      if (sharpe > largest) {
        largest = sharpe;
        best = index;
      }
    }
    const reached = rankedBy(outside, best, 0);
    let below = 0;
    let equal = 0;
    for (let index = 0; index < width; index++) {
      const sharpe = rankedBy(outside, index, 0);
      if (sharpe < reached) below++;
      else if (sharpe === reached) equal++;
    }
    const rank = below + (equal + 1) / 2;
    logits.push(Math.log(rank / (width + 1 - rank)));
    if (reached < 0) losses++;
    if (!Number.isFinite(largest) || !Number.isFinite(reached)) continue;
    chosenInside.push(largest);
    chosenOutside.push(reached);
  }
  const share = (values: readonly number[], holds: (value: number) => boolean): number =>
    values.filter(holds).length / values.length;
  return {
    combinations: logits.length,
    le: share(logits, (logit) => logit <= 0),
    lt: share(logits, (logit) => logit < 0),
    probabilityOfLoss: losses / logits.length,
    degradation: lineThrough(chosenInside, chosenOutside),
    logits,
  };
}

function addRow(into: Float64Array, table: Float64Array, from: number): void {
  for (let index = 0; index < into.length; index++) {
    into[index] = (into[index] as number) + (table[from + index] as number);
  }
}

/** Sharpe ratio per observation, divisor n - 1, from sums of x and x^2. */
function sharpeOf(sums: Float64Array, width: number, index: number, rows: number): number {
  const sum = sums[index] as number;
  const mean = sum / rows;
  const variance = ((sums[width + index] as number) - sum * mean) / (rows - 1);
  return variance > leastVariance * mean * mean ? mean / Math.sqrt(variance) : 0;
}

/** Least squares; null where every x is the same. */
function lineThrough(x: readonly number[], y: readonly number[]): Degradation | null {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const [index, value] of x.entries()) {
    const dx = value - meanX;
    const dy = (y[index] as number) - meanY;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  if (xx === 0) return null;
  const slope = xy / xx;
  return { slope, intercept: meanY - slope * meanX, rSquared: yy === 0 ? 1 : xy ** 2 / (xx * yy) };
}

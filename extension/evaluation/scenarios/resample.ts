import { seededRandom } from '../../backtest/random.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import { drawRows } from '../statistics/resampling.ts';

export interface ResampleOptions {
  readonly seed: number;
  /** Mean length of the blocks in bars; geometric. */
  readonly meanBlock: number;
}

/**
 * Draws a market from the shapes of recorded bars by the stationary bootstrap (Politis and Romano, "The
 * stationary bootstrap", JASA 89, 1994). A bar's shape is its open over the close before, its high, low and
 * close over its open, and its volume; drawn blocks of bars are chained from the first open on. What lies
 * within a block keeps its dependence; longer memory, the level of the price and the hour of the day are lost.
 * Times stay those of the record. At least two bars.
 */
export function resampleCandles(columns: CandleColumns, { seed, meanBlock }: ResampleOptions): CandleColumns {
  const { time, open, high, low, close, volume } = columns;
  const bars = time.length;
  const column = (): Float64Array => new Float64Array(bars);
  const drawn: CandleColumns = {
    time,
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let before = open[0] as number;
  let bar = 0;
  const resampling = { method: 'stationary', blockLength: meanBlock } as const;
  drawRows(bars, resampling, seededRandom(seed), (row) => {
    const opened = open[row] as number;
    // The first bar has no close before it, and opens at the close that it follows.
    const gap = row === 0 ? 1 : opened / (close[row - 1] as number);
    const factor = (before * gap) / opened;
    drawn.open[bar] = opened * factor;
    drawn.high[bar] = (high[row] as number) * factor;
    drawn.low[bar] = (low[row] as number) * factor;
    drawn.close[bar] = (close[row] as number) * factor;
    drawn.volume[bar] = volume[row] as number;
    before = drawn.close[bar] as number;
    bar++;
  });
  return drawn;
}

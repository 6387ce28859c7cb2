/** What a usual bar of a market does, as far as is known. */
export interface UsualScale {
  /** Usual standard deviation of a bar's move, and usual true range; 0 while nothing has moved. */
  readonly deviation: number;
  readonly range: number;
}

/** Mean of the absolute value over the deviation of a normal number: sqrt(2 / pi). */
const absoluteOverDeviation = 0.797_884_560_802_865_4;

/** Bars over which the range of the day is averaged before it is compared with the usual one. */
const localBars = 16;
/** Share of time in which the market is calmer than usual: low, so that wild months do not become usual. */
const quantile = 0.18;
/** The usual range lies below the mean range of calm bars by so much. */
const belowMean = 0.93;
/** Speed of the quantile's estimate, and the bars after which it slows down no more. */
const speed = 3;
const memoryBars = 1500;
/** Bars whose mean moves tell how true range and absolute move compare in these data. */
const ratioBars = 400;

/**
 * Follows the usual volatility of a market from bar to bar, in O(1), robustly: a low quantile of the locally
 * averaged true range, by stochastic approximation (Robbins and Monro, 1951) with steps relative to the
 * estimate. It makes the detector independent of price and timeframe, slow to take turmoil for usual and
 * quick to see that what came first was turmoil.
 */
export function createUsualScale(firstBars: number): {
  readonly add: (move: number, trueRange: number) => void;
  readonly current: () => UsualScale;
} {
  let bars = 0;
  let local = 0;
  let estimate = 0;
  let meanMove = 0;
  let meanRange = 0;
  return {
    add(move, trueRange) {
      bars++;
      local += (trueRange - local) * Math.max(2 / (localBars + 1), 1 / bars);
      const gain = Math.max(1 / ratioBars, 1 / bars);
      meanMove += (Math.abs(move) - meanMove) * gain;
      meanRange += (trueRange - meanRange) * gain;
      if (bars <= firstBars || estimate === 0) {
        estimate = meanRange;
        return;
      }
      const step = speed / Math.min(memoryBars, bars + 20);
      estimate *= local > estimate ? 1 + step * quantile : 1 - step * (1 - quantile);
    },
    current() {
      if (meanRange === 0 || meanMove === 0) return { deviation: 0, range: 0 };
      const range = belowMean * estimate;
      return { range, deviation: (range * meanMove) / (meanRange * absoluteOverDeviation) };
    },
  };
}

import type { SeriesWindow } from '../../contracts/backtestPanel.ts';
import { asOf, type OtherEquity } from './alignment.ts';
import { type Buckets, cutIntoBuckets, eachBucket } from './buckets.ts';
import { marksWithin } from './marks.ts';
import type { PreparedPlot, PreparedRun } from './preparedRun.ts';

export interface WindowRequest {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly buckets: number;
}

/**
 * The series of a run over a range of bars. Every extreme of the range is the extreme of a bucket.
 * @param other the run that stands beside it
 */
export function seriesWindow(
  run: PreparedRun,
  request: WindowRequest,
  other: OtherEquity | null = null,
): SeriesWindow {
  const { candles, equity } = run.evidence;
  const { folds } = run;
  const buckets = cutIntoBuckets(run.bars, request.from, request.to, request.buckets);
  const window: SeriesWindow = {
    from: buckets.from,
    to: buckets.to,
    barsPerBucket: buckets.barsPerBucket,
    time: [],
    lastTime: [],
    open: [],
    high: [],
    low: [],
    close: [],
    volume: [],
    equity: [],
    equityLow: [],
    equityHigh: [],
    hold: [],
    drawdown: [],
    plots: run.plots.map((plot) => plotWindow(plot, buckets)),
    otherEquity: other === null ? null : [],
    ...marksWithin(run.events, buckets, request.buckets),
  };
  const { hold } = run.evidence;
  const held = run.initialCash / (hold[0] ?? Number.NaN);
  eachBucket(buckets, (from, to) => {
    const close = candles.close[to - 1] as number;
    window.time.push(candles.time[from] as number);
    window.lastTime.push(candles.time[to - 1] as number);
    window.open.push(candles.open[from] as number);
    window.high.push(folds.high.over(from, to));
    window.low.push(folds.low.over(from, to));
    window.close.push(close);
    window.volume.push(folds.volume.over(from, to));
    window.equity.push(equity[to - 1] as number);
    window.equityLow.push(folds.equityLow.over(from, to));
    window.equityHigh.push(folds.equityHigh.over(from, to));
    window.hold.push(held * (hold[to - 1] as number));
    window.drawdown.push(folds.drawdown.over(from, to));
    if (other !== null) {
      window.otherEquity?.push(asOf(other, (candles.time[to - 1] as number) + run.barMilliseconds));
    }
  });
  return window;
}

function plotWindow({ values, low, high }: PreparedPlot, buckets: Buckets): SeriesWindow['plots'][number] {
  const window: SeriesWindow['plots'][number] = { low: [], high: [], last: [] };
  eachBucket(buckets, (from, to) => {
    window.low.push(finite(low.over(from, to)));
    window.high.push(finite(high.over(from, to)));
    window.last.push(lastNumber(values, from, to));
  });
  return window;
}

/** The last number of a range: at the end of a bucket a series may have none, as after a gap. */
function lastNumber(values: Float64Array, from: number, to: number): number | null {
  for (let bar = to - 1; bar >= from; bar--) {
    const value = finite(values[bar] as number);
    if (value !== null) return value;
  }
  return null;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import type { Trade } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import { type ChartData, maximumBuckets, type TradeMarker } from '../contracts/report.ts';

/** Beyond this many markers a chart is a smear: then one marker of a kind is kept in each bucket. */
const maximumMarkers = 2000;

/**
 * End index (excluded) of each of at most `buckets` groups of `count` rows. The first group is the
 * first row alone, so that a line through the groups' last rows starts and ends where the rows do.
 */
export function bucketEnds(count: number, buckets: number): number[] {
  if (count <= buckets) return Array.from({ length: count }, (_, index) => index + 1);
  return Array.from({ length: buckets }, (_, index) => 1 + Math.floor((index * (count - 1)) / (buckets - 1)));
}

function at(column: ArrayLike<number>, index: number): number {
  return column[index] ?? Number.NaN;
}

function extreme(
  column: ArrayLike<number>,
  ends: readonly number[],
  pick: (a: number, b: number) => number,
): number[] {
  let row = 0;
  return ends.map((end) => {
    let value = at(column, row);
    for (; row < end; row++) value = pick(value, at(column, row));
    return value;
  });
}

function last(column: ArrayLike<number>, ends: readonly number[]): number[] {
  return ends.map((end) => at(column, end - 1));
}

function drawdowns(equity: Float64Array, initialCash: number): Float64Array {
  let peak = initialCash;
  return equity.map((value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

function markersOf(trades: readonly Trade[]): TradeMarker[] {
  const markers: TradeMarker[] = [];
  for (const trade of trades) {
    const kind = trade.side === 'long' ? 'long-entry' : 'short-entry';
    markers.push({ time: trade.entryTime, price: trade.entryPrice, kind });
    if (trade.exitTime !== null && trade.exitPrice !== null) {
      const exit = trade.profit > 0 ? 'gain-exit' : 'loss-exit';
      markers.push({ time: trade.exitTime, price: trade.exitPrice, kind: exit });
    }
  }
  return markers.sort((a, b) => a.time - b.time);
}

/** The first marker of each kind in each bucket; `markers` and `times` rise in time. */
function thin(markers: readonly TradeMarker[], times: readonly number[]): TradeMarker[] {
  let bucket = 0;
  const seen = new Set<string>();
  return markers.filter((marker) => {
    while (bucket < times.length - 1 && at(times, bucket) < marker.time) {
      bucket++;
      seen.clear();
    }
    if (seen.has(marker.kind)) return false;
    seen.add(marker.kind);
    return true;
  });
}

/**
 * The charts of a run in at most `maximumBuckets` buckets that keep every extreme.
 * @param equity one value a candle, at its close
 * @param initialCash equity before the first candle
 * @param held what holding is worth at each candle, in any unit
 * @throws RangeError when `equity` has another length than the candles
 */
export function buildChartData(
  candles: CandleColumns,
  equity: Float64Array,
  trades: readonly Trade[],
  initialCash: number,
  held: Float64Array = candles.close,
): ChartData {
  const bars = candles.time.length;
  if (equity.length !== bars) {
    throw new RangeError(`equity must have one value a candle, ${bars}, was ${equity.length}`);
  }
  const ends = bucketEnds(bars, maximumBuckets);
  const time = last(candles.time, ends);
  const close = last(candles.close, ends);
  const heldAtFirst = at(held, 0);
  const all = markersOf(trades);
  const markers = all.length > maximumMarkers ? thin(all, time) : all;
  return {
    bars,
    time,
    low: extreme(candles.low, ends, Math.min),
    high: extreme(candles.high, ends, Math.max),
    close,
    equity: last(equity, ends),
    equityLow: extreme(equity, ends, Math.min),
    equityHigh: extreme(equity, ends, Math.max),
    hold: last(held, ends).map((worth) => (initialCash * worth) / heldAtFirst),
    drawdown: extreme(drawdowns(equity, initialCash), ends, Math.min),
    markers,
    markersLeftOut: all.length - markers.length,
  };
}

/** The same charts in at most `periods` rows, for a table that a person can read. */
export function coarsen(chart: ChartData, periods: number): ChartData {
  const ends = bucketEnds(chart.time.length, periods);
  return {
    ...chart,
    time: last(chart.time, ends),
    low: extreme(chart.low, ends, Math.min),
    high: extreme(chart.high, ends, Math.max),
    close: last(chart.close, ends),
    equity: last(chart.equity, ends),
    equityLow: extreme(chart.equityLow, ends, Math.min),
    equityHigh: extreme(chart.equityHigh, ends, Math.max),
    hold: last(chart.hold, ends),
    drawdown: extreme(chart.drawdown, ends, Math.min),
  };
}

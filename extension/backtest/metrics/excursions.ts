import type { Trade } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import { highestOf, lowestOf } from '../rangeFold.ts';
import { firstAtOrAfter } from '../timeIndex.ts';

/** How far prices went against and for each trade while it was open, as fractions of its entry price; NaN where unknown. */
export interface Excursions {
  readonly adverse: Float64Array;
  readonly favourable: Float64Array;
}

type TradedColumns = Pick<CandleColumns, 'time' | 'open' | 'high' | 'low' | 'close'>;

/** Looks at each bar of each trade up to this many looks a bar; then at blocks of bars. */
const looksPerBar = 4;

/**
 * Maximum adverse and favourable excursion of each trade (Sweeney 1997), from the prices that the position
 * surely lived through: its entry price; the whole entry bar where it was entered at that bar's open, the
 * bar's close alone where it was entered inside it; every bar between; the open of the exit bar; and the
 * exit price. What the exit bar did besides may have come after the exit and is left out. An open trade
 * lives through the last bar as a whole. Each is therefore a lower bound, at most the true excursion but
 * for the slippage of the exit price. However much the trades overlap, the time is linear in bars and trades.
 * @param trades of this one market; a time that is no bar's open gives NaN
 */
export function excursionsOf(trades: readonly Trade[], columns: TradedColumns): Excursions {
  const bars = columns.time.length;
  const adverse = new Float64Array(trades.length);
  const favourable = new Float64Array(trades.length);
  const barAt = barFinder(columns.time);
  const rangeOf = rangeFinder(trades, columns);
  for (let index = 0; index < trades.length; index++) {
    const trade = trades[index] as Trade;
    const { entryPrice } = trade;
    const entryBar = barAt(trade.entryTime);
    const exitBar = trade.exitTime === null ? bars : barAt(trade.exitTime);
    if (entryBar < 0 || exitBar < entryBar || !(entryPrice > 0)) {
      adverse[index] = Number.NaN;
      favourable[index] = Number.NaN;
      continue;
    }
    const isInside = trade.entryInsideBar === true;
    const range = rangeOf(isInside ? entryBar + 1 : entryBar, exitBar);
    const first = isInside && entryBar < exitBar ? (columns.close[entryBar] as number) : entryPrice;
    const last = entryBar < exitBar && exitBar < bars ? (columns.open[exitBar] as number) : entryPrice;
    const exit = trade.exitPrice ?? entryPrice;
    const down = (entryPrice - Math.min(entryPrice, range.low, first, last, exit)) / entryPrice;
    const up = (Math.max(entryPrice, range.high, first, last, exit) - entryPrice) / entryPrice;
    adverse[index] = trade.side === 'long' ? down : up;
    favourable[index] = trade.side === 'long' ? up : down;
  }
  return { adverse, favourable };
}

/**
 * Excursions of trades in several markets, each on the bars of its own.
 * @param markets in the order by whose numbers the trades name them
 */
export function excursionsIn(trades: readonly Trade[], markets: readonly TradedColumns[]): Excursions {
  const [only] = markets;
  if (markets.length === 1 && only !== undefined) return excursionsOf(trades, only);
  const adverse = new Float64Array(trades.length);
  const favourable = new Float64Array(trades.length);
  for (const [market, columns] of markets.entries()) {
    const indexes = trades.flatMap((trade, index) => ((trade.market ?? 0) === market ? [index] : []));
    const own = excursionsOf(
      indexes.map((index) => trades[index] as Trade),
      columns,
    );
    for (const [place, index] of indexes.entries()) {
      adverse[index] = own.adverse[place] as number;
      favourable[index] = own.favourable[place] as number;
    }
  }
  return { adverse, favourable };
}

/** The trades with their excursions; those of which nothing is known as they are. */
export function withExcursions(trades: readonly Trade[], { adverse, favourable }: Excursions): Trade[] {
  return trades.map((trade, index) => {
    const [against, towards] = [adverse[index] as number, favourable[index] as number];
    if (Number.isNaN(against)) return trade;
    return { ...trade, adverseExcursion: against, favourableExcursion: towards };
  });
}

/** Finds the bar that opens at a time, -1 where none does: by counting where bars stand evenly, else by a search. */
function barFinder(time: Float64Array): (wanted: number) => number {
  const bars = time.length;
  const first = time[0] ?? 0;
  const step = bars < 2 ? 1 : ((time[bars - 1] as number) - first) / (bars - 1);
  return (wanted) => {
    const guess = Math.round((wanted - first) / step);
    if (time[guess] === wanted) return guess;
    const bar = firstAtOrAfter(time, wanted);
    return time[bar] === wanted ? bar : -1;
  };
}

interface PriceRange {
  readonly low: number;
  readonly high: number;
}

/** Finds the lowest low and highest high of a range of bars; infinite where it is empty. */
function rangeFinder(
  trades: readonly Trade[],
  { low, high }: TradedColumns,
): (from: number, to: number) => PriceRange {
  const looks = trades.reduce((sum, trade) => sum + trade.bars, 0);
  if (looks <= looksPerBar * low.length) return (from, to) => rangeBetween(low, high, from, to);
  const [lows, highs] = [lowestOf(low), highestOf(high)];
  return (from, to) => ({ low: lows.over(from, to), high: highs.over(from, to) });
}

function rangeBetween(low: Float64Array, high: Float64Array, from: number, to: number): PriceRange {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (let bar = from; ; bar++) {
    bar = firstBeyond(low, high, lowest, highest, bar, to);
    if (bar >= to) return { low: lowest, high: highest };
    lowest = Math.min(lowest, low[bar] as number);
    highest = Math.max(highest, high[bar] as number);
  }
}

/** First bar from `from` to before `to` that goes below `lowest` or above `highest`; `to` without one. */
function firstBeyond(
  low: Float64Array,
  high: Float64Array,
  lowest: number,
  highest: number,
  from: number,
  to: number,
): number {
  let bar = from;
  while (bar < to && !((low[bar] as number) < lowest || (high[bar] as number) > highest)) bar++;
  return bar;
}

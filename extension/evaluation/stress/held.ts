import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { Trade } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import type { HeldTrade } from '../statistics/randomEntryBaseline.ts';

/**
 * Return of each closed trade as a fraction of the equity at the close before its entry, in order of exit.
 * A trade that was entered at an equity of 0 or less has none and is left out.
 * @param cash equity before the first bar
 */
export function tradeReturns(
  trades: readonly Trade[],
  time: Float64Array,
  equity: Float64Array,
  cash: number,
): Float64Array {
  const returns = trades.flatMap(({ entryTime, exitTime, profit }) => {
    if (exitTime === null) return [];
    const entry = firstAtOrAfter(time, entryTime);
    const before = entry === 0 ? cash : (equity[entry - 1] as number);
    return before > 0 ? [profit / before] : [];
  });
  return Float64Array.from(returns);
}

/** The market's return of each bar: from the close before to its own; of the first from its open. */
export function barReturns({ open, close }: Pick<CandleColumns, 'open' | 'close'>): Float64Array {
  return close.map((price, bar) => price / ((bar === 0 ? open[0] : close[bar - 1]) as number) - 1);
}

/** How trades end at an open; all other ends come from inside a bar, or from an open that nobody knew before. */
const endsAtOpen: ReadonlySet<Trade['exitReason']> = new Set(['signal', 'reverse']);

/**
 * The side held at the open of each bar, to be multiplied with the bar's return: 1 long, -1 short, 0 out. A
 * bar inside which a trade was entered does not count, and one inside which it ended counts as a whole. So
 * nothing that happens inside a bar decides whether the bar counts: else a stop would drop the very bars that
 * reach it, and a market without any drift would seem to reward it.
 */
export function heldSides(trades: readonly Trade[], time: Float64Array): Float64Array {
  const change = new Float64Array(time.length + 2);
  const insideEntries = new Set(
    trades.filter(({ entryInsideBar }) => entryInsideBar).map(({ entryTime }) => entryTime),
  );
  for (const { side, entryTime, entryInsideBar, exitTime, exitReason } of trades) {
    const direction = side === 'long' ? 1 : -1;
    const entry = firstAtOrAfter(time, entryTime) + (entryInsideBar ? 1 : 0);
    const isWhole = exitTime !== null && (!endsAtOpen.has(exitReason) || isTurned(exitReason, exitTime));
    const exit = exitTime === null ? time.length : firstAtOrAfter(time, exitTime) + (isWhole ? 1 : 0);
    if (exit <= entry) continue;
    change[entry] = (change[entry] as number) + direction;
    change[exit] = (change[exit] as number) - direction;
  }
  let lots = 0;
  return Float64Array.from(time, (_, bar) => {
    lots += change[bar] as number;
    return Math.sign(lots);
  });

  /** True where the trade was turned into its opposite inside a bar. */
  function isTurned(exitReason: Trade['exitReason'], exitTime: number): boolean {
    return exitReason === 'reverse' && insideEntries.has(exitTime);
  }
}

/** Bars in a row with one side, as trades that stand side by side. */
export function heldTrades(sides: Float64Array): HeldTrade[] {
  const held: HeldTrade[] = [];
  for (let entry = 0; entry < sides.length; ) {
    const direction = sides[entry] as number;
    let end = entry + 1;
    while (end < sides.length && sides[end] === direction) end++;
    if (direction === 1 || direction === -1) held.push({ entry, bars: end - entry, direction });
    entry = end;
  }
  return held;
}

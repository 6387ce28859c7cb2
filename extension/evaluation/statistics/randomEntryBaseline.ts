import { seededRandom } from '../../backtest/random.ts';
import { type Baseline, judgeAgainst, noBaseline } from './baseline.ts';
import { tooFew } from './measured.ts';
import type { Computation } from './progress.ts';
import { shuffle } from './shuffle.ts';

/** A trade that holds the returns of `bars` bars, the first of them at index `entry`. */
export interface HeldTrade {
  readonly entry: number;
  readonly bars: number;
  readonly direction: 1 | -1;
}

export interface RandomEntryInput {
  /** The market's return of each bar, each above -1. */
  readonly returns: Float64Array;
  readonly trades: readonly HeldTrade[];
  readonly runs: number;
  readonly seed: number;
}

/**
 * Whether the entries were better than chance: the mean return of the trades against that of the same number
 * of trades with the same holding times and directions, placed at random on the same market without
 * overlap, every placing and order equally likely. Each trade has the same stake: direction times (product of
 * 1 + return, less 1). Costs are the same for all and left out. Unavailable below 30 trades, and where the
 * trades cannot stand side by side.
 */
export function* randomEntryBaseline(input: RandomEntryInput): Computation<Baseline> {
  const { returns, trades, runs, seed } = input;
  const reason = problemOf(input);
  if (reason !== null) return noBaseline(runs, seed, reason);
  const random = seededRandom(seed);
  // Sums of logarithms up to each bar: what any stretch of bars made is then one difference.
  const growth = new Float64Array(returns.length + 1);
  for (const [bar, value] of returns.entries()) growth[bar + 1] = (growth[bar] as number) + Math.log1p(value);
  const gainOf = ({ bars, direction }: HeldTrade, entry: number): number =>
    direction * Math.expm1((growth[entry + bars] as number) - (growth[entry] as number));

  const observed = trades.reduce((sum, trade) => sum + gainOf(trade, trade.entry), 0) / trades.length;
  const order = Float64Array.from(trades, (_, place) => place);
  const free = returns.length - trades.reduce((sum, { bars }) => sum + bars, 0);
  const gaps = new Float64Array(trades.length);
  return yield* judgeAgainst(observed, runs, seed, () => {
    shuffle(order, random);
    placeGaps(gaps, free, random);
    let sum = 0;
    let held = 0;
    for (const [place, index] of order.entries()) {
      const trade = trades[index] as HeldTrade;
      sum += gainOf(trade, held + (gaps[place] as number));
      held += trade.bars;
    }
    return sum / trades.length;
  });
}

/** How many free bars stand before each trade: an ascending choice with repetition, each equally likely. */
function placeGaps(gaps: Float64Array, free: number, random: () => number): void {
  // A choice with repetition is one without among as many more; drawn after Floyd (CACM 30, 1987).
  const chosen = new Set<number>();
  for (let last = free; last < free + gaps.length; last++) {
    const slot = Math.floor(random() * (last + 1));
    chosen.add(chosen.has(slot) ? last : slot);
  }
  gaps.set([...chosen]);
  gaps.sort();
  for (let place = 0; place < gaps.length; place++) gaps[place] = (gaps[place] as number) - place;
}

function problemOf({ returns, trades, runs }: RandomEntryInput): string | null {
  if (!returns.every((value) => value > -1 && Number.isFinite(value))) {
    return 'a return of the market is not a finite number above -1';
  }
  const fits = ({ entry, bars }: HeldTrade): boolean =>
    Number.isInteger(entry) &&
    Number.isInteger(bars) &&
    entry >= 0 &&
    bars >= 1 &&
    entry + bars <= returns.length;
  if (!trades.every(fits)) return 'a trade does not lie within the bars';
  const held = trades.reduce((sum, { bars }) => sum + bars, 0);
  if (held > returns.length) return 'the trades overlap, so that they cannot be placed side by side';
  if (runs < 1) return 'no runs were asked for';
  return tooFew(trades.length);
}

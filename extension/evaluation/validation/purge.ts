import { type BarRange, joined, overlaps, without } from './ranges.ts';

/** Bars left out between train and test. */
export interface Borders {
  readonly purge: number;
  readonly embargo: number;
}

/**
 * Train bars that hold nothing of the test bars. A trade is an observation that lasts from its entry to its
 * exit (López de Prado 2018, section 7.4.1): behind a test range, the bars of one that was open in it are left
 * out, for it was entered by what the test bars showed; an embargo follows the last of them or the end of the
 * test range, whichever is later (section 7.4.2). Before a test range nothing is left out: returns are marked
 * at each close, so that these bars hold the open trade as it stood then and nothing of its end. (Labels that
 * are known at the exit alone, as in that book, would need it. Left out, they would hide every open loss.)
 * @param spans bars from the entry to the exit of each trade, the bar of the exit included
 */
export function purgeTrades(
  train: readonly BarRange[],
  test: readonly BarRange[],
  spans: readonly BarRange[],
  embargo: number,
): BarRange[] {
  return test.reduce<BarRange[]>(
    (rest, range) => {
      let { to } = range;
      for (const span of spans) if (overlaps(span, range)) to = Math.max(to, span.to);
      return without(rest, { from: range.from, to: to + embargo });
    },
    [...train],
  );
}

/**
 * The spans that `purgeTrades` needs of many: for the bars of any test range the result is the same. One inside
 * a single bar reaches over no border, and one that another holds reaches no further. No more than bars are left,
 * in order of time, however many trades there were.
 */
export function reachingSpans(spans: readonly BarRange[]): BarRange[] {
  const ordered = spans
    .filter(({ from, to }) => to - from > 1)
    .sort((a, b) => a.from - b.from || b.to - a.to);
  const reaching: BarRange[] = [];
  for (const span of ordered) {
    if (span.to > (reaching.at(-1)?.to ?? Number.NEGATIVE_INFINITY)) reaching.push(span);
  }
  return reaching;
}

/**
 * Train bars of a test that is cut out of `bars` bars, with `purge` bars left out before each test range
 * and `purge + embargo` behind it: a trade of `purge` bars may be open at either end.
 */
export function around(bars: number, test: readonly BarRange[], { purge, embargo }: Borders): BarRange[] {
  return joined(test).reduce<BarRange[]>(
    (rest, { from, to }) => without(rest, { from: from - purge, to: to + purge + embargo }),
    [{ from: 0, to: bars }],
  );
}

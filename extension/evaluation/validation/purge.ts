import { type BarRange, joined, overlaps, without } from './ranges.ts';

/** Bars left out between train and test. */
export interface Borders {
  readonly purge: number;
  readonly embargo: number;
}

/**
 * Train bars with no trade in common with the test bars (López de Prado 2018, section 7.4.1): a trade is
 * an observation that lasts from its entry to its exit, and one that is open in a test range takes all
 * its bars out of the train part, on either side. An embargo follows the last of them or the end of the
 * test range, whichever is later (section 7.4.2).
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
      let { from, to } = range;
      for (const span of spans) {
        if (!overlaps(span, range)) continue;
        from = Math.min(from, span.from);
        to = Math.max(to, span.to);
      }
      return without(rest, { from, to: to + embargo });
    },
    [...train],
  );
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

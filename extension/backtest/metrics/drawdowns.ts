/** A fall of the equity from a high until it is regained. Bars are counted by their closes. */
export interface DrawdownSpan {
  /** Lowest equity below the high, as a fraction of the high lost. */
  readonly depth: number;
  /** Bar of the high; the one before the first where it is the equity at the start. */
  readonly highBar: number;
  readonly troughBar: number;
  /** Bar that regains the high; null where none does. */
  readonly recoveryBar: number | null;
}

export interface Drawdowns {
  /** Deepest fall as a fraction of the high before it; 0 without one. */
  readonly depth: number;
  /** Most bars between a high and the bar that regains it, or the end. */
  readonly longest: number;
  /** Bars that close below an earlier high. */
  readonly underWater: number;
  /** The deepest falls, the deepest first; of equal ones the earlier. */
  readonly deepest: readonly DrawdownSpan[];
}

/**
 * The drawdowns of `values` over rows `from` to `to`, `to` not included, from a value of `start` before
 * them, in one pass that allocates nothing for a row.
 * @param start above 0
 */
export function drawdownsOf(
  values: Float64Array,
  start: number,
  from: number,
  to: number,
  kept = 1,
): Drawdowns {
  const tally = new DrawdownTally(kept);
  let peak = start;
  let peakBar = from - 1;
  let trough = start;
  let troughBar = peakBar;
  for (let bar = from; ; bar++) {
    bar = firstOutside(values, trough, peak, bar, to);
    if (bar >= to) break;
    const value = values[bar] as number;
    if (value >= peak) {
      if (trough < peak) tally.add(1 - trough / peak, peakBar, troughBar, bar, true);
      peak = value;
      peakBar = bar;
      trough = value;
    } else {
      trough = value;
      troughBar = bar;
    }
  }
  if (trough < peak) tally.add(1 - trough / peak, peakBar, troughBar, to, false);
  return tally;
}

/**
 * First row from `from` to before `to` that is below `low` or not below `high`; `to` without one. A loop of
 * its own: in one that also moves the limits, V8 takes more than twice the time for a row.
 */
function firstOutside(values: Float64Array, low: number, high: number, from: number, to: number): number {
  let row = from;
  for (; row < to; row++) {
    const value = values[row] as number;
    if (value >= high || value < low) break;
  }
  return row;
}

/** Takes the falls one by one. */
class DrawdownTally implements Drawdowns {
  depth = 0;
  longest = 0;
  underWater = 0;
  readonly deepest: DrawdownSpan[] = [];
  readonly #kept: number;

  constructor(kept: number) {
    this.#kept = kept;
  }

  add(depth: number, highBar: number, troughBar: number, endBar: number, isRegained: boolean): void {
    const bars = endBar - 1 - highBar;
    this.underWater += bars;
    if (bars > this.longest) this.longest = bars;
    if (depth > this.depth) this.depth = depth;
    const { deepest } = this;
    if (deepest.length === this.#kept && depth <= (deepest.at(-1)?.depth ?? 0)) return;
    const place = deepest.findIndex((other) => other.depth < depth);
    const span = { depth, highBar, troughBar, recoveryBar: isRegained ? endBar : null };
    deepest.splice(place < 0 ? deepest.length : place, 0, span);
    if (deepest.length > this.#kept) deepest.pop();
  }
}

/**
 * Ulcer index (Martin and McCann 1989): root mean square of the falls of `values` at `rows` from the
 * highest so far, `start` among them, each as a fraction of that high.
 */
export function ulcerIndexOf(values: Float64Array, rows: Int32Array, start: number): number {
  let peak = start;
  let squares = 0;
  for (const row of rows) {
    const value = values[row] as number;
    if (value > peak) peak = value;
    const fall = 1 - value / peak;
    squares += fall * fall;
  }
  return Math.sqrt(squares / rows.length);
}

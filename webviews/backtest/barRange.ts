/** A range of bars as it is looked at: from the left edge of one to the right edge of another. */
export interface BarRange {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

/** Bars that a chart shows at least: fewer are no picture. */
export const fewestBars = 8;

export function wholeRange(bars: number): BarRange {
  return { from: 0, to: bars };
}

/** The range nearest to `range` that lies within the bars and is neither too narrow nor too wide. */
export function fitRange({ from, to }: BarRange, bars: number): BarRange {
  const width = Math.min(bars, Math.max(Math.min(fewestBars, bars), to - from));
  const middle = (from + to) / 2;
  const start = Math.min(bars - width, Math.max(0, to - from === width ? from : middle - width / 2));
  return { from: start, to: start + width };
}

/** Zooms by `factor`, above 1 to see less; the bar `anchor` stays where it is. */
export function zoomRange(range: BarRange, bars: number, factor: number, anchor: number): BarRange {
  const narrowest = Math.min(fewestBars, bars);
  const width = Math.min(bars, Math.max(narrowest, (range.to - range.from) / factor));
  const share = (anchor - range.from) / (range.to - range.from);
  const from = anchor - share * width;
  return fitRange({ from, to: from + width }, bars);
}

export function moveRange({ from, to }: BarRange, bars: number, by: number): BarRange {
  return fitRange({ from: from + by, to: to + by }, bars);
}

/** The range moved as little as it takes to hold the bar. */
export function rangeWith(range: BarRange, bars: number, bar: number): BarRange {
  if (bar < range.from) return moveRange(range, bars, bar - range.from);
  if (bar + 1 > range.to) return moveRange(range, bars, bar + 1 - range.to);
  return range;
}

/** A range that shows bars `first` to `last` with some of what came before and after. */
export function rangeAround(first: number, last: number, bars: number): BarRange {
  const margin = Math.max(20, last - first + 1);
  return fitRange({ from: first - margin, to: last + 1 + margin }, bars);
}

export function isWhole(range: BarRange, bars: number): boolean {
  return range.from <= 0 && range.to >= bars;
}

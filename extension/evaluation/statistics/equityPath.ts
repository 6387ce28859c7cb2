export interface EquityPath {
  readonly final: number;
  readonly lowest: number;
  /** Largest fall from a high, as a fraction of it; the start counts as a high. */
  readonly maxDrawdown: number;
}

/** What 1 becomes when all of it goes through each return in turn; at 0 or below it is lost and stays 0. */
export function followEquity(returns: Float64Array): EquityPath {
  let equity = 1;
  let high = 1;
  let lowest = 1;
  let maxDrawdown = 0;
  for (let place = 0; place < returns.length; place++) {
    equity *= 1 + (returns[place] as number);
    if (equity <= 0) return { final: 0, lowest: 0, maxDrawdown: 1 };
    if (equity > high) high = equity;
    else if (equity < high) {
      maxDrawdown = Math.max(maxDrawdown, 1 - equity / high);
      lowest = Math.min(lowest, equity);
    }
  }
  return { final: equity, lowest, maxDrawdown };
}

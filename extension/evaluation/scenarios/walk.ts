/** What one bar is made of. Prices and moves are natural logarithms. */
export interface BarConditions {
  /** Standard deviation of the bar's move, and its mean. */
  readonly deviation: number;
  readonly drift: number;
  /** The price loses so large a share of its distance to `level` in each step inside the bar. */
  readonly pull: number;
  readonly level: number;
  /** Move between the close before and the open, beside the usual small one. */
  readonly gap: number;
  /** Draws the jump at the end of the bar; 0 for none. */
  readonly jump: () => number;
  /** Typical distance of high and low beyond the path. */
  readonly reach: number;
  /** Move of a bar that doubles the volume. */
  readonly usualMove: number;
  /** Share of the usual volume. */
  readonly volumeShare: number;
}

export interface WalkedBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Volume in an hour at this pace. */
  readonly pace: number;
}

/** Steps inside a bar: open, high, low and close belong to one path. */
export const stepsInBar = 6;
/** The next bar's first trade is seldom at the last one's price: deviation of that move, in bars' deviations. */
const openNoise = 0.03;

/**
 * Walks one bar from the log price of the close before: an opening move, geometric Brownian motion in six
 * steps with a pull towards a level (an Ornstein-Uhlenbeck process where there is a pull), then a jump. The
 * volume grows with the bar's move and is log-normal around that.
 */
export function walkBar(before: number, conditions: BarConditions, normal: () => number): WalkedBar {
  const { deviation, drift, pull, level, gap, jump, reach, usualMove, volumeShare } = conditions;
  let price = before + gap + openNoise * deviation * normal();
  const open = price;
  let [high, low] = [price, price];
  for (let step = 0; step < stepsInBar; step++) {
    const mean = drift / stepsInBar + pull * (level - price);
    price += mean + (deviation / Math.sqrt(stepsInBar)) * normal();
    high = Math.max(high, price);
    low = Math.min(low, price);
  }
  price += jump();
  high = Math.max(high, price);
  low = Math.min(low, price);
  if (reach > 0) {
    high += reach * Math.abs(normal());
    low -= reach * Math.abs(normal());
  }
  const activity = 1 + Math.abs(price - open) / usualMove;
  const pace = 1e5 * activity * Math.exp(0.5 * normal());
  return { open, high, low, close: price, pace: pace * volumeShare };
}

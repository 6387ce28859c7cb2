import * as z from 'zod';
import type { Timeframe } from '../../contracts/timeframes.ts';
import type { VenueFacts } from '../../contracts/venueFacts.ts';

const price = z.number().positive();

/** One bar as exchanges answer it: open time (UTC ms), open, high, low, close, volume. */
export const barSchema = z.tuple([
  z.number().int().positive(),
  price,
  price,
  price,
  price,
  z.number().min(0),
]);
export type Bar = z.infer<typeof barSchema>;

/** One market of one exchange at one timeframe. */
export interface Series {
  readonly exchange: string;
  /** As the exchange's client writes it, `BTC/USDT`, or `BTC/USDT:USDT` for a perpetual settled in USDT. */
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

/** What a download needs of an exchange. */
export interface BarSource {
  /** Most bars of one answer. */
  readonly pageBars: number;
  /** How many of the latest bars there are, where these are few. */
  readonly history: number | undefined;
  has(timeframe: Timeframe): boolean;
  /**
   * The market that a person means, with what the exchange demands of orders there.
   * @throws LabError `usage` for a market that the exchange does not have
   */
  market(symbol: string): Promise<VenueFacts>;
  /**
   * The bars with `from` <= open time < `to`, at most `pageBars` of them, in any order; some may be lacking at
   * either end. It waits as the exchange asks, and asks again what failed.
   * @throws LabError `exchange.unavailable`, `exchange.refused` or `cancelled`
   */
  bars(series: Series, from: number, to: number): Promise<readonly Bar[]>;
  /** The exchange's clock, UTC ms; undefined where it tells none. */
  time(): Promise<number | undefined>;
}

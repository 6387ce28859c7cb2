import { blockParts } from '../extension/backtest/barsBlock.ts';
import type { SettledMarket } from '../extension/backtest/settlement.ts';
import { finerRanges, type MarketPiece, type Timeline, timelineOf } from '../extension/backtest/timeline.ts';

/** The bars of a run's markets by its times, of which each market may lack some. */
export class RunBars {
  /** Times of the run: bars, with one market. */
  readonly times: number;
  /** Alignment of several markets. */
  readonly timeline: Timeline | undefined;
  readonly #markets: readonly SettledMarket[];
  /** Finer bars of each market up to each of its bars. */
  readonly #finer: readonly (Uint32Array | undefined)[];

  constructor(markets: readonly SettledMarket[]) {
    const columns = markets.map((market) => market.columns);
    this.#markets = markets;
    this.timeline = columns.length > 1 ? timelineOf(columns) : undefined;
    this.times = (this.timeline?.times ?? columns[0]?.time ?? []).length;
    this.#finer = markets.map(({ columns: { time }, finer }) => finer && finerRanges(time, finer.time));
  }

  /** Bars of each market, and their finer ones, between two times, as parts of a block. */
  blockOf(from: number, to: number): Uint8Array[] {
    const pieces = this.#markets.map(({ columns, finer, funding }, market): MarketPiece => {
      const first = this.#before(market, from);
      const end = this.#before(market, to);
      const piece = { columns, from: first, to: end, ...(funding === undefined ? {} : { funding }) };
      const ranges = this.#finer[market];
      if (finer === undefined || ranges === undefined) return piece;
      const inside = { columns: finer, from: ranges[first] as number, to: ranges[end] as number };
      return { ...piece, finer: inside };
    });
    return blockParts(pieces).map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    );
  }

  /** Bars of the first market between two times. */
  ofFirst(from: number, to: number): number {
    return this.#before(0, to) - this.#before(0, from);
  }

  /** Bars of a market before a time, given by its number. */
  #before(market: number, time: number): number {
    return this.timeline?.barsBefore[market]?.[time] ?? time;
  }
}

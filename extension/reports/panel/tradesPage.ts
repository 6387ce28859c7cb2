import { formatTime } from '../../../webviews/shared/format.ts';
import type { ExitReason, Trade } from '../../contracts/backtest.ts';
import type {
  TradeRow,
  TradeSortKey,
  TradesFilter,
  TradesPage,
  TradesQuery,
} from '../../contracts/backtestPanel.ts';
import type { PreparedRun } from './preparedRun.ts';

/** How rows are written, so that a search finds what a person sees. */
export interface TradeWords {
  readonly sides: Readonly<Record<Trade['side'], string>>;
  readonly exits: Readonly<Record<ExitReason, string>>;
}

/**
 * The trades of a run by page. Orders and texts are worked out when they are first asked for and kept: a
 * hundred thousand trades are sorted and searched quickly.
 */
export class TradesBook {
  readonly #run: PreparedRun;
  readonly #words: TradeWords;
  readonly #orders = new Map<TradeSortKey, Uint32Array>();
  #texts: readonly string[] | undefined;
  #last: { readonly key: string; readonly found: Found } | undefined;

  constructor(run: PreparedRun, words: TradeWords) {
    this.#run = run;
    this.#words = words;
  }

  page({ sort, direction, filter, offset, limit }: TradesQuery): TradesPage {
    const { indexes, ...sums } = this.#find(sort, filter);
    const count = indexes.length;
    const start = Math.min(offset, Math.max(0, count - 1));
    const begin = start - (start % limit);
    const rows: TradeRow[] = [];
    for (let rank = begin; rank < Math.min(count, begin + limit); rank++) {
      rows.push(this.#row(indexes[direction === 'ascending' ? rank : count - 1 - rank] as number));
    }
    return { offset: begin, rows, matching: count, ...sums };
  }

  #row(index: number): TradeRow {
    const { evidence, entryBars, exitBars } = this.#run;
    const exitBar = exitBars[index] as number;
    return {
      ...(evidence.result.trades[index] as Trade),
      index,
      entryBar: entryBars[index] as number,
      exitBar: exitBar < 0 ? null : exitBar,
    };
  }

  #find(sort: TradeSortKey, filter: TradesFilter): Found {
    const key = JSON.stringify([sort, filter]);
    if (this.#last?.key === key) return this.#last.found;
    const { trades } = this.#run.evidence.result;
    const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
    const texts = words.length === 0 ? [] : this.#searchTexts();
    const indexes = this.#order(sort).filter((index) => {
      const trade = trades[index] as Trade;
      return fits(trade, filter) && words.every((word) => texts[index]?.includes(word));
    });
    let [gains, profit, fees] = [0, 0, 0];
    for (const index of indexes) {
      const trade = trades[index] as Trade;
      if (trade.exitTime !== null && trade.profit > 0) gains++;
      profit += trade.profit;
      fees += trade.fees;
    }
    const found = { indexes, gains, profit, fees };
    this.#last = { key, found };
    return found;
  }

  #order(sort: TradeSortKey): Uint32Array {
    const known = this.#orders.get(sort);
    if (known !== undefined) return known;
    const order = Uint32Array.from(this.#run.evidence.result.trades, (_, index) => index);
    if (sort !== 'number') {
      const values = this.#sortValues(sort);
      // Equal rows keep the order of their entries.
      order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
    }
    this.#orders.set(sort, order);
    return order;
  }

  /** A number a trade that sorts as its column does; what is still open comes last. */
  #sortValues(sort: Exclude<TradeSortKey, 'number'>): Float64Array {
    const { trades } = this.#run.evidence.result;
    const beyond = Number.MAX_VALUE;
    const names = (texts: Readonly<Record<string, string>>) => {
      const ranked = Object.keys(texts).sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1));
      return new Map(ranked.map((name, rank) => [name, rank]));
    };
    const sides = names(this.#words.sides);
    const exits = names(this.#words.exits);
    return Float64Array.from(trades, (trade) => {
      if (sort === 'market') return trade.market ?? 0;
      if (sort === 'side') return sides.get(trade.side) ?? beyond;
      if (sort === 'exitReason') return exits.get(trade.exitReason) ?? beyond;
      if (sort === 'exitPrice') return trade.exitPrice ?? trade.markPrice ?? beyond;
      return trade[sort] ?? beyond;
    });
  }

  #searchTexts(): readonly string[] {
    const { sides, exits } = this.#words;
    this.#texts ??= this.#run.evidence.result.trades.map((trade, index) =>
      `#${index + 1} ${trade.symbol ?? ''} ${sides[trade.side]} ${formatTime(trade.entryTime)} ${
        trade.exitTime === null ? '' : formatTime(trade.exitTime)
      } ${exits[trade.exitReason]}`.toLowerCase(),
    );
    return this.#texts;
  }
}

interface Found {
  /** Trades that the filter leaves, in ascending order of the column. */
  readonly indexes: Uint32Array;
  readonly gains: number;
  readonly profit: number;
  readonly fees: number;
}

function fits(trade: Trade, { side, result, exitReason }: TradesFilter): boolean {
  if (side !== 'all' && trade.side !== side) return false;
  if (exitReason !== 'all' && trade.exitReason !== exitReason) return false;
  if (result === 'all') return true;
  const isOpen = trade.exitTime === null;
  if (result === 'open' || isOpen) return result === 'open' && isOpen;
  return result === 'gain' ? trade.profit > 0 : trade.profit <= 0;
}

import type {
  BacktestSnapshot,
  TradeRow,
  TradeSortKey,
  TradesFilter,
  TradesPage,
  TradesQuery,
} from '../../extension/contracts/backtestPanel.ts';
import { makeButton } from '../shared/controls.ts';
import { element, setAttributes, whenChanged } from '../shared/dom.ts';
import {
  formatCompact,
  formatMoney,
  formatNumber,
  formatPercent,
  formatTime,
  priceDecimals,
  withSign,
} from '../shared/format.ts';
import { Pager, pageRows, RowWalk } from './pagedRows.ts';
import { type BacktestSay, exitText, note } from './parts.ts';
import { everyTrade, TradesFilterBar } from './tradesFilter.ts';

export const firstTrades: TradesQuery = {
  sort: 'number',
  direction: 'ascending',
  filter: everyTrade,
  offset: 0,
  limit: pageRows,
};

export interface TradesTabOptions {
  readonly say: BacktestSay;
  readonly query: TradesQuery;
  /** Asks for a page; the answer comes by `setPage`. */
  readonly want: (query: TradesQuery) => void;
  readonly showTrade: (trade: TradeRow) => void;
}

/** The trades of a run, a page at a time: sorted and filtered by the host, each leads to its place in the charts. */
export class TradesTab {
  readonly root = element('div', {});
  readonly #options: TradesTabOptions;
  readonly #filter: TradesFilterBar;
  readonly #table = element('table', { class: 'sortable trades' });
  readonly #body = element('tbody', {});
  readonly #sum = element('p', { class: 'note', role: 'status' });
  readonly #scroll: HTMLElement;
  readonly #pager: Pager;
  readonly #walk: RowWalk;
  readonly #rejections = element('div', {});
  readonly #empty = element('div', { class: 'note' });
  #query: TradesQuery;
  #total = 0;
  #priceDecimals = 2;
  #isSeveral = false;
  #marketHead: HTMLElement | undefined;

  constructor(options: TradesTabOptions) {
    this.#options = options;
    this.#query = options.query;
    const { say } = options;
    this.#filter = new TradesFilterBar(say, options.query.filter, (filter) => this.#setFilter(filter));
    this.#table.append(this.#head(), this.#body);
    this.#walk = new RowWalk(this.#body);
    const label = say('tradesTitle');
    this.#scroll = element('div', { class: 'scroll tall', role: 'region', 'aria-label': label }, this.#table);
    this.#pager = new Pager(say, (offset) => this.#goTo(offset));
    const help = element('p', { class: 'note', id: 'trades-help' }, say('tradesHelp'));
    const excursions = note(say('tradesExcursions'));
    const title = element('h2', {}, say('rejectionsTitle'));
    this.root.append(
      this.#filter.root,
      this.#sum,
      this.#empty,
      this.#scroll,
      this.#pager.root,
      help,
      excursions,
      title,
    );
    this.root.append(this.#rejections);
  }

  /** Shows a run's trades: a page of them is asked for where they are others than before. */
  show({ data, rejections }: Pick<BacktestSnapshot, 'data' | 'rejections'>): void {
    this.#total = data.trades;
    this.#priceDecimals = data.priceDecimals;
    this.#isSeveral = data.marketsNote !== null;
    if (this.#marketHead !== undefined) this.#marketHead.hidden = !this.#isSeveral;
    this.#showRejections(rejections);
    this.#forData(data.key);
  }

  setPage(page: TradesPage): void {
    this.#query = { ...this.#query, offset: page.offset };
    const { say } = this.#options;
    const { rows, matching, gains, profit, fees } = page;
    const count = (value: number) => formatNumber(value, 0);
    const share = matching === 0 ? say('none') : formatPercent(gains / matching, 1);
    const sums = [withSign(formatMoney(profit)), formatMoney(fees), share];
    this.#sum.textContent = say('tradesSum', count(matching), count(this.#total), ...sums);
    const range = say(
      'tradesRows',
      count(page.offset + 1),
      count(page.offset + rows.length),
      count(matching),
    );
    this.#pager.show(range, { ...page, shown: rows.length });
    const isEmpty = rows.length === 0;
    this.#empty.hidden = !isEmpty;
    if (isEmpty) this.#showEmpty();
    this.#scroll.hidden = isEmpty;
    this.#filter.root.hidden = this.#total === 0;
    this.#sum.hidden = this.#total === 0;
    this.#walk.fill(rows.map((trade, index) => this.#row(trade, index)));
    this.#markSort();
  }

  readonly #showRejections = whenChanged(({ note: text, rows }: BacktestSnapshot['rejections']) => {
    const { say } = this.#options;
    if (rows.length === 0) {
      this.#rejections.replaceChildren(note(say('noRejections')));
      return;
    }
    const items = rows.map(({ time, why }) =>
      element('tr', {}, element('td', { class: 'time' }, time), element('td', {}, why)),
    );
    const head = element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, say('time')),
        element('th', { scope: 'col' }, say('why')),
      ),
    );
    const table = element('table', {}, head, element('tbody', {}, ...items));
    const label = say('rejectionsTitle');
    this.#rejections.replaceChildren(
      note(text),
      element('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': label }, table),
    );
  });

  readonly #forData = whenChanged((_: string) => this.#options.want(this.#query));

  #head(): HTMLElement {
    const { say } = this.#options;
    const columns: readonly (readonly [TradeSortKey, string, 'number' | 'text'])[] = [
      ['number', say('tradeNumber'), 'number'],
      ['market', say('tradeMarket'), 'text'],
      ['side', say('tradeSide'), 'text'],
      ['entryTime', say('tradeEntry'), 'text'],
      ['entryPrice', say('tradeEntryPrice'), 'number'],
      ['exitTime', say('tradeExit'), 'text'],
      ['exitPrice', say('tradeExitPrice'), 'number'],
      ['quantity', say('tradeQuantity'), 'number'],
      ['fees', say('tradeFees'), 'number'],
      ['profit', say('tradeProfit'), 'number'],
      ['profitFraction', say('tradeProfitPercent'), 'number'],
      ['adverseExcursion', say('tradeAdverse'), 'number'],
      ['favourableExcursion', say('tradeFavourable'), 'number'],
      ['bars', say('tradeBars'), 'number'],
      ['exitReason', say('tradeExitBy'), 'text'],
    ];
    const cells = columns.map(([key, text, kind]) => {
      const button = element('button', { type: 'button' }, text);
      button.addEventListener('click', () => this.#sortBy(key));
      const attributes = { scope: 'col', class: kind === 'number' ? 'number' : null, 'data-key': key };
      const cell = element('th', attributes, button);
      if (key === 'market') this.#marketHead = cell;
      return cell;
    });
    return element('thead', {}, element('tr', {}, ...cells));
  }

  /** Why there is no row, and what to do about it. */
  #showEmpty(): void {
    const { say } = this.#options;
    if (this.#total === 0) {
      this.#empty.replaceChildren(say('noTrades'));
      return;
    }
    const clear = makeButton({ text: say('clearFilter'), onPress: () => this.#filter.clear() });
    this.#empty.replaceChildren(say('noTradesMatch'), ' ', clear);
  }

  #markSort(): void {
    const { sort, direction } = this.#query;
    for (const head of this.#table.querySelectorAll<HTMLElement>('th[data-key]')) {
      setAttributes(head, { 'aria-sort': head.dataset['key'] === sort ? direction : null });
    }
  }

  #row(trade: TradeRow, index: number): HTMLElement {
    const { say } = this.#options;
    const number = trade.index + 1;
    // The decimals are those of the main market.
    const decimals = (value: number) =>
      (trade.market ?? 0) === 0 ? this.#priceDecimals : priceDecimals(value);
    const price = (value: number | null) => (value === null ? '' : formatNumber(value, decimals(value)));
    const excursion = (value: number | undefined) => (value === undefined ? '' : formatPercent(value));
    const sign = trade.profit > 0 ? 'gain' : trade.profit < 0 ? 'loss' : '';
    const show = element(
      'button',
      {
        type: 'button',
        class: 'link',
        'aria-label': say('showTrade', number),
        'aria-describedby': 'trades-help',
      },
      String(number),
    );
    const cell = (text: string, kind = '') => element('td', { class: kind || null }, text);
    const row = element(
      'tr',
      {},
      element('td', { class: 'number' }, show),
      ...(this.#isSeveral ? [cell(trade.symbol ?? '')] : []),
      cell(say(trade.side)),
      cell(formatTime(trade.entryTime), 'time'),
      cell(price(trade.entryPrice), 'number'),
      cell(trade.exitTime === null ? say('open') : formatTime(trade.exitTime), 'time'),
      cell(price(trade.exitPrice ?? trade.markPrice), 'number'),
      cell(formatCompact(trade.quantity), 'number'),
      cell(formatMoney(trade.fees), 'number'),
      cell(withSign(formatMoney(trade.profit)), `number ${sign}`),
      cell(withSign(formatPercent(trade.profitFraction)), `number ${sign}`),
      cell(excursion(trade.adverseExcursion), 'number'),
      cell(excursion(trade.favourableExcursion), 'number'),
      cell(formatNumber(trade.bars, 0), 'number'),
      cell(exitText(say, trade.exitReason)),
    );
    // The button's own click comes by here too.
    row.addEventListener('click', () => {
      this.#walk.focus(index);
      this.#options.showTrade(trade);
    });
    return row;
  }

  #setFilter(filter: TradesFilter): void {
    this.#walk.restart();
    this.#ask({ ...this.#query, filter, offset: 0 });
  }

  #sortBy(sort: TradeSortKey): void {
    const isSame = this.#query.sort === sort;
    const direction = isSame && this.#query.direction === 'ascending' ? 'descending' : 'ascending';
    this.#walk.restart();
    this.#ask({ ...this.#query, sort, direction, offset: 0 });
  }

  #goTo(offset: number): void {
    this.#scroll.scrollTop = 0;
    this.#ask({ ...this.#query, offset });
  }

  #ask(query: TradesQuery): void {
    this.#query = query;
    this.#options.want(query);
  }
}

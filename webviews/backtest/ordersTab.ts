import type { BacktestSnapshot } from '../../extension/contracts/backtestPanel.ts';
import { orderStates } from '../../extension/contracts/orderStates.ts';
import {
  type OrderRow,
  type OrdersPage,
  type OrdersQuery,
  ordersQuerySchema,
} from '../../extension/contracts/ordersPanel.ts';
import { makeButton, makeDropdown } from '../shared/controls.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { formatCompact, formatNumber, formatTime, priceDecimals } from '../shared/format.ts';
import { kindTexts, sideTexts, sizeTexts, stateTexts } from './orderTexts.ts';
import { Pager, pageRows, RowWalk } from './pagedRows.ts';
import type { BacktestSay } from './parts.ts';

/** Milliseconds of rest after a digit before the orders are searched. */
const typingPause = 200;

const firstOrders: OrdersQuery = { state: 'all', order: null, offset: 0, limit: pageRows };

export interface OrdersTabOptions {
  readonly say: BacktestSay;
  /** Asks for a page; the answer comes by `setPage`. */
  readonly want: (query: OrdersQuery) => void;
  readonly showBar: (bar: number) => void;
}

/** What became of a run's orders, a page at a time; each event leads to its bar in the charts. */
export class OrdersTab {
  readonly root = element('div', {});
  readonly #options: OrdersTabOptions;
  readonly #filter = element('div', { class: 'filters' });
  readonly #note = element('p', { class: 'note' });
  readonly #sum = element('p', { class: 'note', role: 'status' });
  readonly #empty = element('div', { class: 'note' });
  readonly #body = element('tbody', {});
  readonly #head = element('thead', {});
  readonly #scroll: HTMLElement;
  readonly #pager: Pager;
  readonly #walk: RowWalk;
  readonly #help: HTMLElement;
  #query = firstOrders;
  #kept = 0;
  #markets: readonly string[] = [];
  #priceDecimals = 2;
  #timer: number | undefined;

  constructor(options: OrdersTabOptions) {
    this.#options = options;
    const { say } = options;
    this.#walk = new RowWalk(this.#body);
    this.#pager = new Pager(say, (offset) => {
      this.#scroll.scrollTop = 0;
      this.#ask({ offset });
    });
    const table = element('table', { class: 'sortable trades' }, this.#head, this.#body);
    const label = say('ordersTitle');
    this.#scroll = element('div', { class: 'scroll tall', role: 'region', 'aria-label': label }, table);
    this.#help = element('p', { class: 'note', id: 'orders-help' }, say('ordersHelp'));
    this.root.append(
      this.#note,
      this.#filter,
      this.#sum,
      this.#empty,
      this.#scroll,
      this.#pager.root,
      this.#help,
    );
    this.#buildFilter();
  }

  /** Shows a run's orders: a page of them is asked for where they are others than before. */
  show({ data, orders }: Pick<BacktestSnapshot, 'data' | 'orders'>): void {
    const { say } = this.#options;
    const count = (value: number) => formatNumber(value, 0);
    this.#kept = orders?.kept ?? 0;
    this.#markets = orders?.markets ?? [];
    this.#priceDecimals = data.priceDecimals;
    const isCut = orders !== null && orders.kept < orders.total;
    this.#note.textContent =
      orders === null
        ? say('ordersNotKept')
        : isCut
          ? `${say('ordersNote')} ${say('ordersCut', count(orders.kept), count(orders.total))}`
          : say('ordersNote');
    this.#showHead();
    for (const part of [this.#filter, this.#sum, this.#help]) part.hidden = this.#kept === 0;
    this.#forData(`${data.key} ${this.#kept}`);
  }

  setPage({ offset, rows, matching }: OrdersPage): void {
    const { say } = this.#options;
    const count = (value: number) => formatNumber(value, 0);
    this.#query = { ...this.#query, offset };
    this.#sum.textContent = say('ordersSum', count(matching), count(this.#kept));
    this.#pager.show(say('tradesRows', count(offset + 1), count(offset + rows.length), count(matching)), {
      offset,
      matching,
      shown: rows.length,
    });
    const isEmpty = rows.length === 0;
    this.#scroll.hidden = isEmpty;
    this.#empty.hidden = !isEmpty;
    if (isEmpty) this.#showEmpty();
    this.#walk.fill(rows.map((row, index) => this.#row(row, index)));
  }

  readonly #forData = whenChanged((_: string) => {
    if (this.#kept > 0) this.#options.want(this.#query);
    else this.setPage({ offset: 0, rows: [], matching: 0 });
  });

  /** Why there is no row, and what to do about it. */
  #showEmpty(): void {
    const { say } = this.#options;
    if (this.#kept === 0) {
      this.#empty.replaceChildren(this.#note.textContent === say('ordersNotKept') ? '' : say('noOrders'));
      return;
    }
    const clear = makeButton({
      text: say('clearFilter'),
      onPress: () => {
        this.#set({ state: 'all', order: null });
        this.#buildFilter();
      },
    });
    this.#empty.replaceChildren(say('noOrdersMatch'), ' ', clear);
  }

  #buildFilter(): void {
    const { say } = this.#options;
    const { state, order } = this.#query;
    const search = element('input', {
      type: 'search',
      inputmode: 'numeric',
      'aria-label': say('filterOrder'),
      placeholder: say('filterOrderHint'),
      maxlength: 16,
      value: order === null ? '' : String(order),
    });
    search.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        const number = Number(search.value.replace(/\D/g, ''));
        this.#set({ order: number > 0 && Number.isSafeInteger(number) ? number : null });
      }, typingPause);
    });
    this.#filter.replaceChildren(
      makeDropdown({
        label: say('filterState'),
        value: state,
        choices: [
          { value: 'all', text: say('allStates') },
          ...orderStates.map((each) => ({ value: each, text: say(stateTexts[each]) })),
        ],
        onChange: (value) => this.#set({ state: ordersQuerySchema.shape.state.parse(value) }),
      }),
      search,
    );
  }

  #showHead(): void {
    const { say } = this.#options;
    const columns: readonly (readonly [string, boolean])[] = [
      [say('orderTime'), false],
      [say('orderBar'), true],
      ...(this.#markets.length > 1 ? [[say('orderMarket'), false] as const] : []),
      [say('orderNumber'), true],
      [say('orderKind'), false],
      [say('tradeSide'), false],
      [say('orderSize'), true],
      [say('orderLimit'), true],
      [say('orderTrigger'), true],
      [say('orderState'), false],
      [say('orderFilled'), true],
      [say('orderPrice'), true],
      [say('why'), false],
    ];
    const cells = columns.map(([text, isNumber]) =>
      element('th', { scope: 'col', class: isNumber ? 'number' : null }, text),
    );
    this.#head.replaceChildren(element('tr', {}, ...cells));
  }

  #row(event: OrderRow, index: number): HTMLElement {
    const { say } = this.#options;
    const { time, bar, market, order, kind, side, sizeKind, size, limit, trigger, state, units, price, why } =
      event;
    // The decimals are those of the main market.
    const decimals = (value: number) => (market === 0 ? this.#priceDecimals : priceDecimals(value));
    const money = (value: number | null) => (value === null ? '' : formatNumber(value, decimals(value)));
    const asked = size === null || sizeKind === null ? '' : say(sizeTexts[sizeKind], formatCompact(size));
    const show = element(
      'button',
      {
        type: 'button',
        class: 'link',
        'aria-label': say('showOrder', formatTime(time), order, say(stateTexts[state])),
        'aria-describedby': 'orders-help',
      },
      formatTime(time),
    );
    const cell = (text: string, className = '') => element('td', { class: className || null }, text);
    const row = element(
      'tr',
      {},
      element('td', { class: 'time' }, show),
      cell(formatNumber(bar, 0), 'number'),
      this.#markets.length > 1 ? cell(this.#markets[market] ?? '') : null,
      cell(String(order), 'number'),
      cell(say(kindTexts[kind])),
      cell(side === null ? '' : say(sideTexts[side])),
      cell(asked, 'number'),
      cell(money(limit), 'number'),
      cell(money(trigger), 'number'),
      cell(say(stateTexts[state])),
      cell(units === null ? '' : formatCompact(units), 'number'),
      cell(money(price), 'number'),
      cell(why ?? ''),
    );
    // The button's own click comes by here too.
    row.addEventListener('click', () => {
      this.#walk.focus(index);
      this.#options.showBar(bar);
    });
    return row;
  }

  #set(change: Pick<Partial<OrdersQuery>, 'state' | 'order'>): void {
    clearTimeout(this.#timer);
    this.#walk.restart();
    this.#ask({ ...change, offset: 0 });
  }

  #ask(change: Partial<OrdersQuery>): void {
    this.#query = { ...this.#query, ...change };
    this.#options.want(this.#query);
  }
}

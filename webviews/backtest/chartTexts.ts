import { element } from '../shared/dom.ts';
import type { ChartSource, PaneId } from './charts/chartSource.ts';
import { paneTitle } from './charts/legend.ts';
import { chartSummary, chartTable } from './charts/summaries.ts';
import { type BacktestSay, heads, scrolling } from './parts.ts';

/** Milliseconds of rest before the texts follow the charts. */
const pause = 250;

/** What the charts show in words, and in a table each: for who cannot see them, or wants the numbers. */
export class ChartTexts {
  readonly root: HTMLDetailsElement;
  readonly #say: BacktestSay;
  readonly #content = element('div', { class: 'chart-texts' });
  #latest: { readonly source: ChartSource; readonly panes: readonly PaneId[] } | undefined;
  #timer: number | undefined;

  constructor(say: BacktestSay) {
    this.#say = say;
    this.root = element('details', {}, element('summary', {}, say('chartNumbers')), this.#content);
    this.root.addEventListener('toggle', () => this.#render());
  }

  show(source: ChartSource, panes: readonly PaneId[]): void {
    this.#latest = { source, panes };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#render(), pause);
  }

  #render(): void {
    // Nobody reads what is folded up, and a hand that zooms shall not wait for it.
    if (!this.root.open || this.#latest === undefined) return;
    const { source, panes } = this.#latest;
    this.#content.replaceChildren(...panes.map((pane) => this.#figure(source, pane)));
  }

  #figure(source: ChartSource, pane: PaneId): HTMLElement {
    const title = paneTitle(pane, this.#say);
    const { columns, rows } = chartTable(source, pane);
    const body = rows.map(([time = '', ...values]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', class: 'time' }, time),
        ...values.map((value) => element('td', { class: 'number' }, value)),
      ),
    );
    const table = element('table', {}, heads(columns), element('tbody', {}, ...body));
    return element(
      'section',
      {},
      element('h3', {}, title),
      element('p', {}, chartSummary(source, pane)),
      scrolling(this.#say('chartTable', title), table),
    );
  }
}

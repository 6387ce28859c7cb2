import type { SearchView } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { makeSortable } from '../shared/sortableTable.ts';
import { type BacktestSay, note, scrolling } from './parts.ts';

/** The parameter sets that were tried, each metric in-sample beside out-of-sample. */
export class SearchTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged((search: SearchView | null) => {
    const say = this.#say;
    if (search === null) {
      this.root.replaceChildren(note(say('noSearch')));
      return;
    }
    const head = (kind: 'text' | 'number', ...lines: readonly string[]) =>
      element(
        'th',
        { scope: 'col', 'data-sort': kind, class: kind === 'number' ? 'number' : null },
        ...lines.flatMap((line, index) => (index === 0 ? [line] : [element('br'), line])),
      );
    const heads = [
      head('text', say('choice')),
      ...search.parameters.map((name) => head('number', name)),
      ...search.metrics.flatMap((metric) => [
        head('number', metric, say('inSample')),
        head('number', metric, say('outOfSample')),
      ]),
    ];
    const rows = search.rows.map(({ isChosen, values, scores }) =>
      element(
        'tr',
        { class: isChosen ? 'chosen' : null },
        element('td', {}, isChosen ? say('chosen') : ''),
        ...values.map((value) => element('td', { class: 'number' }, value)),
        ...scores.flatMap(({ inSample, outOfSample }) => [
          element('td', { class: 'number' }, inSample),
          element('td', { class: 'number' }, outOfSample),
        ]),
      ),
    );
    const table = element(
      'table',
      { class: 'sortable' },
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...rows),
    );
    makeSortable(table);
    this.root.replaceChildren(note(search.note), scrolling(say('tabSearch'), table, true));
  });
}

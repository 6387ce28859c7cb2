import type { BacktestSnapshot, Comparison, MetricPair } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, heads, metricCell, note, scrolling, term } from './parts.ts';

type Shown = Pick<BacktestSnapshot, 'comparison' | 'comparisonProblem'>;

/** Two runs side by side, with the difference of every metric. */
export class ComparisonTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged(({ comparison, comparisonProblem }: Shown) => {
    const say = this.#say;
    if (comparison !== null) this.#compare(comparison);
    else if (comparisonProblem === null) this.root.replaceChildren(note(say('comparisonNone')));
    else {
      const { message, action } = comparisonProblem;
      const text = `${say('comparisonFailed')}: ${message} ${action ?? ''}`;
      this.root.replaceChildren(element('p', { class: 'problem', role: 'alert' }, text));
    }
  });

  #compare(comparison: Comparison): void {
    const say = this.#say;
    const { run, title, warnings, groups, differences, scaling } = comparison;
    const notes = [...warnings, ...(scaling === null ? [] : [scaling])];
    this.root.replaceChildren(
      element('h2', {}, say('comparisonTitle', title, run)),
      note(say('comparisonNote')),
      ...(notes.length === 0
        ? []
        : [element('ul', { class: 'warnings' }, ...notes.map((text) => element('li', {}, text)))]),
      element('div', { class: 'metric-groups' }, ...groups.map((group, index) => this.#table(group, index))),
      element('h2', {}, say('differencesTitle')),
      differences.length === 0 ? note(say('noDifferences')) : this.#differences(differences),
    );
  }

  #table({ title, rows }: Comparison['groups'][number], group: number): HTMLElement {
    const say = this.#say;
    const isSplit = rows.some(({ outOfSample }) => outOfSample !== null);
    const side = [say('thisRun'), say('otherRun'), say('difference')];
    const over = (text: string) => element('th', { scope: 'colgroup', colspan: 3, class: 'over' }, text);
    const head = heads([say('metric'), ...(isSplit ? side : []), ...side]);
    head.prepend(
      element(
        'tr',
        {},
        element('td', { class: 'over' }),
        isSplit ? over(say('outOfSample')) : null,
        over(say('whole')),
      ),
    );
    const body = rows.map(({ label, definition, outOfSample, whole }, index) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, term(`pair-${group}-${index}`, label, definition)),
        ...(outOfSample === null ? [] : pairCells(outOfSample)),
        ...pairCells(whole),
      ),
    );
    return element(
      'table',
      { class: 'metrics pairs' },
      element('caption', {}, title),
      head,
      element('tbody', {}, ...body),
    );
  }

  #differences(differences: Comparison['differences']): HTMLElement {
    const say = this.#say;
    const rows = differences.map(({ name, own, other }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', { class: 'value' }, own),
        element('td', { class: 'value' }, other),
      ),
    );
    const head = heads([say('name'), say('thisRun'), say('otherRun')], 3);
    const table = element('table', { class: 'facts' }, head, element('tbody', {}, ...rows));
    return scrolling(say('differencesTitle'), table, true);
  }
}

function pairCells({ own, other, difference }: MetricPair): HTMLElement[] {
  return [
    metricCell(own),
    metricCell(other),
    element('td', { class: 'number difference' }, difference ?? ''),
  ];
}

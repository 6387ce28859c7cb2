import type { Distribution, StressTable, StressView } from '../../extension/contracts/stressPanel.ts';
import { distributionShape, distributionSize } from '../shared/distribution.ts';
import { element, setAttributes, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, heads, note, scrolling } from './parts.ts';

const classes = { pass: 'gain', fail: 'loss', 'not-available': 'none' } as const;

/** How the run fared when one thing changed, and the strategy in other circumstances. */
export class StressTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged((stress: StressView | null) => {
    if (stress === null) {
      this.root.replaceChildren(note(this.#say('stressNoChecks')));
      return;
    }
    const { verdicts, tables, drawdowns } = stress;
    this.root.replaceChildren(
      ...this.#verdicts(verdicts),
      ...tables.flatMap((table) => [
        ...tableOf(table),
        ...(table.id === 'traders' && drawdowns !== null ? distributionOf(drawdowns) : []),
      ]),
    );
  });

  #verdicts(verdicts: StressView['verdicts']): HTMLElement[] {
    const say = this.#say;
    const title = element('h2', {}, say('stressChecks'));
    if (verdicts.length === 0) return [title, note(say('stressNoChecks'))];
    const rows = verdicts.map(({ name, state, stateText, why }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, name),
        element('td', { class: classes[state] }, stateText),
        element('td', { class: 'prose' }, why),
      ),
    );
    const columns = [say('stressCheck'), say('stressState'), say('stressWhy')];
    const table = element('table', {}, heads(columns, columns.length), element('tbody', {}, ...rows));
    return [title, note(say('stressChecksNote')), scrolling(say('stressChecks'), table)];
  }
}

function tableOf({ title, note: words, columns, rows }: StressTable): HTMLElement[] {
  const kind = (column: number): string | null => (columns[column]?.kind === 'number' ? 'number' : null);
  const header = columns.map(({ title: name }, column) =>
    element('th', { scope: 'col', class: kind(column) }, name),
  );
  const body = rows.map(([name = '', ...cells]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      ...cells.map((cell, index) => element('td', { class: kind(index + 1) }, cell)),
    ),
  );
  const table = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...header)),
    element('tbody', {}, ...body),
  );
  return [element('h2', {}, title), note(words), scrolling(title, table)];
}

function distributionOf(distribution: Distribution): HTMLElement[] {
  const { title, note: words, summary, low, high, marked } = distribution;
  const { width, height } = distributionSize;
  const { bars, mark } = distributionShape(distribution);
  const picture = shape('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': summary,
    preserveAspectRatio: 'none',
  });
  picture.append(...bars.map((bar) => shape('rect', { ...bar, class: 'bin' })));
  if (mark !== null) picture.append(shape('line', { class: 'mark', x1: mark, x2: mark, y1: 0, y2: height }));
  const axis = element(
    'div',
    { class: 'axis' },
    ...[low, marked, high].map((text) => element('span', {}, text)),
  );
  return [
    element('h2', {}, title),
    note(words),
    element(
      'figure',
      { class: 'distribution' },
      picture,
      axis,
      element('figcaption', { class: 'note' }, summary),
    ),
  ];
}

function shape(tag: 'svg' | 'rect' | 'line', attributes: Parameters<typeof setAttributes>[1]): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  return made;
}

import type { BacktestSnapshot, MetricRow } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, factTable, heads, metricCell, note, term } from './parts.ts';

type Shown = Pick<BacktestSnapshot, 'metrics' | 'metricsNote' | 'parameters'>;

/** Rows from which on a table is as high as two others. */
const longGroup = 12;

/** Every metric with its definition: in-sample beside out-of-sample beside the whole. */
export class MetricsTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged(({ metrics, metricsNote, parameters }: Shown) => {
    const say = this.#say;
    const tables = metrics.map(({ title, rows }, group) => this.#table(title, rows, group));
    const own =
      parameters.length === 0
        ? element('p', { class: 'note' }, say('noParameters'))
        : factTable(say('parameters'), parameters, 'number');
    this.root.replaceChildren(
      note(`${metricsNote} ${say('definitionsHint')}`),
      element('div', { class: 'metric-groups' }, ...tables, own),
    );
  });

  #table(title: string, rows: readonly MetricRow[], group: number): HTMLElement {
    const say = this.#say;
    const isSplit = rows.some(({ parts }) => parts !== null);
    const columns = isSplit
      ? [say('metric'), say('inSample'), say('outOfSample'), say('whole')]
      : [say('metric'), say('whole')];
    const body = rows.map(({ label, definition, parts, whole }, index) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, term(`metric-${group}-${index}`, label, definition)),
        ...(parts === null ? [] : [metricCell(parts.inSample), metricCell(parts.outOfSample)]),
        metricCell(whole),
      ),
    );
    return element(
      'table',
      { class: rows.length > longGroup ? 'metrics long' : 'metrics' },
      element('caption', {}, title),
      heads(columns),
      element('tbody', {}, ...body),
    );
  }
}

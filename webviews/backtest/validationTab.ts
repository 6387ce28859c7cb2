import type { Chart, Point } from 'chart.js';
import type { ValidationView } from '../../extension/contracts/validationView.ts';
import { onThemeChange, readColours } from '../shared/colours.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { drawLineChart, type LineChartOptions, linkCharts, paint } from '../shared/lineChart.ts';
import { validationChartOptions } from '../shared/validationChart.ts';
import { type BacktestSay, heads, note, scrolling } from './parts.ts';

const cell = (text: string, kind: string | null = 'number'): HTMLElement =>
  element('td', { class: kind }, text);

/** What choosing parameters was worth on bars that no choice saw. */
export class ValidationTab {
  readonly root = element('div', { class: 'validation' });
  readonly #say: BacktestSay;
  #colours = readColours();
  #drawn: { readonly chart: Chart<'line', Point[]>; readonly options: LineChartOptions } | undefined;

  constructor(say: BacktestSay) {
    this.#say = say;
    onThemeChange(() => {
      this.#colours = readColours();
      if (this.#drawn !== undefined) paint(this.#drawn.chart, this.#drawn.options);
    });
  }

  readonly show = whenChanged((view: ValidationView | null) => {
    this.#drawn?.chart.destroy();
    this.#drawn = undefined;
    if (view === null) {
      this.root.replaceChildren();
      return;
    }
    const plot = element('div', { class: 'plot validation' });
    this.root.replaceChildren(
      ...[...view.conclusion, ...view.how].map(note),
      ...this.#twins(view),
      this.#figure(view, plot),
      ...this.#folds(view),
      ...this.#paths(view),
      ...this.#stability(view),
    );
    const options = validationChartOptions(view.chart, () => this.#colours);
    const chart = drawLineChart(plot, options);
    chart.canvas.tabIndex = 0;
    chart.canvas.setAttribute('role', 'img');
    chart.canvas.setAttribute('aria-label', this.#say('validationCurve'));
    chart.canvas.setAttribute('aria-describedby', 'validation-summary');
    linkCharts([chart], view.chart.time.length);
    this.#drawn = { chart, options };
  });

  #section(title: string, table: HTMLElement, left: string | null = null, tall = true): HTMLElement[] {
    return [element('h2', {}, title), ...(left === null ? [] : [note(left)]), scrolling(title, table, tall)];
  }

  #twins({ twins, ratios }: ValidationView): HTMLElement[] {
    const say = this.#say;
    const rows = [
      ...twins.map(({ name, inSample, outOfSample }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          cell(inSample),
          cell(outOfSample),
          cell('', null),
        ),
      ),
      ...ratios.map(({ name, value, note: meaning }) =>
        element('tr', {}, element('th', { scope: 'row' }, name), cell(''), cell(value), cell(meaning, null)),
      ),
    ];
    const columns = [say('validationFigure'), say('inSample'), say('outOfSample'), ''];
    const table = element('table', {}, heads(columns), element('tbody', {}, ...rows));
    return this.#section(say('validationTwins'), table, null, false);
  }

  #figure({ chart: { lines, summary, table } }: ValidationView, plot: HTMLElement): HTMLElement {
    const say = this.#say;
    const legend = lines.map(({ kind, name }) =>
      element('li', {}, element('span', { class: `sample line ${kind}` }), name),
    );
    const rows = table.rows.map(([time = '', ...values]) =>
      element('tr', {}, element('th', { scope: 'row' }, time), ...values.map((value) => cell(value))),
    );
    const numbers = element('table', {}, heads(table.columns), element('tbody', {}, ...rows));
    return element(
      'figure',
      { class: 'chart' },
      element(
        'figcaption',
        {},
        element('h2', {}, say('validationCurve')),
        element('ul', { class: 'legend' }, ...legend),
      ),
      plot,
      element('p', { class: 'note', id: 'validation-summary' }, summary),
      element(
        'details',
        {},
        element('summary', {}, say('validationTable')),
        scrolling(say('validationTable'), numbers, true),
      ),
    );
  }

  /** A head over two columns and the names of both sides. */
  #twinHead(name: string): HTMLElement[] {
    return [this.#say('inSample'), this.#say('outOfSample')].map((side) =>
      element('th', { scope: 'col', class: 'number' }, name, element('br'), side),
    );
  }

  #folds({ folds }: ValidationView): HTMLElement[] {
    const say = this.#say;
    const plain = [say('validationTrain'), say('validationTest'), say('validationChosen')];
    const columns = [
      element('th', { scope: 'col', class: 'number' }, say('validationFold')),
      ...plain.map((text) => element('th', { scope: 'col' }, text)),
      ...[folds.scoreName, say('validationReturnHead'), say('validationTradesHead')].flatMap((name) =>
        this.#twinHead(name),
      ),
    ];
    const rows = folds.rows.map(({ number, train, test, chosen, score, meanReturn, trades }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', class: 'number' }, number),
        cell(train, null),
        cell(test, null),
        element('td', {}, element('code', {}, chosen)),
        ...[score, meanReturn, trades].flatMap(({ inSample, outOfSample }) => [
          cell(inSample),
          cell(outOfSample),
        ]),
      ),
    );
    const table = element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...columns)),
      element('tbody', {}, ...rows),
    );
    return this.#section(say('validationFolds'), table, folds.left);
  }

  #paths({ folds, paths }: ValidationView): HTMLElement[] {
    if (paths === null) return [];
    const say = this.#say;
    const columns = [
      say('validationPath'),
      folds.scoreName,
      say('validationPathReturn'),
      say('validationPathDrawdown'),
      say('validationTradesHead'),
    ];
    const rows = paths.rows.map(({ name, isShown, score, totalReturn, maxDrawdown, trades }) =>
      element(
        'tr',
        { class: isShown ? 'chosen' : null },
        element('th', { scope: 'row' }, name),
        ...[score, totalReturn, maxDrawdown, trades].map((text) => cell(text)),
      ),
    );
    const table = element('table', {}, heads(columns), element('tbody', {}, ...rows));
    return this.#section(say('validationPaths'), table, paths.left);
  }

  #stability({ stability }: ValidationView): HTMLElement[] {
    if (stability === null) return [];
    const { x, y, columns } = stability;
    const rows = stability.rows.map(({ head, cells }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', class: 'number' }, head),
        ...cells.map(({ inSample, outOfSample, isChosen, level }) => {
          const shade = level === 0 ? '' : ` ${level > 0 ? 'gain' : 'loss'}-${Math.abs(level)}`;
          const kind = `number${shade}${isChosen ? ' held-back' : ''}`;
          return element('td', { class: kind }, inSample, element('br'), outOfSample);
        }),
      ),
    );
    const table = element(
      'table',
      { class: 'months' },
      heads([y === null ? x : `${y} / ${x}`, ...columns]),
      element('tbody', {}, ...rows),
    );
    return this.#section(this.#say('validationStability'), table, stability.note);
  }
}

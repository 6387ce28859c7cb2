import type { BacktestSnapshot } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { formatPercent, withSign } from '../shared/format.ts';
import { monthShade } from '../shared/monthShade.ts';
import { type BacktestSay, heads, note, scrolling } from './parts.ts';

type Shown = Pick<BacktestSnapshot, 'months' | 'drawdowns'>;

/** The returns of months and years, and the deepest drawdowns. */
export class MonthsTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged(({ months, drawdowns }: Shown) => {
    const say = this.#say;
    if (months.years.length === 0) this.root.replaceChildren(note(say('noMonths')));
    else {
      this.root.replaceChildren(
        ...this.#months(months.years),
        element('h2', {}, say('drawdownsTitle')),
        ...this.#drawdowns(drawdowns),
      );
    }
  });

  #months(years: Shown['months']['years']): HTMLElement[] {
    const say = this.#say;
    const rows = years.map(({ year, months, total, hold }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, String(year)),
        ...months.map(({ value, part }) =>
          cell(value, value === null ? '' : `${monthShade(value)} ${part ?? ''}`),
        ),
        cell(total, 'year-total'),
        cell(hold, 'muted'),
      ),
    );
    const columns = [say('year'), ...say('monthNames').split(' '), say('yearTotal'), say('yearHold')];
    const table = element('table', { class: 'months' }, heads(columns), element('tbody', {}, ...rows));
    const hasHeldBack = years.some(({ months }) => months.some(({ part }) => part === 'held-back'));
    return [
      note(hasHeldBack ? `${say('monthsNote')} ${say('monthsHeldBack')}` : say('monthsNote')),
      scrolling(say('tabMonths'), table, true),
    ];
  }

  #drawdowns(drawdowns: Shown['drawdowns']): HTMLElement[] {
    const say = this.#say;
    if (drawdowns.length === 0) return [note(say('noDrawdowns'))];
    const numbers = ['depth', 'days', 'bars', 'fall', 'rise'] as const;
    const rows = drawdowns.map((row) =>
      element(
        'tr',
        {},
        ...numbers.map((name) => element('td', { class: 'number' }, row[name])),
        ...[row.high, row.trough, row.recovery].map((text) => element('td', { class: 'time' }, text)),
        element('td', {}, row.part),
      ),
    );
    const head = (text: string, kind: string | null) => element('th', { scope: 'col', class: kind }, text);
    const columns = [
      ...(['drawdownDepth', 'drawdownDays', 'drawdownBars', 'drawdownFall', 'drawdownRise'] as const).map(
        (key) => head(say(key), 'number'),
      ),
      ...(['drawdownHigh', 'drawdownLow', 'drawdownRegained', 'drawdownPart'] as const).map((key) =>
        head(say(key), null),
      ),
    ];
    const table = element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...columns)),
      element('tbody', {}, ...rows),
    );
    return [note(say('drawdownsNote')), scrolling(say('drawdownsTitle'), table)];
  }
}

function cell(value: number | null, kind: string): HTMLElement {
  const text = value === null ? '' : withSign(formatPercent(value, 1));
  return element('td', { class: `number ${kind}` }, text);
}

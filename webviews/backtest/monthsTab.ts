import type { MonthlyReturns } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { formatPercent, withSign } from '../shared/format.ts';
import { type BacktestSay, heads, note, scrolling } from './parts.ts';

/** Returns from which a month has the next stronger shade. */
const shades = [0, 0.02, 0.05, 0.1, 0.2];

function shadeOf(value: number): string {
  const level = shades.filter((from) => Math.abs(value) > from).length;
  return level === 0 ? '' : `${value > 0 ? 'gain' : 'loss'}-${level}`;
}

/** The returns of months and years as a table. */
export class MonthsTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged(({ years }: MonthlyReturns) => {
    const say = this.#say;
    if (years.length === 0) {
      this.root.replaceChildren(note(say('noMonths')));
      return;
    }
    const rows = years.map(({ year, months, total, hold }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, String(year)),
        ...months.map(({ value, part }) => cell(value, value === null ? '' : `${shadeOf(value)} ${part}`)),
        cell(total, 'year-total'),
        cell(hold, 'muted'),
      ),
    );
    const columns = [say('year'), ...say('monthNames').split(' '), say('yearTotal'), say('yearHold')];
    const table = element('table', { class: 'months' }, heads(columns), element('tbody', {}, ...rows));
    const hasHeldBack = years.some(({ months }) => months.some(({ part }) => part === 'held-back'));
    this.root.replaceChildren(
      note(hasHeldBack ? `${say('monthsNote')} ${say('monthsHeldBack')}` : say('monthsNote')),
      scrolling(say('tabMonths'), table, true),
    );
  });
}

function cell(value: number | null, kind: string): HTMLElement {
  const text = value === null ? '' : withSign(formatPercent(value, 1));
  return element('td', { class: `number ${kind}` }, text);
}

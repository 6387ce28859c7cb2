import type { ExitReason } from '../../extension/contracts/backtest.ts';
import type { Fact, MetricCell } from '../../extension/contracts/backtestPanel.ts';
import { element } from '../shared/dom.ts';
import type { Say } from '../shared/texts.ts';
import type { backtestTexts } from './texts.ts';

export type BacktestSay = Say<typeof backtestTexts>;

/** A table that scrolls within its place and can be reached by keyboard. */
export function scrolling(label: string, table: HTMLElement, tall = false): HTMLElement {
  return element(
    'div',
    { class: tall ? 'scroll tall' : 'scroll', role: 'region', tabindex: 0, 'aria-label': label },
    table,
  );
}

export function heads(texts: readonly string[], numbersFrom = 1): HTMLElement {
  const cells = texts.map((text, index) =>
    element('th', { scope: 'col', class: index >= numbersFrom ? 'number' : null }, text),
  );
  return element('thead', {}, element('tr', {}, ...cells));
}

/** Facts as a table of names and values; `kind` is the class of the values. */
export function factTable(title: string, rows: readonly Fact[], kind = 'value'): HTMLElement {
  const body = rows.map(({ name, value }) =>
    element('tr', {}, element('th', { scope: 'row' }, name), element('td', { class: kind }, value)),
  );
  return element(
    'table',
    { class: `facts ${kind}s` },
    element('caption', {}, title),
    element('tbody', {}, ...body),
  );
}

/** A name with its definition, which shows on hover and focus and is read by screen readers. */
export function term(id: string, label: string, definition: string): HTMLElement {
  const tip = `definition-${id}`;
  return element(
    'span',
    { class: 'term' },
    element('button', { type: 'button', 'aria-describedby': tip }, label),
    element('span', { role: 'tooltip', id: tip }, definition),
  );
}

export function metricCell({ text, isAvailable, why }: MetricCell): HTMLTableCellElement {
  if (isAvailable) return element('td', { class: 'number' }, text);
  const reason = why === null ? null : element('small', {}, why);
  return element('td', { class: 'number none' }, text, reason);
}

export function note(text: string): HTMLElement {
  return element('p', { class: 'note' }, text);
}

const exitTexts = {
  signal: 'exitSignal',
  reverse: 'exitReverse',
  limit: 'exitLimit',
  stop: 'exitStop',
  'stop-loss': 'exitStopLoss',
  'trailing-stop': 'exitTrailingStop',
  'take-profit': 'exitTakeProfit',
  liquidation: 'exitLiquidation',
  bankrupt: 'exitBankrupt',
  open: 'exitOpen',
} as const satisfies Record<ExitReason, string>;

export function exitText(say: BacktestSay, reason: ExitReason): string {
  return say(exitTexts[reason]);
}

import type { BacktestSnapshot } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, heads, note } from './parts.ts';

const severities = { error: 'severityError', warning: 'severityWarning', info: 'severityInfo' } as const;

/** What Guardian found in the strategy; each place opens the file there. */
export class CodeTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;
  readonly #openLine: (line: number) => void;

  constructor(say: BacktestSay, openLine: (line: number) => void) {
    this.#say = say;
    this.#openLine = openLine;
  }

  readonly show = whenChanged((findings: BacktestSnapshot['findings']) => {
    const say = this.#say;
    const title = element('h2', {}, say('guardianTitle'));
    if (findings.length === 0) {
      this.root.replaceChildren(title, note(say('noFindings')));
      return;
    }
    const rows = findings.map(({ severity, rule, line, column, message, advice }) => {
      const text = `${line}:${column}`;
      const place = element(
        'button',
        { type: 'button', class: 'link', 'aria-label': say('openLine', text) },
        text,
      );
      place.addEventListener('click', () => this.#openLine(line));
      return element(
        'tr',
        {},
        element('td', { class: severity === 'error' ? 'loss' : null }, say(severities[severity])),
        element('td', {}, element('code', {}, rule)),
        element('td', {}, place),
        element('td', {}, `${message} `, element('span', { class: 'muted' }, advice)),
      );
    });
    const columns = [say('severity'), say('rule'), say('place'), say('finding')];
    this.root.replaceChildren(
      title,
      element('table', { class: 'findings' }, heads(columns, 4), element('tbody', {}, ...rows)),
    );
  });
}

import type { GateView } from '../../extension/contracts/gatePanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, heads, metricCell, note, scrolling, term } from './parts.ts';

const signs = { pass: '✓', fail: '✗', 'not-available': '–' } as const satisfies Record<CheckState, string>;
const classes = { pass: 'gain', fail: 'loss', 'not-available': 'none' } as const satisfies Record<
  CheckState,
  string
>;

type CheckState = GateView['checks'][number]['state'];

/** Whether the result is more than luck: the verdict in words, each check, and the figures behind them. */
export class GateTab {
  readonly root = element('div', { class: 'verdicts' });
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged((view: GateView) => {
    const say = this.#say;
    const { verdict, sentences, advice, checks, figures } = view;
    const state = verdict === 'not-enough' ? 'not-available' : verdict;
    const [first = '', ...others] = sentences;
    this.root.replaceChildren(
      element('p', { class: 'judgement' }, sign(state), ' ', element('b', {}, first)),
      ...others.map((sentence) => element('p', {}, sentence)),
      ...(advice === null ? [] : [element('p', { class: 'advice' }, advice)]),
      element('h2', {}, say('checksTitle')),
      note(view.note),
      scrolling(say('checksTitle'), this.#checks(checks)),
      ...(figures.length === 0
        ? []
        : [element('h2', {}, say('luckTitle')), note(say('luckNote')), this.#figures(figures)]),
    );
  });

  #checks(checks: GateView['checks']): HTMLElement {
    const say = this.#say;
    const rows = checks.map(({ label, state, stateText, value, bound, why }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, label),
        element('td', { class: `check ${classes[state]}` }, sign(state), ' ', stateText),
        element('td', { class: 'number' }, value),
        element('td', { class: 'number' }, bound),
        element('td', {}, why),
      ),
    );
    const head = element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, say('check')),
        element('th', { scope: 'col' }, say('checkState')),
        element('th', { scope: 'col', class: 'number' }, say('checkFigure')),
        element('th', { scope: 'col', class: 'number' }, say('checkBound')),
        element('th', { scope: 'col' }, say('why')),
      ),
    );
    return element('table', {}, head, element('tbody', {}, ...rows));
  }

  #figures(figures: GateView['figures']): HTMLElement {
    const rows = figures.map(({ label, definition, ...cell }, index) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, term(`luck-${index}`, label, definition)),
        metricCell(cell),
      ),
    );
    const columns = heads([this.#say('checkFigure'), this.#say('value')]);
    return element('table', { class: 'metrics luck' }, columns, element('tbody', {}, ...rows));
  }
}

/** A state as a sign, for the eye; the word stands beside it. */
function sign(state: CheckState): HTMLElement {
  return element('span', { class: `sign-text ${classes[state]}`, 'aria-hidden': 'true' }, signs[state]);
}

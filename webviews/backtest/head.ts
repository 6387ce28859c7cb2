import type { BacktestSnapshot, PanelLabel } from '../../extension/contracts/backtestPanel.ts';
import { makeButton } from '../shared/controls.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, term } from './parts.ts';

export interface HeadActions {
  readonly openSource: () => void;
  readonly openSaga: () => void;
}

/** What is looked at, what a reader must know first, and the figures that count. */
export class Head {
  readonly root = element('header', { class: 'masthead' });
  /** Where tools of the head stand, such as comparing and saving. */
  readonly tools = element('div', { class: 'tools' });
  readonly #say: BacktestSay;
  readonly #title = element('div', { class: 'title' });
  readonly #warnings = element('section', { class: 'warnings', 'aria-labelledby': 'warnings-title' });
  readonly #labels = element('ul', { class: 'labels' });
  readonly #verdict = element('p', { class: 'verdict' });
  readonly #figures = element('section', { class: 'figures', 'aria-labelledby': 'figures-title' });

  constructor(say: BacktestSay, actions: HeadActions) {
    this.#say = say;
    this.tools.append(
      makeButton({ text: say('openSource'), onPress: actions.openSource }),
      makeButton({ text: say('openGraph'), onPress: actions.openSaga }),
    );
    const top = element('div', { class: 'top' }, this.#title, this.tools);
    this.root.append(top, this.#warnings, this.#verdict, this.#figures, this.#labels);
  }

  readonly show = (snapshot: BacktestSnapshot): void => {
    const { run, data, warnings, labels, verdict, headline } = snapshot;
    this.#showTitle({ run, facts: data.facts, isSynthetic: data.isSynthetic });
    this.#showWarnings(warnings);
    this.#showLabels(labels);
    this.#verdict.textContent = verdict;
    this.#showFigures(headline);
  };

  readonly #showTitle = whenChanged(
    ({
      run,
      facts,
      isSynthetic,
    }: Pick<BacktestSnapshot, 'run'> & {
      readonly facts: readonly string[];
      readonly isSynthetic: boolean;
    }) => {
      const stamp = isSynthetic ? element('strong', { class: 'stamp' }, this.#say('syntheticStamp')) : null;
      const all = [...facts, this.#say('runId', run.id), run.state];
      this.#title.replaceChildren(
        element('h1', {}, run.title, ' ', stamp),
        element('ul', { class: 'subject' }, ...all.map((fact) => element('li', {}, fact))),
      );
    },
  );

  readonly #showWarnings = whenChanged((warnings: readonly string[]) => {
    this.#warnings.hidden = warnings.length === 0;
    this.#warnings.replaceChildren(
      element('h2', { id: 'warnings-title' }, this.#say('warningsTitle')),
      element('ul', {}, ...warnings.map((warning) => element('li', {}, warning))),
    );
  });

  readonly #showLabels = whenChanged((labels: readonly PanelLabel[]) => {
    const spoken = { good: this.#say('good'), bad: this.#say('bad'), plain: '' } as const;
    const items = labels.map(({ kind, name, text, detail }, index) =>
      element(
        'li',
        { class: `label ${kind}` },
        term(`label-${index}`, name, detail),
        ' ',
        element('b', {}, text),
        spoken[kind] === '' ? null : element('span', { class: 'unseen' }, ` (${spoken[kind]})`),
      ),
    );
    this.#labels.replaceChildren(...items);
  });

  readonly #showFigures = whenChanged(({ title, figures }: BacktestSnapshot['headline']) => {
    const items = figures.map(({ label, definition, text, note }, index) =>
      element(
        'div',
        { class: 'figure' },
        element('dt', {}, term(`figure-${index}`, label, definition)),
        element('dd', { class: 'big' }, text),
        element('dd', { class: 'small' }, note),
      ),
    );
    this.#figures.replaceChildren(element('h2', { id: 'figures-title' }, title), element('dl', {}, ...items));
  });
}

import type { BacktestSnapshot } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, note } from './parts.ts';

type Shown = Pick<BacktestSnapshot, 'reasoning' | 'log'> & { readonly idea: string | null };

/** The idea, how it was read, and what the strategy wrote. */
export class TextTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged(({ idea, reasoning, log }: Shown) => {
    const say = this.#say;
    this.root.replaceChildren(
      element('h2', {}, say('ideaTitle')),
      idea === null ? note(say('noIdea')) : element('blockquote', { class: 'idea' }, idea),
      ...(reasoning === null ? [] : this.#reasoning(reasoning)),
      element('h2', {}, say('logTitle')),
      note(log.lines.length === 0 ? say('noLog') : log.note),
      ...(log.lines.length === 0
        ? []
        : [
            element(
              'pre',
              { class: 'log', tabindex: 0, role: 'region', 'aria-label': say('logTitle') },
              log.lines.join('\n'),
            ),
          ]),
    );
  });

  #reasoning({ note: text, language, steps, notUnderstood }: NonNullable<Shown['reasoning']>): HTMLElement[] {
    const say = this.#say;
    const items = steps.map((step) =>
      element(
        'li',
        {},
        element('h3', {}, step.title),
        element('p', {}, step.text),
        step.numbers.length === 0
          ? null
          : element(
              'dl',
              { class: 'numbers' },
              ...step.numbers.map(({ name, value }) =>
                element('div', {}, element('dt', {}, name), element('dd', {}, value)),
              ),
            ),
      ),
    );
    return [
      element('h2', {}, say('reasoningTitle')),
      note(text),
      element('ol', { class: 'steps', lang: language }, ...items),
      ...(notUnderstood.length === 0
        ? []
        : [
            element('p', {}, say('notUnderstood')),
            element('ul', {}, ...notUnderstood.map((part) => element('li', {}, part))),
          ]),
    ];
  }
}

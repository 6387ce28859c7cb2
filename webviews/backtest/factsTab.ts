import type { BacktestSnapshot } from '../../extension/contracts/backtestPanel.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { type BacktestSay, factTable, note } from './parts.ts';

/** Everything that the result rests on. */
export class FactsTab {
  readonly root = element('div', {});
  readonly #say: BacktestSay;

  constructor(say: BacktestSay) {
    this.#say = say;
  }

  readonly show = whenChanged((facts: BacktestSnapshot['facts']) => {
    this.root.replaceChildren(
      note(this.#say('factsNote')),
      element(
        'div',
        { class: 'columns' },
        ...facts.map(({ title, isProse, rows }) => factTable(title, rows, isProse ? 'sentence' : 'value')),
      ),
    );
  });
}

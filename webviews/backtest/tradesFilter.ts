import { exitReasonSchema } from '../../extension/contracts/backtest.ts';
import { type TradesFilter, tradesFilterSchema } from '../../extension/contracts/backtestPanel.ts';
import { makeDropdown } from '../shared/controls.ts';
import { element } from '../shared/dom.ts';
import { type BacktestSay, exitText } from './parts.ts';

/** Milliseconds of rest after a letter before the trades are searched. */
const typingPause = 200;

const { side: sideSchema, result: resultSchema, exitReason: exitSchema } = tradesFilterSchema.shape;

export const everyTrade: TradesFilter = { side: 'all', result: 'all', exitReason: 'all', text: '' };

/** What trades a person wants to see. */
export class TradesFilterBar {
  readonly root = element('div', { class: 'filters' });
  readonly #say: BacktestSay;
  readonly #onChange: (filter: TradesFilter) => void;
  #filter: TradesFilter;
  #timer: number | undefined;

  constructor(say: BacktestSay, filter: TradesFilter, onChange: (filter: TradesFilter) => void) {
    this.#say = say;
    this.#filter = filter;
    this.#onChange = onChange;
    this.#build();
  }

  /** Lets every trade through. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#filter = everyTrade;
    this.#build();
    this.#onChange(this.#filter);
  }

  #build(): void {
    const say = this.#say;
    const filter = this.#filter;
    const search = element('input', {
      type: 'search',
      'aria-label': say('filterText'),
      placeholder: say('filterTextHint'),
      maxlength: 200,
      value: filter.text,
    });
    search.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#set({ text: search.value }), typingPause);
    });
    this.root.replaceChildren(
      makeDropdown({
        label: say('filterSide'),
        value: filter.side,
        choices: [
          { value: 'all', text: say('allSides') },
          { value: 'long', text: say('long') },
          { value: 'short', text: say('short') },
        ],
        onChange: (value) => this.#set({ side: sideSchema.parse(value) }),
      }),
      makeDropdown({
        label: say('filterResult'),
        value: filter.result,
        choices: [
          { value: 'all', text: say('allResults') },
          { value: 'gain', text: say('gains') },
          { value: 'loss', text: say('losses') },
          { value: 'open', text: say('stillOpen') },
        ],
        onChange: (value) => this.#set({ result: resultSchema.parse(value) }),
      }),
      makeDropdown({
        label: say('filterExit'),
        value: filter.exitReason,
        choices: [
          { value: 'all', text: say('allExits') },
          ...exitReasonSchema.options.map((reason) => ({ value: reason, text: exitText(say, reason) })),
        ],
        onChange: (value) => this.#set({ exitReason: exitSchema.parse(value) }),
      }),
      search,
    );
  }

  #set(change: Partial<TradesFilter>): void {
    this.#filter = { ...this.#filter, ...change };
    this.#onChange(this.#filter);
  }
}

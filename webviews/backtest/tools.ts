import type {
  BacktestSnapshot,
  ExportFormat,
  PanelProblem,
} from '../../extension/contracts/backtestPanel.ts';
import { makeButton, makeDropdown } from '../shared/controls.ts';
import { element, whenChanged } from '../shared/dom.ts';
import type { BacktestSay } from './parts.ts';

/** Milliseconds of rest before a chosen run is read: arrow keys pass by others. */
const choicePause = 300;

/** Value of the choice of no run; an empty one would always be the chosen one to the dropdown. */
const noRun = '-';

/** Chooses the run that stands beside this one. */
export class CompareTool {
  readonly root = element('div', { class: 'tool' });
  readonly #say: BacktestSay;
  readonly #compare: (run: string | null) => void;
  #timer: number | undefined;

  constructor(say: BacktestSay, compare: (run: string | null) => void) {
    this.#say = say;
    this.#compare = compare;
  }

  readonly show = whenChanged(
    ({ comparable, chosen }: Pick<BacktestSnapshot, 'comparable'> & { readonly chosen: string | null }) => {
      this.root.hidden = comparable.length === 0;
      const choices = comparable.map(({ id, title }) => ({ value: id, text: `${title} (${id})` }));
      const dropdown = makeDropdown({
        label: this.#say('compareWith'),
        choices: [{ value: noRun, text: this.#say('compareNone') }, ...choices],
        value: chosen ?? noRun,
        onChange: (value) => {
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.#compare(value === noRun ? null : value), choicePause);
        },
      });
      const hadFocus = this.root.contains(document.activeElement);
      this.root.replaceChildren(dropdown);
      if (hadFocus) dropdown.focus();
    },
  );
}

export type SaveFormat = ExportFormat | 'picture';

/** Saves what the panel shows as a file. */
export class SaveTool {
  readonly root: HTMLElement;
  readonly #say: BacktestSay;
  readonly #status = element('span', { class: 'muted', role: 'status' });

  constructor(say: BacktestSay, save: (format: SaveFormat) => void) {
    this.#say = say;
    let format: SaveFormat = 'trades';
    const choices: readonly { readonly value: SaveFormat; readonly text: string }[] = [
      { value: 'trades', text: say('exportTrades') },
      { value: 'orders', text: say('exportOrders') },
      { value: 'bars', text: say('exportBars') },
      { value: 'json', text: say('exportJson') },
      { value: 'html', text: say('exportHtml') },
      { value: 'picture', text: say('exportPicture') },
    ];
    const dropdown = makeDropdown({
      label: say('exportAs'),
      choices,
      value: format,
      onChange: (value) => {
        format = choices.find((choice) => choice.value === value)?.value ?? format;
      },
    });
    const button = makeButton({
      text: say('save'),
      onPress: () => {
        this.#status.textContent = say('saving');
        save(format);
      },
    });
    this.root = element('div', { class: 'tool' }, dropdown, button, this.#status);
  }

  answer(problem: PanelProblem | null, note: string | null): void {
    const text = problem === null ? note : `${problem.message} ${problem.action ?? ''}`;
    this.#status.textContent = text ?? this.#say('notSaved');
  }
}

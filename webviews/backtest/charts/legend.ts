import { element } from '../../shared/dom.ts';
import type { Say } from '../../shared/texts.ts';
import type { backtestTexts } from '../texts.ts';
import type { ChartSource, PaneId } from './chartSource.ts';
import { marksAt, readingsAt } from './readings.ts';

const titles = {
  price: 'chartPrice',
  volume: 'chartVolume',
  plots: 'chartPlots',
  equity: 'chartEquity',
  drawdown: 'chartDrawdown',
} as const satisfies Record<PaneId, keyof typeof backtestTexts>;

/** The name of a pane for people. */
export function paneTitle(id: PaneId, say: Say<typeof backtestTexts>): string {
  return say(titles[id]);
}

/** What stands in the corner of a pane: its name, and the values of the candle that is pointed at. */
export class Legend {
  readonly root: HTMLElement;
  readonly #title: string;
  readonly #values = element('span', { class: 'readings' });

  constructor(id: PaneId, say: Say<typeof backtestTexts>) {
    this.#title = paneTitle(id, say);
    // A single series that has the pane's name needs it once.
    const isNamedByValue = id === 'volume' || id === 'drawdown';
    this.root = element(
      'div',
      { class: 'legend', 'aria-hidden': 'true' },
      isNamedByValue ? null : element('span', { class: 'pane-title' }, this.#title),
      this.#values,
    );
  }

  /** Name and values in one line. */
  get text(): string {
    return `${this.#title}  ${this.#values.textContent}`;
  }

  show(source: ChartSource, id: PaneId, bucket: number, isPointed: boolean): void {
    const items = readingsAt(source, id, bucket).map(({ label, value, sample }) =>
      element(
        'span',
        { class: 'reading' },
        sample === null ? null : element('span', { class: `sample ${sample}` }),
        `${label} `,
        element('b', {}, value),
        ' ',
      ),
    );
    const marks = id === 'price' && isPointed ? marksAt(source, bucket) : [];
    this.#values.replaceChildren(
      ...items,
      ...marks.map((text) => element('span', { class: 'reading' }, `${text} `)),
    );
  }
}

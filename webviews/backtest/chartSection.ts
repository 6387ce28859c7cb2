import type {
  BacktestSnapshot,
  MarkKind,
  SeriesWindow,
  TradeRow,
} from '../../extension/contracts/backtestPanel.ts';
import { makeButton, makeCheckbox } from '../shared/controls.ts';
import { element, whenChanged } from '../shared/dom.ts';
import { formatNumber } from '../shared/format.ts';
import type { BarRange } from './barRange.ts';
import { type ChartSource, panesOf } from './charts/chartSource.ts';
import { ChartStack } from './charts/chartStack.ts';
import { ChartTexts } from './chartTexts.ts';
import type { BacktestSay } from './parts.ts';
import { bucketsWithin } from './windowAxis.ts';
import { type WantedWindow, WindowLoader } from './windowLoader.ts';

const zoomStep = 2;
/** Milliseconds after which a wait is worth a word. */
const patience = 200;

const markSamples = {
  'long-entry': ['up', 'longEntry'],
  'short-entry': ['down', 'shortEntry'],
  'gain-exit': ['gain', 'gainExit'],
  'loss-exit': ['loss', 'lossExit'],
} as const satisfies Record<MarkKind, readonly [string, string]>;

export interface ChartSectionOptions {
  readonly say: BacktestSay;
  readonly range: BarRange | null;
  readonly isLogarithmic: boolean;
  /** Asks for a window and answers the request's number. */
  readonly want: (window: WantedWindow) => number;
  readonly onRange: (range: BarRange | null) => void;
  readonly onLogarithmic: (isLogarithmic: boolean) => void;
}

/** The charts with their tools, and the same in words and numbers. */
export class ChartSection {
  readonly root: HTMLElement;
  readonly stack: ChartStack;
  readonly #say: BacktestSay;
  readonly #loader: WindowLoader;
  readonly #texts: ChartTexts;
  readonly #time = element('span', { class: 'cursor-time' });
  readonly #note = element('p', { class: 'note chart-note' });
  readonly #marks = element('ul', { class: 'legend' });
  readonly #wait = element('span', { class: 'muted', role: 'status' });
  readonly #heldBack: HTMLElement;
  readonly #empty = element('p', { class: 'note', hidden: true });
  #range: BarRange | null;
  #key: string | undefined;
  #marketsNote = '';

  constructor(options: ChartSectionOptions) {
    const { say } = options;
    this.#say = say;
    this.#range = options.range;
    this.#loader = new WindowLoader(options.want);
    this.#texts = new ChartTexts(say);
    this.stack = new ChartStack({
      say,
      want: (window) => this.#want(window),
      onRange: (range) => {
        this.#range = range;
        options.onRange(range);
      },
      onChange: (source) => this.#changed(source),
      onPoint: (time) => {
        this.#time.textContent = time ?? '';
      },
    });
    this.stack.setLogarithmic(options.isLogarithmic);
    const { stack } = this;
    this.#heldBack = makeButton({
      text: say('showHeldBack'),
      label: say('showHeldBackLabel'),
      onPress: () => stack.showHeldBack(),
    });
    const tools = element(
      'div',
      { class: 'chart-tools' },
      element('h2', { id: 'charts-title' }, say('chartsTitle')),
      makeButton({ text: '‹', label: say('moveEarlier'), onPress: () => stack.move(-0.5) }),
      makeButton({ text: '›', label: say('moveLater'), onPress: () => stack.move(0.5) }),
      makeButton({ text: '−', label: say('zoomOut'), onPress: () => stack.zoom(1 / zoomStep) }),
      makeButton({ text: '+', label: say('zoomIn'), onPress: () => stack.zoom(zoomStep) }),
      makeButton({ text: say('showAll'), label: say('showAllLabel'), onPress: () => stack.showAll() }),
      this.#heldBack,
      makeCheckbox({
        text: say('logarithmic'),
        isChecked: options.isLogarithmic,
        onChange: (isLogarithmic) => {
          stack.setLogarithmic(isLogarithmic);
          options.onLogarithmic(isLogarithmic);
        },
      }),
      this.#wait,
      this.#time,
    );
    this.root = element(
      'section',
      { class: 'charts', 'aria-labelledby': 'charts-title' },
      tools,
      element('p', { class: 'unseen', id: 'charts-help' }, say('chartsHelp')),
      this.#empty,
      stack.root,
      stack.spoken,
      element('div', { class: 'below' }, this.#note, this.#marks),
      this.#texts.root,
    );
  }

  show(snapshot: BacktestSnapshot): void {
    const { data } = snapshot;
    const isEmpty = data.bars === 0;
    this.#empty.hidden = !isEmpty;
    this.#empty.textContent = isEmpty ? this.#say('noBars') : '';
    this.stack.root.hidden = isEmpty;
    this.#texts.root.hidden = isEmpty;
    this.#heldBack.hidden = data.splitBar === null;
    if (this.#key !== undefined && this.#key !== data.key) this.#range = null;
    if (this.#key !== data.key) this.#loader.forget();
    this.#key = data.key;
    this.#marketsNote = data.marketsNote ?? '';
    this.stack.setRun(snapshot, this.#range);
  }

  /** Takes an answer, unless a newer one has come before it. */
  take(request: number, window: SeriesWindow): void {
    if (!this.#loader.takes(request)) return;
    if (!this.#loader.isWaiting) this.#wait.textContent = '';
    this.stack.setWindow(window);
  }

  showTrade(trade: TradeRow): void {
    this.stack.showTrade(trade);
    this.root.scrollIntoView({ block: 'start' });
  }

  showBar(bar: number): void {
    this.stack.showBar(bar);
    this.root.scrollIntoView({ block: 'start' });
  }

  #want(window: WantedWindow): void {
    this.#loader.want(window);
    setTimeout(() => {
      if (this.#loader.isWaiting) this.#wait.textContent = this.#say('loadingSeries');
    }, patience);
  }

  #changed(source: ChartSource): void {
    const { window, range } = source;
    const { first, end } = bucketsWithin(window, range);
    const count = (value: number) => formatNumber(value, 0);
    const bars = count(Math.round(range.to - range.from));
    const say = this.#say;
    const drawn =
      window.barsPerBucket === 1
        ? say('drawnBars', bars)
        : say('drawnBuckets', bars, count(end - first), say('drawnBars', count(window.barsPerBucket)));
    const merged =
      window.marks.length < window.marked
        ? say('marksMerged', count(window.marked), count(window.marks.length))
        : '';
    this.#note.textContent = [drawn, merged, this.#marketsNote].filter(Boolean).join('. ');
    this.#showMarks([...new Set(window.marks.map(({ kind }) => kind))].sort());
    this.#texts.show(source, panesOf(source.plots));
  }

  /** A legend names only what the chart shows. */
  readonly #showMarks = whenChanged((kinds: readonly MarkKind[]) => {
    const items = kinds.map((kind) => {
      const [sample, key] = markSamples[kind];
      return element('li', {}, element('span', { class: `sample mark ${sample}` }), this.#say(key));
    });
    this.#marks.replaceChildren(...items);
  });
}

import type { Plugin } from 'chart.js';
import {
  type BacktestSnapshot,
  maximumPanelBuckets,
  type SeriesWindow,
  type TradeRow,
} from '../../../extension/contracts/backtestPanel.ts';
import { onThemeChange } from '../../shared/colours.ts';
import { element } from '../../shared/dom.ts';
import type { Say } from '../../shared/texts.ts';
import {
  type BarRange,
  fitRange,
  isWhole,
  moveRange,
  rangeAround,
  rangeWith,
  wholeRange,
  zoomRange,
} from '../barRange.ts';
import type { backtestTexts } from '../texts.ts';
import { bucketAt, middleOf } from '../windowAxis.ts';
import type { WantedWindow } from '../windowLoader.ts';
import { type ChartSource, type PaneId, panesOf } from './chartSource.ts';
import { marksInSight, PaneContents } from './contents.ts';
import { chartFormats } from './figures.ts';
import { listenToGestures, type PlotSpan } from './gestures.ts';
import { Legend } from './legend.ts';
import { chosenTradePlugin, heldBackPlugin, marksPlugin, type PlacedMark } from './overlays.ts';
import { type PanelColours, readPanelColours } from './palette.ts';
import { axisWidth, Pane } from './panes.ts';
import { bucketSentence, bucketTime } from './readings.ts';

/** Pixels of a bucket: a candle, and the gap to the next. */
const bucketWidth = 3;
const fewestBuckets = 50;
const roundingError = 1e-6;
const drawnMark = 'bars-drawn';
const keyZoom = 1.5;

export interface ChartStackOptions {
  readonly say: Say<typeof backtestTexts>;
  readonly want: (window: WantedWindow) => void;
  /** What is in sight has changed: the range, or the bars in it. */
  readonly onChange: (source: ChartSource) => void;
  /** A person has chosen another range. */
  readonly onRange: (range: BarRange | null) => void;
  /** Where the pointer or the keys are: the time of the candle, null for nowhere. */
  readonly onPoint: (time: string | null) => void;
}

interface Part {
  readonly id: PaneId;
  readonly place: HTMLElement;
  readonly pane: Pane;
  readonly legend: Legend;
}

type Shown = Pick<BacktestSnapshot, 'data' | 'plots' | 'comparison'>;

/** The charts of a run above one another, over the same bars: they zoom, move and are read together. */
export class ChartStack {
  readonly root: HTMLElement;
  readonly #options: ChartStackOptions;
  readonly #crosshair = element('div', { class: 'crosshair', hidden: true });
  readonly #spoken = element('p', { class: 'unseen', role: 'status' });
  #parts: readonly Part[] = [];
  #marks: readonly PlacedMark[] = [];
  #colours: PanelColours = readPanelColours();
  #shown: Shown | undefined;
  #window: SeriesWindow | undefined;
  #range: BarRange = wholeRange(0);
  #isLogarithmic = false;
  #chosen: TradeRow | null = null;
  /** The bar that is pointed at. */
  #cursor: number | null = null;
  #frame: number | undefined;
  #isWindowNew = false;
  /** What was asked for last: the same is not asked for twice. */
  #asked = '';

  constructor(options: ChartStackOptions) {
    this.#options = options;
    const { say } = options;
    this.root = element('div', {
      class: 'plots',
      tabindex: 0,
      role: 'application',
      'aria-label': say('chartsTitle'),
      'aria-describedby': 'charts-help',
    });
    this.root.append(this.#crosshair);
    listenToGestures(this.root, () => this.#span(), {
      zoom: (factor, share) => this.#zoomBy(factor, share),
      move: (share) => this.move(share),
      point: (place) => this.#point(place?.share ?? null),
      showAll: () => this.showAll(),
    });
    this.root.addEventListener('keydown', (event) => this.#press(event));
    this.root.addEventListener('blur', () => this.#setCursor(null));
    new ResizeObserver(() => this.#resized()).observe(this.root);
    onThemeChange(() => {
      this.#colours = readPanelColours();
      this.#draw();
    });
  }

  /** For screen readers: what the keys have reached. */
  get spoken(): HTMLElement {
    return this.#spoken;
  }

  get range(): BarRange {
    return this.#range;
  }

  /** Shows a run; `range` null for all of it. Its bars are asked for. */
  setRun(shown: Shown, range: BarRange | null): void {
    const isOther = this.#shown?.data.key !== shown.data.key;
    this.#shown = shown;
    const ids = panesOf(shown.plots);
    if (isOther) {
      this.#window = undefined;
      this.#cursor = null;
      this.#chosen = null;
    }
    if (ids.join() !== this.#parts.map(({ id }) => id).join()) this.#makeParts(ids);
    const { bars } = shown.data;
    this.#range = range === null ? wholeRange(bars) : fitRange(range, bars);
    this.#askForBars();
    this.#draw();
  }

  setWindow(window: SeriesWindow): void {
    this.#window = window;
    this.#isWindowNew = true;
    // It has waited long enough: what moves by hand waits for the next frame, new bars do not.
    this.#drawNow();
  }

  setLogarithmic(isLogarithmic: boolean): void {
    this.#isLogarithmic = isLogarithmic;
    this.#draw();
  }

  /** Shows a trade with what came before and after it. */
  showTrade(trade: TradeRow): void {
    this.#chosen = trade;
    const last = trade.exitBar ?? Math.max(trade.entryBar, this.#bars - 1);
    this.#setRange(rangeAround(trade.entryBar, last, this.#bars));
  }

  /** Shows a bar with what came before and after it, and reads it. */
  showBar(bar: number): void {
    this.#chosen = null;
    this.#setRange(rangeAround(bar, bar, this.#bars));
    this.#setCursor(bar);
  }

  showAll(): void {
    this.#setRange(wholeRange(this.#bars));
  }

  showHeldBack(): void {
    const split = this.#shown?.data.splitBar;
    if (split !== null && split !== undefined) {
      this.#setRange(fitRange({ from: split, to: this.#bars }, this.#bars));
    }
  }

  /** Above 1 to see less. */
  zoom(factor: number): void {
    const { from, to } = this.#range;
    const anchor = this.#cursor === null ? (from + to) / 2 : this.#cursor + 0.5;
    this.#setRange(zoomRange(this.#range, this.#bars, factor, anchor));
  }

  /** By shares of what is in sight. */
  move(share: number): void {
    const { from, to } = this.#range;
    this.#setRange(moveRange(this.#range, this.#bars, share * (to - from)));
  }

  /** The panes that are drawn, with their names, from the top. */
  pictures(): { readonly title: string; readonly canvas: HTMLCanvasElement }[] {
    return this.#parts.map(({ pane, legend }) => ({ title: legend.text, canvas: pane.canvas }));
  }

  get colours(): PanelColours {
    return this.#colours;
  }

  source(): ChartSource | undefined {
    if (this.#shown === undefined || this.#window === undefined) return undefined;
    const { data, plots, comparison } = this.#shown;
    return {
      say: this.#options.say,
      formats: chartFormats(data.priceDecimals),
      window: this.#window,
      range: this.#range,
      plots,
      splitBar: data.splitBar,
      other: comparison && { run: comparison.run, isScaled: comparison.scaling !== null },
      isLogarithmic: this.#isLogarithmic,
      chosenTrade: this.#chosen,
    };
  }

  get #bars(): number {
    return this.#shown?.data.bars ?? 0;
  }

  #zoomBy(factor: number, share: number): boolean {
    const { from, to } = this.#range;
    if (factor < 1 && isWhole(this.#range, this.#bars)) return false;
    this.#setRange(zoomRange(this.#range, this.#bars, factor, from + share * (to - from)));
    return true;
  }

  #setRange(range: BarRange): void {
    if (range.from === this.#range.from && range.to === this.#range.to) {
      this.#draw();
      return;
    }
    this.#range = range;
    this.#options.onRange(isWhole(range, this.#bars) ? null : range);
    this.#askForBars();
    this.#draw();
  }

  #askForBars(): void {
    const width = this.root.clientWidth - axisWidth;
    if (this.#shown === undefined || this.#bars === 0 || width < 1) return;
    const wanted = {
      // A rounding error is no bar.
      from: Math.floor(this.#range.from + roundingError),
      to: Math.ceil(this.#range.to - roundingError),
      buckets: Math.min(maximumPanelBuckets, Math.max(fewestBuckets, Math.floor(width / bucketWidth))),
    };
    const asked = JSON.stringify([wanted, this.#shown.data.key, this.#shown.comparison?.run]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#options.want(wanted);
  }

  #makeParts(ids: readonly PaneId[]): void {
    for (const { place } of this.#parts) place.remove();
    this.#parts = ids.map((id, index) => {
      const legend = new Legend(id, this.#options.say);
      const place = element('div', { class: `pane ${id}` }, legend.root);
      this.root.append(place);
      return { id, place, legend, pane: new Pane(place, index === ids.length - 1, this.#pluginsOf(id)) };
    });
  }

  #pluginsOf(id: PaneId): Plugin[] {
    const colours = () => this.#colours;
    const { say } = this.#options;
    const split = () => this.#shown?.data.splitBar ?? null;
    const isPrice = id === 'price';
    const heldBack = heldBackPlugin(split, colours, isPrice ? () => say('heldBack') : undefined);
    if (!isPrice) return [heldBack];
    return [
      heldBack,
      marksPlugin(() => this.#marks, colours),
      chosenTradePlugin(() => this.#chosen, colours),
    ];
  }

  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#drawNow();
    });
  }

  #drawNow(): void {
    const source = this.source();
    if (source === undefined || source.window.time.length === 0) return;
    this.#marks = marksInSight(source);
    const contents = new PaneContents(source, this.#colours, this.#span().width);
    for (const { id, pane } of this.#parts) pane.show(contents.of(id));
    this.#showCursor();
    this.#options.onChange(source);
    if (!this.#isWindowNew) return;
    this.#isWindowNew = false;
    // For measurements: when new bars were last drawn.
    performance.clearMarks(drawnMark);
    performance.mark(drawnMark);
  }

  #resized(): void {
    this.#askForBars();
    this.#draw();
  }

  #span(): PlotSpan {
    const first = this.#parts[0];
    const area = first?.pane.area;
    const box = (first?.place ?? this.root).getBoundingClientRect();
    if (area === undefined || area.right <= area.left) return { left: box.left, width: box.width };
    return { left: box.left + area.left, width: area.right - area.left };
  }

  #point(share: number | null): void {
    const { from, to } = this.#range;
    this.#setCursor(share === null ? null : Math.min(to - 1, Math.floor(from + share * (to - from))));
  }

  #setCursor(bar: number | null): void {
    if (bar === this.#cursor) return;
    this.#cursor = bar;
    this.#showCursor();
  }

  #showCursor(): void {
    const source = this.source();
    if (source === undefined) return;
    const { window, range } = source;
    const bucket = this.#cursor === null ? -1 : bucketAt(window, this.#cursor);
    const shown = bucket < 0 ? bucketAt(window, range.to - 1) : bucket;
    for (const { id, legend } of this.#parts) legend.show(source, id, shown, bucket >= 0);
    this.#crosshair.hidden = bucket < 0;
    this.#options.onPoint(bucket < 0 ? null : bucketTime(source, bucket));
    if (bucket < 0) return;
    const { left, width } = this.#span();
    const share = (middleOf(window, bucket) - range.from) / (range.to - range.from);
    const x = left - this.root.getBoundingClientRect().left + Math.min(1, Math.max(0, share)) * width;
    this.#crosshair.style.transform = `translateX(${Math.round(x)}px)`;
  }

  /** Moves what is read by keys, and says it. */
  #read(bar: number): void {
    const target = Math.min(this.#bars - 1, Math.max(0, bar));
    const range = rangeWith(this.#range, this.#bars, target);
    this.#cursor = target;
    if (range !== this.#range) this.#setRange(range);
    this.#showCursor();
    const source = this.source();
    if (source === undefined) return;
    const panes = this.#parts.map(({ id }) => id);
    this.#spoken.textContent = bucketSentence(source, panes, bucketAt(source.window, target));
  }

  #press(event: KeyboardEvent): void {
    const window = this.#window;
    if (window === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = window.barsPerBucket;
    const { from, to } = this.#range;
    const current = this.#cursor ?? Math.floor((from + to) / 2);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (event.shiftKey ? this.move(-0.1) : this.#read(current - step)),
      ArrowRight: () => (event.shiftKey ? this.move(0.1) : this.#read(current + step)),
      PageUp: () => this.move(-0.9),
      PageDown: () => this.move(0.9),
      Home: () => this.#read(0),
      End: () => this.#read(this.#bars - 1),
      '+': () => this.zoom(keyZoom),
      '=': () => this.zoom(keyZoom),
      '-': () => this.zoom(1 / keyZoom),
      '0': () => this.showAll(),
      Escape: () => this.#setCursor(null),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }
}

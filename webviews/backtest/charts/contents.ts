import { type BarTick, barTicks, bucketAt, bucketsWithin, middleOf } from '../windowAxis.ts';
import type { Candle } from './candleController.ts';
import type { ChartSource, PaneId } from './chartSource.ts';
import { formatPercentTick, formatTick } from './figures.ts';
import type { PlacedMark } from './overlays.ts';
import type { PanelColours } from './palette.ts';
import type { PaneCandles, PaneContent, PaneLine } from './panes.ts';
import { plotStyle } from './plotStyle.ts';

const tickWidth = 80;

type Values = readonly (number | null)[];

/** Draws the panes' contents from what is to be shown. */
export class PaneContents {
  readonly #source: ChartSource;
  readonly #colours: PanelColours;
  readonly #width: number;
  readonly #middles: readonly number[];

  /** @param width of the plots, in pixels */
  constructor(source: ChartSource, colours: PanelColours, width: number) {
    this.#source = source;
    this.#colours = colours;
    this.#width = width;
    const { window } = source;
    this.#middles = window.time.map((_, bucket) => middleOf(window, bucket));
  }

  of(pane: PaneId): PaneContent {
    switch (pane) {
      case 'price':
        return this.#price();
      case 'volume':
        return this.#volume();
      case 'plots':
        return this.#plots();
      case 'equity':
        return this.#equity();
      case 'drawdown':
        return this.#drawdown();
    }
  }

  #price(): PaneContent {
    const { window } = this.#source;
    const { rise, fall, paper } = this.#colours;
    const candles = this.#candles(window.open, window.high, window.low, window.close);
    const series: (PaneLine | PaneCandles)[] = [
      { kind: 'candles', candles, barsPerCandle: window.barsPerBucket, rise, fall, hollow: paper },
      ...this.#plotLines('price'),
    ];
    return this.#content(series, [window.low, window.high], formatTick, true);
  }

  #volume(): PaneContent {
    const { volume, barsPerBucket } = this.#source.window;
    const none = volume.map(() => 0);
    const colour = this.#colours.volume;
    const candles = this.#candles(none, volume, none, volume);
    const columns: PaneCandles = {
      kind: 'candles',
      candles,
      barsPerCandle: barsPerBucket,
      rise: colour,
      fall: colour,
      hollow: colour,
    };
    return this.#content([columns], [volume, [0]], formatTick, false);
  }

  #plots(): PaneContent {
    const { window, plots } = this.#source;
    const below = window.plots.filter((_, index) => plots[index]?.pane === 'below');
    const values = below.flatMap(({ low, high }) => [low, high]);
    return this.#content(this.#plotLines('below'), values, formatTick, false);
  }

  #equity(): PaneContent {
    const { equity, equityLow, equityHigh, hold, otherEquity } = this.#source.window;
    const colours = this.#colours;
    const series: PaneLine[] = [
      this.#line(equityLow, {}),
      this.#line(equityHigh, { fill: { to: 'previous', colour: colours['equity-band'] } }),
      this.#line(hold, { stroke: colours.hold, width: 1.25, dash: [5, 3] }),
      this.#line(equity, { stroke: colours.equity, width: 1.75 }),
    ];
    if (otherEquity !== null) {
      series.push(this.#line(otherEquity, { stroke: colours.other, width: 1.5, dash: [9, 3] }));
    }
    return this.#content(series, [equityLow, equityHigh, hold, otherEquity ?? []], formatTick, true);
  }

  #drawdown(): PaneContent {
    const { drawdown } = this.#source.window;
    const colours = this.#colours;
    const line = this.#line(drawdown, {
      stroke: colours.drawdown,
      width: 1,
      fill: { to: 'zero', colour: colours['drawdown-area'] },
    });
    return this.#content([line], [drawdown, [0]], formatPercentTick, false);
  }

  #content(
    series: PaneContent['series'],
    values: readonly Values[],
    tick: (value: number) => string,
    canBeLogarithmic: boolean,
  ): PaneContent {
    const { window, range, isLogarithmic } = this.#source;
    const extent = extentOf(values, bucketsWithin(window, range));
    return {
      range,
      series,
      extent,
      // There is no logarithm of an account that is empty.
      isLogarithmic: isLogarithmic && canBeLogarithmic && extent.low > 0,
      ticks: this.#ticks(),
      formatTick: tick,
      colours: this.#colours,
    };
  }

  #ticks(): BarTick[] {
    const { window, range } = this.#source;
    const share = tickWidth / 2 / Math.max(1, this.#width);
    const isAtEdge = (bar: number): boolean => {
      const place = (bar - range.from) / (range.to - range.from);
      return place < share || place > 1 - share;
    };
    // A label at the edge would be cut or push the plot aside.
    return barTicks(window, range, Math.floor(this.#width / tickWidth)).map(({ value, label }) => ({
      value,
      label: isAtEdge(value) ? '' : label,
    }));
  }

  #plotLines(pane: 'price' | 'below'): PaneLine[] {
    const { window, plots } = this.#source;
    return window.plots.flatMap(({ low, high, last }, index) => {
      if (plots[index]?.pane !== pane) return [];
      const { colour, dash } = plotStyle(index);
      const stroke = this.#colours[colour];
      const line = this.#line(last, { stroke, dash, width: 1.25 });
      if (window.barsPerBucket === 1 || pane === 'price') return [line];
      return [this.#line(low, { stroke, width: 0.5 }), this.#line(high, { stroke, width: 0.5 }), line];
    });
  }

  #line(values: Values, style: Omit<PaneLine, 'kind' | 'points'>): PaneLine {
    const points = values.map((y, bucket) => ({ x: this.#middles[bucket] ?? 0, y }));
    return { kind: 'line', points, ...style };
  }

  #candles(
    open: readonly number[],
    high: readonly number[],
    low: readonly number[],
    close: readonly number[],
  ): Candle[] {
    return this.#middles.map((x, bucket) => ({
      x,
      open: open[bucket] ?? 0,
      high: high[bucket] ?? 0,
      low: low[bucket] ?? 0,
      close: close[bucket] ?? 0,
    }));
  }
}

/** Lowest and highest of what is in sight; a column of one value counts wherever one looks. */
function extentOf(
  columns: readonly Values[],
  { first, end }: { readonly first: number; readonly end: number },
): PaneContent['extent'] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    const [from, to] = column.length === 1 ? [0, 1] : [first, end];
    for (let bucket = from; bucket < to; bucket++) {
      const value = column[bucket];
      if (value === null || value === undefined) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low <= high ? { low, high } : { low: 0, high: 1 };
}

/** The marks in sight, each with the candle that it stands at. */
export function marksInSight({ window, range }: ChartSource): PlacedMark[] {
  return window.marks
    .filter(({ bar }) => bar + 0.5 >= range.from && bar + 0.5 <= range.to)
    .map(({ bar, price, kind }) => {
      const bucket = bucketAt(window, bar);
      const [low = price, high = price] = [window.low[bucket], window.high[bucket]];
      return { x: middleOf(window, bucket), price, kind, low, high };
    });
}

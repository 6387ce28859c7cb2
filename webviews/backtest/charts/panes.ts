import {
  Chart,
  type ChartDataset,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  type Plugin,
  PointElement,
  type Scale,
  type Tick,
} from 'chart.js';
import type { BarRange } from '../barRange.ts';
import type { BarTick } from '../windowAxis.ts';
import { type Candle, type CandleStyle, candleParts } from './candleController.ts';
import type { PanelColours } from './palette.ts';

Chart.register(
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ...candleParts,
);

/** Width of the prices beside the plots: equal in all panes, so that their bars stand above one another. */
export const axisWidth = 78;
const tickHeight = 20;

interface Point {
  readonly x: number;
  readonly y: number | null;
}

export interface PaneLine {
  readonly kind: 'line';
  readonly points: readonly Point[];
  /** Absent for the invisible edge of a band. */
  readonly stroke?: string;
  readonly width?: number;
  readonly dash?: readonly number[];
  /** The area to the line before this one, or to zero. */
  readonly fill?: { readonly to: 'previous' | 'zero'; readonly colour: string };
}

export interface PaneCandles extends CandleStyle {
  readonly kind: 'candles';
  readonly candles: readonly Candle[];
}

export interface PaneContent {
  readonly range: BarRange;
  readonly series: readonly (PaneLine | PaneCandles)[];
  /** Lowest and highest value to show. */
  readonly extent: { readonly low: number; readonly high: number };
  readonly isLogarithmic: boolean;
  readonly ticks: readonly BarTick[];
  readonly formatTick: (value: number) => string;
  readonly colours: PanelColours;
}

type PaneChart = Chart<'line' | 'candle', (Point | Candle)[]>;

function datasetOf(series: PaneLine | PaneCandles): ChartDataset<'line' | 'candle', (Point | Candle)[]> {
  if (series.kind === 'candles') {
    const { candles, barsPerCandle, rise, fall, hollow } = series;
    return { type: 'candle', data: [...candles], barsPerCandle, rise, fall, hollow };
  }
  const { points, stroke, width = 1.5, dash = [], fill } = series;
  return {
    type: 'line',
    data: [...points],
    borderColor: stroke ?? 'transparent',
    borderWidth: stroke === undefined ? 0 : width,
    borderDash: [...dash],
    backgroundColor: fill?.colour ?? 'transparent',
    fill: fill === undefined ? false : fill.to === 'previous' ? '-1' : 'origin',
    pointRadius: 0,
    spanGaps: false,
  };
}

/** One chart of the stack: it draws what it is given, and nothing moves by itself. */
export class Pane {
  readonly canvas = document.createElement('canvas');
  readonly #hasTimes: boolean;
  readonly #plugins: readonly Plugin[];
  #chart: PaneChart | undefined;
  #content: PaneContent | undefined;

  /** @param hasTimes whether the times stand below it */
  constructor(place: HTMLElement, hasTimes: boolean, plugins: readonly Plugin[]) {
    this.#hasTimes = hasTimes;
    this.#plugins = plugins;
    this.canvas.setAttribute('aria-hidden', 'true');
    place.append(this.canvas);
  }

  /** Where the plot stands within the canvas, in CSS pixels. */
  get area(): {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  } {
    return this.#chart?.chartArea ?? { left: 0, right: 0, top: 0, bottom: 0 };
  }

  /** The value at a height within the canvas. */
  valueAt(y: number): number | undefined {
    return this.#chart?.scales['y']?.getValueForPixel(y);
  }

  show(content: PaneContent): void {
    const isOfAnotherScale = this.#content?.isLogarithmic !== content.isLogarithmic;
    this.#content = content;
    if (this.#chart === undefined || isOfAnotherScale) {
      this.#chart?.destroy();
      this.#chart = this.#make(content);
      return;
    }
    this.#chart.data.datasets = content.series.map(datasetOf);
    const { x, y } = this.#chart.options.scales ?? {};
    Object.assign(x ?? {}, this.#xRange(content));
    Object.assign(y ?? {}, yRange(content));
    for (const scale of [x, y]) paintScale(scale, content.colours);
    this.#chart.update('none');
  }

  #make(content: PaneContent): PaneChart {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 11;
    const scaleColours = { color: content.colours.muted };
    const grid = { color: content.colours.line, drawTicks: false };
    const border = { color: content.colours.line };
    return new Chart<'line' | 'candle', (Point | Candle)[]>(this.canvas, {
      type: 'line',
      data: { datasets: content.series.map(datasetOf) },
      plugins: [...this.#plugins],
      options: {
        animation: false,
        events: [],
        parsing: false,
        normalized: true,
        maintainAspectRatio: false,
        layout: { padding: 0 },
        scales: {
          x: {
            type: 'linear',
            ...this.#xRange(content),
            afterBuildTicks: (scale) => {
              scale.ticks = (this.#content?.ticks ?? []).map(({ value, label }) => ({ value, label }));
            },
            afterFit: (scale) => {
              // Room for labels at the ends would put this plot's bars beside those of the others.
              scale.paddingLeft = 0;
              scale.paddingRight = 0;
            },
            grid,
            border,
            ticks: {
              ...scaleColours,
              display: this.#hasTimes,
              maxRotation: 0,
              autoSkip: false,
              padding: 4,
              callback: (_, index, ticks) => ticks[index]?.label ?? '',
            },
          },
          y: {
            type: content.isLogarithmic ? 'logarithmic' : 'linear',
            position: 'right',
            ...yRange(content),
            grid,
            border,
            ticks: {
              ...scaleColours,
              callback: (value) => this.#content?.formatTick(Number(value)) ?? '',
              includeBounds: false,
              padding: 6,
            },
            afterBuildTicks: (scale) => {
              scale.ticks = withRoom(scale, content.isLogarithmic);
            },
            afterFit: (scale) => {
              scale.width = axisWidth;
            },
          },
        },
      },
    });
  }

  #xRange({ range }: PaneContent) {
    return { min: range.from, max: range.to };
  }
}

/** The ticks within a scale whose labels do not touch. */
function withRoom({ ticks, min, max, height }: Scale, isLogarithmic: boolean): Tick[] {
  const placeOf = (value: number): number =>
    (isLogarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)) * height;
  let last = Number.NEGATIVE_INFINITY;
  return ticks.filter(({ value }) => {
    const place = placeOf(value);
    // The ends of a range are no round values.
    const isEnd = value !== 0 && (value === min || value === max);
    if (isEnd || place - last < tickHeight) return false;
    last = place;
    return true;
  });
}

function yRange({ extent, isLogarithmic }: PaneContent) {
  const { low, high } = extent;
  if (isLogarithmic) {
    const margin = (high / low) ** 0.04;
    return { min: low / margin, max: high * margin };
  }
  const margin = (high - low) * 0.04 || Math.abs(high) * 0.01 || 1;
  // What begins or ends at nothing stands on the edge.
  return { min: low === 0 ? 0 : low - margin, max: high === 0 ? 0 : high + margin };
}

interface Paintable {
  ticks?: { color?: unknown };
  grid?: { color?: unknown };
  border?: { color?: unknown };
}

function paintScale(scale: unknown, colours: PanelColours): void {
  const { ticks, grid, border } = (scale ?? {}) as Paintable;
  if (ticks) ticks.color = colours.muted;
  if (grid) grid.color = colours.line;
  if (border) border.color = colours.line;
}

import {
  type CartesianScaleTypeRegistry,
  type ChartComponent,
  DatasetController,
  Element,
  type UpdateMode,
} from 'chart.js';

/** A candle or a column over its bucket; `x` is the middle, in bars. */
export interface Candle {
  readonly x: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

declare module 'chart.js' {
  interface ChartTypeRegistry {
    candle: {
      chartOptions: Record<never, never>;
      datasetOptions: CandleStyle;
      defaultDataPoint: Candle;
      metaExtensions: Record<never, never>;
      parsedDataType: Candle;
      scales: keyof CartesianScaleTypeRegistry;
    };
  }
}

export interface CandleStyle {
  /** Bars of a bucket. */
  barsPerCandle: number;
  rise: string;
  fall: string;
  /** Fill of rising candles: hollow, so that colour is not all that tells them apart. */
  hollow: string;
}

interface CandleShape extends CandleStyle {
  readonly x: number;
  readonly openY: number;
  readonly highY: number;
  readonly lowY: number;
  readonly closeY: number;
  readonly width: number;
}

/** Below this width a candle has no room for a body. */
const narrowestBody = 2;

class CandleElement extends Element<CandleShape> {
  static id = 'candle';
  static override defaults = {};

  draw(context: CanvasRenderingContext2D): void {
    const { x, openY, highY, lowY, closeY, width, rise, fall, hollow } = this as unknown as CandleShape;
    const isRise = closeY <= openY;
    context.strokeStyle = isRise ? rise : fall;
    context.lineWidth = width < narrowestBody ? Math.max(1, width) : 1;
    context.beginPath();
    context.moveTo(x, highY);
    // A bar without movement is a dash, not nothing.
    context.lineTo(x, Math.max(lowY, highY + 1));
    context.stroke();
    if (width < narrowestBody) return;
    context.fillStyle = isRise ? hollow : fall;
    const top = Math.min(openY, closeY);
    const height = Math.max(1, Math.abs(openY - closeY));
    context.fillRect(x - width / 2, top, width, height);
    context.strokeRect(x - width / 2, top, width, height);
  }
}

/** Draws candles that are bucketed already: a body from open to close, a wick from high to low. */
class CandleController extends DatasetController<'candle', CandleElement> {
  static id = 'candle';
  static defaults = { datasetElementType: false, dataElementType: 'candle', animation: false };

  override update(mode: UpdateMode): void {
    const { data } = this._cachedMeta;
    this.updateElements(data, 0, data.length, mode);
  }

  override updateElements(elements: CandleElement[], start: number, count: number, mode: UpdateMode): void {
    const { xScale, yScale } = this._cachedMeta;
    if (xScale === undefined || yScale === undefined) return;
    const dataset = this.getDataset() as unknown as CandleStyle & { readonly data: readonly Candle[] };
    const { barsPerCandle, rise, fall, hollow } = dataset;
    // Pixels far out of sight are not told exactly, so the step is measured within.
    const step = xScale.getPixelForValue(xScale.min + barsPerCandle) - xScale.getPixelForValue(xScale.min);
    const width = Math.max(Math.min(1, step), Math.floor(step * 0.7));
    for (let index = start; index < start + count; index++) {
      const [element, candle] = [elements[index], dataset.data[index]];
      if (element === undefined || candle === undefined) continue;
      const shape: CandleShape = {
        x: xScale.getPixelForValue(candle.x),
        openY: yScale.getPixelForValue(candle.open),
        highY: yScale.getPixelForValue(candle.high),
        lowY: yScale.getPixelForValue(candle.low),
        closeY: yScale.getPixelForValue(candle.close),
        width,
        barsPerCandle,
        rise,
        fall,
        hollow,
      };
      this.updateElement(element, index, shape, mode);
    }
  }
}

/** What `Chart.register` takes to draw datasets of the type `candle`. */
export const candleParts = [CandleController, CandleElement] as unknown as ChartComponent[];

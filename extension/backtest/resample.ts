import { type CandleColumns, type Timeframe, timeframeMilliseconds } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { offsetInBar } from './barGrid.ts';

/** Bars of a higher timeframe, each with the moment from which it may be known. */
export interface HigherBars extends CandleColumns {
  /** Index of the base bar, counted from the first that was fed, at whose close the bar is known to be closed. */
  readonly visibleAt: Float64Array;
}

/** Whether bars of `base` make whole bars of `higher`: it is longer, and a multiple. */
export function canResample(base: Timeframe, higher: Timeframe): boolean {
  const length = timeframeMilliseconds[higher];
  const step = timeframeMilliseconds[base];
  return length > step && length % step === 0;
}

/**
 * Makes bars of a higher timeframe from base bars that come in pieces; how they are cut plays no part.
 * Higher bars open on the grid of UTC time: days at 00:00, weeks on Mondays. A bar covers whatever base bars
 * there are, and none is made where there are none: open of the first, highest high, lowest low, close of
 * the last, volumes added in their order.
 *
 * A higher bar is known at the close of the first base bar that ends at or after the higher bar's own end:
 * usually its last base bar; where that one is missing, the next that there is. A last bar whose end no base
 * bar has reached is never given out.
 */
export class Resampler {
  readonly #higher: Timeframe;
  readonly #step: number;
  readonly #length: number;
  #fed = 0;
  /** Open time of the bar in the making; NaN while there is none. */
  #start = Number.NaN;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;

  /** @throws LabError `data.time` where base bars make no whole bars of the higher timeframe */
  constructor(base: Timeframe, higher: Timeframe) {
    if (!canResample(base, higher)) {
      throw new LabError('data.time', `Bars of ${base} make no whole bars of ${higher}.`, {
        action: `Choose a timeframe that is longer than ${base} and a multiple of it.`,
      });
    }
    this.#higher = higher;
    this.#step = timeframeMilliseconds[base];
    this.#length = timeframeMilliseconds[higher];
  }

  /**
   * Takes the base bars `from` <= index < `to` of `columns`, the next in time, and answers the bars that
   * became known at their closes, oldest first.
   * @throws LabError `data.time` for a base bar that lies in two higher bars
   */
  feed(columns: CandleColumns, from: number, to: number): HigherBars {
    const { time, open, high, low, close, volume } = columns;
    const out = emptyBars(this.#mostBars(time, from, to));
    let count = 0;
    const give = (visibleAt: number): void => {
      out.time[count] = this.#start;
      out.open[count] = this.#open;
      out.high[count] = this.#high;
      out.low[count] = this.#low;
      out.close[count] = this.#close;
      out.volume[count] = this.#volume;
      out.visibleAt[count] = visibleAt;
      count += 1;
      this.#start = Number.NaN;
    };
    for (let bar = from; bar < to; bar += 1) {
      const opened = time[bar] as number;
      const offset = offsetInBar(opened, this.#higher);
      if (offset + this.#step > this.#length) throw this.#straddles(bar, opened);
      const start = opened - offset;
      const index = this.#fed;
      this.#fed += 1;
      if (this.#start < start) give(index);
      if (this.#start === start) {
        this.#high = Math.max(this.#high, high[bar] as number);
        this.#low = Math.min(this.#low, low[bar] as number);
        this.#volume += volume[bar] as number;
      } else {
        this.#start = start;
        this.#open = open[bar] as number;
        this.#high = high[bar] as number;
        this.#low = low[bar] as number;
        this.#volume = volume[bar] as number;
      }
      this.#close = close[bar] as number;
      if (offset + this.#step === this.#length) give(index);
    }
    return cut(out, count);
  }

  /** No more higher bars than base bars and the one in the making, nor than fit into the span of time. */
  #mostBars(time: Float64Array, from: number, to: number): number {
    if (to <= from) return 0;
    const span = (time[to - 1] as number) - (time[from] as number);
    return Math.min(to - from + 1, Math.floor(span / this.#length) + 3);
  }

  #straddles(bar: number, time: number): LabError {
    return new LabError('data.time', `A base bar lies in two bars of ${this.#higher}.`, {
      action: 'Use base bars that open on the usual grid of UTC time.',
      place: { bar, time },
    });
  }
}

function emptyBars(length: number): HigherBars {
  return {
    time: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
    visibleAt: new Float64Array(length),
  };
}

function cut(bars: HigherBars, length: number): HigherBars {
  return {
    time: bars.time.subarray(0, length),
    open: bars.open.subarray(0, length),
    high: bars.high.subarray(0, length),
    low: bars.low.subarray(0, length),
    close: bars.close.subarray(0, length),
    volume: bars.volume.subarray(0, length),
    visibleAt: bars.visibleAt.subarray(0, length),
  };
}

import type { HigherTimeframe, TimeframeName } from 'strategy-lab';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import { createIndicators } from './indicators/create.ts';
import { barsOf } from './marketViews.ts';
import { canResample, Resampler } from './resample.ts';
import { BarWindow } from './series.ts';

/** Higher timeframes that a strategy may look at, of one market. */
const mostTimeframes = 8;

/** Bars of one higher timeframe, made from the bars of the run and shown once they have closed. */
class HigherWindow {
  readonly window: BarWindow;
  /** True at the bar of the run at whose close a bar of this timeframe has become known. */
  isNew = false;
  /** Bars of this timeframe before its slowest indicator has a value. */
  warmUp = 0;
  readonly #resampler: Resampler;
  /** For each bar of the window, the number of the run's bar at whose close it is known. */
  readonly #visibleAt: Float64Array;

  constructor(base: Timeframe, higher: Timeframe, onRefused?: (what: string) => void) {
    this.window = new BarWindow(onRefused);
    this.#resampler = new Resampler(base, higher);
    this.#visibleAt = this.window.addColumn();
  }

  /** Takes bars `from` to `to` of the run's window. */
  append({ columns }: BarWindow, from: number, to: number): void {
    const bars = this.#resampler.feed(columns, from, to);
    const count = bars.time.length;
    if (count === 0) return;
    this.window.append(bars, 0, count);
    this.#visibleAt.set(bars.visibleAt, this.window.length - count);
  }

  /** Shows what is known at the close of the run's bar number `bar`. */
  moveTo(bar: number): void {
    const { window } = this;
    const before = window.cursor;
    let next = before + 1;
    while (next < window.length && (this.#visibleAt[next] as number) <= bar) next++;
    window.cursor = next - 1;
    this.isNew = next - 1 > before;
  }

  get isWarm(): boolean {
    return this.window.base + this.window.cursor >= this.warmUp;
  }
}

/** The higher timeframes of one market, as its strategy asks for them in `setup`. */
export class HigherTimeframes {
  readonly #base: Timeframe;
  readonly #onRefused: ((what: string) => void) | undefined;
  readonly #windows: HigherWindow[] = [];
  readonly #given = new Map<string, HigherTimeframe>();
  readonly #seals: (() => void)[] = [];
  #isSealed = false;

  constructor(base: Timeframe, onRefused?: (what: string) => void) {
    this.#base = base;
    this.#onRefused = onRefused;
  }

  /** The function that `setup` is given. */
  readonly take = (name: TimeframeName): HigherTimeframe => {
    if (this.#isSealed) throw new Error('timeframe can be called in setup only');
    const known = this.#given.get(name);
    if (known !== undefined) return known;
    // What only turns into a text could turn into another one each time.
    if (
      typeof name !== 'string' ||
      !Object.hasOwn(timeframeMilliseconds, name) ||
      !canResample(this.#base, name)
    ) {
      throw new RangeError(
        `timeframe takes one that is longer than ${this.#base} and a multiple of it, was ${String(name)}`,
      );
    }
    if (this.#windows.length === mostTimeframes) {
      throw new RangeError(`a strategy looks at ${mostTimeframes} higher timeframes at most`);
    }
    const higher = new HigherWindow(this.#base, name, this.#onRefused);
    const { indicators, seal } = createIndicators(higher.window);
    const given: HigherTimeframe = Object.freeze({
      indicators: Object.freeze(indicators),
      bars: barsOf(higher.window),
      get isNew() {
        return higher.isNew;
      },
    });
    this.#windows.push(higher);
    this.#given.set(name, given);
    this.#seals.push(() => {
      higher.warmUp = seal();
    });
    return given;
  };

  /** Ends the asking. */
  seal(): void {
    this.#isSealed = true;
    for (const seal of this.#seals) seal();
  }

  get isEmpty(): boolean {
    return this.#windows.length === 0;
  }

  /** Takes the last `count` bars of the run's window. */
  append(window: BarWindow, count: number): void {
    for (const higher of this.#windows) higher.append(window, window.length - count, window.length);
  }

  moveTo(bar: number): void {
    for (const higher of this.#windows) higher.moveTo(bar);
  }

  get isWarm(): boolean {
    return this.#windows.every(({ isWarm }) => isWarm);
  }
}

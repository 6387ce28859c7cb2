import type { PlotOptions, Series } from 'strategy-lab';
import type { PlotPane } from '../contracts/strategy.ts';
import { longestPlotName, maximumPlots } from './rules.ts';
import { type BarWindow, isSeries, valuesOf, windowOf } from './series.ts';

export interface PlotDeclaration {
  readonly name: string;
  readonly pane: PlotPane;
}

const panes: readonly PlotPane[] = ['price', 'below'];

/** What a chart cannot show, or shows as something else: control marks, marks of direction, half letters. */
const unshowable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The series that a strategy declares to be shown. Nothing of a run is computed from them. */
export class Plots {
  readonly declarations: PlotDeclaration[] = [];
  readonly #columns: Float64Array[] = [];
  readonly #window: BarWindow;
  #isSealed = false;
  #bars = 0;
  #values = new Float64Array(0);

  /** `window` is that of the run's first market. */
  constructor(window: BarWindow) {
    this.#window = window;
  }

  /** The function that `setup` is given. */
  readonly declare = (name: string, series: Series, options?: PlotOptions): void => {
    if (this.#isSealed) throw new Error('plot can be called in setup only');
    const shown = this.#checkName(name);
    if (!isSeries(series)) {
      throw new TypeError(`the plot ${shown} takes one series of this run, such as indicators.sma(20)`);
    }
    if (windowOf(series) !== this.#window) {
      throw new TypeError(`the plot ${shown} takes a series of the first market, bar by bar`);
    }
    const pane = checkPane(options);
    if (this.declarations.length === maximumPlots) {
      throw new RangeError(`a strategy has at most ${maximumPlots} plots`);
    }
    this.declarations.push(Object.freeze({ name: shown, pane }));
    this.#columns.push(valuesOf(series));
  };

  /** Ends the declaring. */
  seal(): void {
    this.#isSealed = true;
  }

  /** Makes room for the values of `bars` bars, in place of those recorded before. */
  begin(bars: number): void {
    const length = this.#columns.length * bars;
    if (this.#values.length !== length) this.#values = new Float64Array(length);
    this.#bars = bars;
  }

  /** Records bars `from` to `to` of the window as those from `at` on of the piece that has begun. */
  record(from: number, to: number, at: number): void {
    for (const [plot, column] of this.#columns.entries()) {
      this.#values.set(column.subarray(from, to), plot * this.#bars + at);
    }
  }

  /** The values of the piece, plot after plot, one a bar; NaN where a series has none yet. */
  get values(): Float64Array {
    return this.#values;
  }

  #checkName(name: unknown): string {
    const shown = typeof name === 'string' ? name.trim() : '';
    if (shown === '' || shown.length > longestPlotName || unshowable.test(shown)) {
      throw new TypeError(
        `plot takes a name of 1 to ${longestPlotName} characters that can be shown as its first argument`,
      );
    }
    if (this.declarations.some((other) => other.name === shown)) {
      throw new Error(`there are two plots of the name ${shown}`);
    }
    return shown;
  }
}

function checkPane(options: unknown): PlotPane {
  if (options === undefined) return 'price';
  if (typeof options !== 'object' || options === null) {
    throw new TypeError("plot takes its options as an object: { pane: 'below' }");
  }
  const { pane = 'price' } = options as PlotOptions;
  if (!panes.includes(pane)) throw new TypeError("the pane of a plot is 'price' or 'below'");
  return pane;
}

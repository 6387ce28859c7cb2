import { maximumPeriod } from '../rules.ts';
import { type BarWindow, isSeries, windowOf } from '../series.ts';
import { columnOf, type KeptColumn, Pipeline } from './pipeline.ts';

/** The columns of the market. */
export interface BarColumns {
  readonly time: KeptColumn;
  readonly open: KeptColumn;
  readonly high: KeptColumn;
  readonly low: KeptColumn;
  readonly close: KeptColumn;
  readonly volume: KeptColumn;
}

/**
 * Begins a call of the indicator of this name, whose periods are at least `minimum` bars, or 1.
 * @throws Error after `setup`, RangeError for what is no period
 */
export type Begin = (name: string, periods: readonly number[], minimum?: number) => IndicatorCall;

/**
 * What stands for an option where it is left out; null where that is a computed source. A list holds all
 * values that the option may have, the usual one first.
 */
type OptionDefault = KeptColumn | null | number | readonly (string | number)[];

type OptionValue<Default extends OptionDefault> = Default extends readonly (infer Choice)[]
  ? Choice
  : Default extends number
    ? number
    : KeptColumn | Extract<Default, null>;

/** One call of an indicator: checks its arguments and builds its pipeline. */
export class IndicatorCall {
  readonly name: string;
  readonly bars: BarColumns;
  readonly pipeline: Pipeline;
  readonly #window: BarWindow;

  constructor(name: string, window: BarWindow, onOutput: (lookback: number) => void) {
    this.name = `indicators.${name}`;
    this.#window = window;
    this.pipeline = new Pipeline(window, onOutput);
    const { time, open, high, low, close, volume } = window;
    this.bars = {
      time: columnOf(time),
      open: columnOf(open),
      high: columnOf(high),
      low: columnOf(low),
      close: columnOf(close),
      volume: columnOf(volume),
    };
  }

  /** @throws RangeError for what is no period of this indicator */
  checkPeriods(periods: readonly number[], minimum = 1): void {
    for (const period of periods) {
      if (!Number.isInteger(period) || period < minimum || period > maximumPeriod) {
        throw new RangeError(
          `${this.name} takes whole bars from ${minimum} to ${maximumPeriod}, was ${period}`,
        );
      }
    }
  }

  /** @throws RangeError for what is no finite number above 0 */
  checkAboveZero(what: string, value: number): void {
    if (typeof value !== 'number' || !(value > 0) || value === Infinity) {
      throw new RangeError(`${this.name} takes ${what} above 0, was ${value}`);
    }
  }

  /** The source that was given as the last argument, or as its option; `usual` where there is none. */
  sourceOf(given: unknown, usual: KeptColumn = this.bars.close): KeptColumn {
    return this.options(given, { source: usual }).source;
  }

  /** A series that was given, as a column. @throws TypeError for what cannot be a source here */
  column(given: unknown): KeptColumn {
    if (!isSeries(given)) throw new TypeError(`${this.name} takes a series of this run as its source`);
    if (windowOf(given) !== this.#window) {
      throw new TypeError(`${this.name} takes a source of its own market`);
    }
    const column = columnOf(given);
    if (column.lookback === Infinity) {
      throw new TypeError(`${this.name} takes no source whose first bar the calendar decides about`);
    }
    return column;
  }

  /**
   * Reads the last argument: options, or a source in their place.
   * @throws TypeError for an unknown option, RangeError for a value that an option cannot have
   */
  options<const Defaults extends Readonly<Record<string, OptionDefault>>>(
    given: unknown,
    defaults: Defaults,
  ): { readonly [Key in keyof Defaults]: OptionValue<Defaults[Key]> } {
    const options = this.#plainOptions(given, Object.keys(defaults));
    const read = Object.entries(defaults).map(([name, usual]) => [
      name,
      this.#option(name, options[name], usual),
    ]);
    return Object.fromEntries(read) as { [Key in keyof Defaults]: OptionValue<Defaults[Key]> };
  }

  #plainOptions(given: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
    if (given === undefined) return {};
    if (names.includes('source') && isSeries(given)) return { source: given };
    const prototype: unknown = typeof given === 'object' && given !== null && Object.getPrototypeOf(given);
    if (prototype !== Object.prototype && prototype !== null) {
      const what = names.includes('source')
        ? 'a series of this run or an object of options'
        : 'an object of options';
      throw new TypeError(`${this.name} takes ${what} as its last argument`);
    }
    const unknown = Object.keys(given as object).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new TypeError(`${this.name} takes no option ${unknown}; it takes ${names.join(', ')}`);
    }
    return given as Record<string, unknown>;
  }

  #option(name: string, value: unknown, usual: OptionDefault): unknown {
    if (Array.isArray(usual)) {
      if (value === undefined) return usual[0];
      if (usual.includes(value)) return value;
      const choices = usual.map((choice) => JSON.stringify(choice)).join(' or ');
      throw new RangeError(`${this.name} takes ${name} ${choices}, was ${String(value)}`);
    }
    if (value === undefined) return usual;
    if (typeof usual === 'number') {
      this.checkAboveZero(name, value as number);
      return value;
    }
    return this.column(value);
  }
}

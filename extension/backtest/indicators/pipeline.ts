import type { Series } from 'strategy-lab';
import { type BarWindow, type Compute, lookbackOf, valuesOf, WindowSeries } from '../series.ts';

/** A value of each bar, and the number of bars before the first one. Only the present block may be read. */
export interface Column {
  readonly values: Float64Array;
  readonly lookback: number;
}

/** A column that keeps its history: bars before the present block may be read too. */
export interface KeptColumn extends Column {
  readonly isKept: true;
}

/** A computation with one result. What it writes for bars before its first value does not count. */
export interface Stage {
  readonly lookback: number;
  start(out: Float64Array): Compute;
}

/** A computation with several results, by their names. */
export interface Stages<Name extends string> {
  /** Infinite where the calendar decides about the first bar: then it writes NaN before that bar itself. */
  readonly lookback: number;
  readonly names: readonly Name[];
  start(outs: Readonly<Record<Name, Float64Array>>): Compute;
}

interface Step {
  readonly lookback: number;
  readonly outs: readonly Float64Array[];
  readonly compute: Compute;
}

export function columnOf(series: Series): KeptColumn {
  return { values: valuesOf(series), lookback: lookbackOf(series), isKept: true };
}

/**
 * The steps that compute one indicator, run one after the other over each block of bars. What stands
 * between them lies in columns that all indicators of the window share; only what the strategy reads, or
 * a later step looks back on, has a column of its own.
 */
export class Pipeline {
  readonly #window: BarWindow;
  readonly #onOutput: (lookback: number) => void;
  readonly #steps: Step[] = [];
  #scratchColumns = 0;
  #bars = 0;

  /** `onOutput` is told the lookback of each series that the strategy gets. */
  constructor(window: BarWindow, onOutput: (lookback: number) => void) {
    this.#window = window;
    this.#onOutput = onOutput;
    window.addComputation((from, to) => this.#run(from, to));
  }

  /** Adds a step whose result later steps read block by block. */
  step(stage: Stage): Column {
    return this.#add(stage, this.#scratch());
  }

  /** Adds a step whose result later steps look back on. */
  keep(stage: Stage): KeptColumn {
    return { ...this.#add(stage, this.#window.addColumn()), isKept: true };
  }

  /** Adds a step whose result the strategy reads. */
  output(stage: Stage): Series {
    const series = this.#series(stage.lookback);
    this.#add(stage, valuesOf(series));
    return series;
  }

  /** `step` for several results. */
  steps<Name extends string>(stages: Stages<Name>): Record<Name, Column> {
    const { lookback, names } = stages;
    const values = named(names, () => this.#scratch());
    this.#steps.push({ lookback, outs: Object.values(values), compute: stages.start(values) });
    return named(names, (name) => ({ values: values[name], lookback }));
  }

  /** `output` for several results. */
  outputs<Name extends string>(stages: Stages<Name>): Record<Name, Series> {
    const { lookback, names } = stages;
    const series = named(names, () => this.#series(lookback));
    const values = named(names, (name) => valuesOf(series[name]));
    this.#steps.push({ lookback, outs: Object.values(values), compute: stages.start(values) });
    return series;
  }

  #scratch(): Float64Array {
    return this.#window.scratchColumn(this.#scratchColumns++);
  }

  #series(lookback: number): Series {
    this.#onOutput(lookback);
    return new WindowSeries(this.#window, lookback);
  }

  #add({ lookback, start }: Stage, values: Float64Array): Column {
    this.#steps.push({ lookback, outs: [values], compute: start(values) });
    return { values, lookback };
  }

  #run(from: number, to: number): void {
    for (const { lookback, outs, compute } of this.#steps) {
      compute(from, to);
      if (this.#bars >= lookback || lookback === Infinity) continue;
      const firstValue = Math.min(to, from + lookback - this.#bars);
      for (const out of outs) out.fill(NaN, from, firstValue);
    }
    this.#bars += to - from;
  }
}

function named<Name extends string, Value>(
  names: readonly Name[],
  make: (name: Name) => Value,
): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Value>;
}

import type { StrategyPlot } from '../extension/contracts/strategy.ts';
import { cleanText, protocolError } from './failures.ts';
import type { Plot } from './frames.ts';

/**
 * Plotted values that one run keeps: 64 MB. What is beyond is still sent, because the runner must not learn
 * from what is asked of it how many bars there are.
 */
export const maximumPlottedValues = 8_388_608;

/** Takes what a run plots, chunk by chunk, as text and numbers for the eye alone. */
export class PlotCollection {
  /** Plots that the runner sends values of. */
  readonly declared: number;
  /** Names of those that are not kept. */
  readonly leftOut: readonly string[];
  readonly #kept: readonly StrategyPlot[];

  /** `bars` is the length of the whole run. @throws LabError `sandbox.protocol` */
  constructor(plots: readonly Plot[], bars: number, maximum = maximumPlottedValues) {
    const names = plots.map(({ name }) => cleanText(name));
    // The runner takes no plot whose name is empty, cannot be shown or is there already.
    if (names.includes('') || new Set(names).size < names.length) {
      throw protocolError('named its plots as no strategy can');
    }
    this.declared = plots.length;
    const kept = Math.floor(maximum / bars);
    this.leftOut = names.slice(kept);
    this.#kept = plots.slice(0, kept).map(({ pane }, plot) => ({
      name: names[plot] as string,
      pane,
      values: new Float64Array(bars),
    }));
  }

  /** Takes the values of bars `from` to `to`, plot after plot. */
  add(plotted: Float64Array, from: number, to: number): void {
    const count = to - from;
    for (const [plot, { values }] of this.#kept.entries()) {
      for (let bar = 0; bar < count; bar++) {
        const value = plotted[plot * count + bar] as number;
        values[from + bar] = Number.isFinite(value) ? value : Number.NaN;
      }
    }
  }

  get plots(): readonly StrategyPlot[] {
    return this.#kept;
  }
}

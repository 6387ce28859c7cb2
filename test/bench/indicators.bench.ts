import { createIndicators } from '../../extension/backtest/indicators/create.ts';
import { BarWindow, blockBars } from '../../extension/backtest/series.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { type IndicatorCase, indicatorCases } from '../backtest/support/indicatorCases.ts';
import { callOf, titleOf } from '../backtest/support/indicatorRun.ts';
import { syntheticMarket } from '../backtest/support/market.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * Each indicator with its usual arguments over a million bars, block by block as in a run, less what the
 * window without an indicator takes; against a plain running sum of 20 closes, the least that an average
 * can be.
 */
const bars = 1_000_000;
const warmUps = 2;
const rounds = 6;

/** Each indicator's first case; periods of 20 beside the averages of the reference. */
const usual = [...new Map(indicatorCases.toReversed().map((call) => [call[0], call])).values()].toReversed();

function run(columns: CandleColumns, prepare: (window: BarWindow) => void): number {
  const window = new BarWindow();
  prepare(window);
  const start = performance.now();
  for (let from = 0; from < bars; from += blockBars) {
    window.append(columns, from, Math.min(bars, from + blockBars));
  }
  return performance.now() - start;
}

function plainSum(window: BarWindow): void {
  const { close } = window.columns;
  const out = window.addColumn();
  const period = 20;
  let kept = 0;
  let seen = 0;
  window.addComputation((from, to) => {
    let sum = kept;
    for (let index = from; index < to; index++) {
      sum += close[index] as number;
      seen++;
      if (seen > period) sum -= close[index - period] as number;
      if (seen >= period) out[index] = sum / period;
    }
    kept = sum;
  });
}

function prepared(call: IndicatorCase): (window: BarWindow) => void {
  return (window) => void callOf(call, createIndicators(window).indicators, window);
}

export const group: BenchGroup = {
  name: 'indicators',
  async run() {
    const columns = syntheticMarket({ bars, seed: 1, step: 60_000 });
    const tasks = [() => undefined, plainSum, ...usual.map(prepared)];
    const best = tasks.map(() => Number.POSITIVE_INFINITY);
    for (let round = -warmUps; round < rounds; round++) {
      for (const [index, task] of tasks.entries()) {
        const time = run(columns, task);
        if (round >= 0) best[index] = Math.min(best[index] as number, time);
      }
    }
    const [empty = 0, plain = 0, ...times] = best;
    const reference = plain - empty;
    return usual.map((call, index): BenchResult => {
      const value = (times[index] as number) - empty;
      return {
        name: `${titleOf(call)} over 1M bars, against a plain sum of 20`,
        value,
        unit: 'ms',
        reference,
        ratio: value / reference,
      };
    });
  },
};

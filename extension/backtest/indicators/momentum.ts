import type { Indicators, Series } from 'strategy-lab';
import type { Begin, IndicatorCall } from './call.ts';
import {
  delayed,
  difference,
  magnitude,
  midpoint,
  momentum,
  quotient,
  rateOfChange,
  scaled,
} from './kernels/arithmetic.ts';
import { exponentialAverage } from './kernels/recursiveAverage.ts';
import { simpleMovingAverage } from './kernels/simpleAverage.ts';
import { windowMean } from './kernels/sums.ts';
import { type Column, columnOf, type Stage } from './pipeline.ts';

type Momentum =
  | 'change'
  | 'roc'
  | 'momentum'
  | 'macd'
  | 'ppo'
  | 'trix'
  | 'tsi'
  | 'awesomeOscillator'
  | 'dpo'
  | 'elderRay';

const macdSeeds = ['mean', 'first', 'together'] as const;

/** How far and how fast a price moved. */
export function momentumIndicators(begin: Begin): Pick<Indicators, Momentum> {
  return {
    change(period, given) {
      const call = begin('change', [period]);
      return call.pipeline.output(rateOfChange(call.sourceOf(given), period));
    },
    roc(period, given) {
      const call = begin('roc', [period]);
      const { pipeline } = call;
      return pipeline.output(scaled(pipeline.step(rateOfChange(call.sourceOf(given), period)), 100));
    },
    momentum(period, given) {
      const call = begin('momentum', [period]);
      return call.pipeline.output(momentum(call.sourceOf(given), period));
    },
    macd(fast = 12, slow = 26, signal = 9, given = undefined) {
      const call = begin('macd', [fast, slow, signal]);
      return convergence(call, [fast, slow, signal], given, (quick, lazy) => difference(quick, lazy));
    },
    ppo(fast = 12, slow = 26, signal = 9, given = undefined) {
      const call = begin('ppo', [fast, slow, signal]);
      return convergence(call, [fast, slow, signal], given, (quick, lazy) =>
        quotient(call.pipeline.step(difference(quick, lazy)), lazy, 100, 0),
      );
    },
    trix(period, given) {
      const call = begin('trix', [period]);
      const { pipeline } = call;
      const once = pipeline.step(exponentialAverage(call.sourceOf(given), period));
      const twice = pipeline.step(exponentialAverage(once, period));
      const thrice = pipeline.keep(exponentialAverage(twice, period));
      return pipeline.output(scaled(pipeline.step(rateOfChange(thrice, 1)), 100));
    },
    tsi(long = 25, short = 13, given = undefined) {
      const call = begin('tsi', [long, short]);
      const { pipeline } = call;
      const move = pipeline.step(momentum(call.sourceOf(given), 1));
      const smooth = (column: Column): Column =>
        pipeline.step(exponentialAverage(pipeline.step(exponentialAverage(column, long)), short));
      return pipeline.output(quotient(smooth(move), smooth(pipeline.step(magnitude(move))), 100, 0));
    },
    awesomeOscillator(fast = 5, slow = 34) {
      const { pipeline, bars } = begin('awesomeOscillator', [fast, slow]);
      const median = pipeline.step(midpoint(bars.high, bars.low));
      return pipeline.output(
        difference(pipeline.step(windowMean(median, fast)), pipeline.step(windowMean(median, slow))),
      );
    },
    dpo(period, given) {
      const call = begin('dpo', [period]);
      const source = call.sourceOf(given);
      const { pipeline } = call;
      const average = pipeline.step(simpleMovingAverage(source, period));
      const earlier = pipeline.step(delayed(source, Math.floor(period / 2) + 1));
      return pipeline.output(difference(earlier, average));
    },
    elderRay(period = 13) {
      const { pipeline, bars } = begin('elderRay', [period]);
      const average = pipeline.step(exponentialAverage(bars.close, period));
      return {
        bull: pipeline.output(difference(bars.high, average)),
        bear: pipeline.output(difference(bars.low, average)),
      };
    },
  };
}

/** Two exponential averages, a line from them, its exponential average, and the distance of the two. */
function convergence(
  call: IndicatorCall,
  [fast, slow, signal]: readonly [number, number, number],
  given: unknown,
  lineOf: (quick: Column, lazy: Column) => Stage,
): { line: Series; signal: Series; histogram: Series } {
  const { source, seed } = call.options(given, { source: call.bars.close, seed: macdSeeds });
  const { pipeline } = call;
  const start = seed === 'first' ? 'first' : 'mean';
  const average = (period: number): Column => {
    // Seeded together, the shorter average begins with the last values of the longer one's first window.
    const wait = seed === 'together' ? Math.max(fast, slow) - period : 0;
    return pipeline.step(exponentialAverage({ ...source, lookback: source.lookback + wait }, period, start));
  };
  const line = pipeline.output(lineOf(average(fast), average(slow)));
  const signalLine = pipeline.output(exponentialAverage(columnOf(line), signal, start));
  const histogram = pipeline.output(difference(columnOf(line), columnOf(signalLine)));
  return { line, signal: signalLine, histogram };
}

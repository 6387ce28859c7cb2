import type { Indicators } from 'strategy-lab';
import type { Begin } from './call.ts';
import { difference, product, quotient, scaled } from './kernels/arithmetic.ts';
import { extreme } from './kernels/extremes.ts';
import { averageTrueRange, trueRange } from './kernels/ranges.ts';
import { simpleMovingAverage } from './kernels/simpleAverage.ts';
import { smoothed, smoothings } from './kernels/smoothing.ts';
import { standardDeviation } from './kernels/standardDeviation.ts';
import { windowMean, windowSum } from './kernels/sums.ts';
import { choppiness, garmanKlassTerm, logarithmOfRatio, logReturn, squareRoot } from './kernels/variance.ts';

type Volatility =
  | 'trueRange'
  | 'atr'
  | 'natr'
  | 'deviation'
  | 'zScore'
  | 'historicalVolatility'
  | 'parkinson'
  | 'garmanKlass'
  | 'choppiness'
  | 'ulcerIndex';

const sampleFirst = [1, 0] as const;

/** How much prices move, whichever way. */
export function volatility(begin: Begin): Pick<Indicators, Volatility> {
  return {
    trueRange() {
      const { pipeline, bars } = begin('trueRange', []);
      return pipeline.output(trueRange(bars));
    },
    atr(period, given) {
      const call = begin('atr', [period]);
      const { smoothing } = call.options(given, { smoothing: smoothings });
      const { pipeline, bars } = call;
      return pipeline.output(smoothed(pipeline.step(trueRange(bars)), period, smoothing));
    },
    natr(period, given) {
      const call = begin('natr', [period]);
      const { smoothing } = call.options(given, { smoothing: smoothings });
      const { pipeline, bars } = call;
      const range = averageTrueRange(pipeline, bars, period, smoothing);
      return pipeline.output(quotient(range, bars.close, 100, 0));
    },
    deviation(period, given) {
      const call = begin('deviation', [period], 2);
      const { source, ddof } = call.options(given, { source: call.bars.close, ddof: sampleFirst });
      return call.pipeline.output(standardDeviation(source, period, ddof));
    },
    zScore(period, given) {
      const call = begin('zScore', [period], 2);
      const { source, ddof } = call.options(given, { source: call.bars.close, ddof: sampleFirst });
      const { pipeline } = call;
      const distance = pipeline.step(difference(source, pipeline.step(simpleMovingAverage(source, period))));
      const width = pipeline.step(standardDeviation(source, period, ddof));
      return pipeline.output(quotient(distance, width, 1, 0));
    },
    historicalVolatility(period, given) {
      const call = begin('historicalVolatility', [period], 2);
      const { source, periodsPerYear } = call.options(given, { source: call.bars.close, periodsPerYear: 1 });
      const { pipeline } = call;
      const width = pipeline.step(standardDeviation(pipeline.keep(logReturn(source)), period, 1));
      return pipeline.output(scaled(width, Math.sqrt(periodsPerYear)));
    },
    parkinson(period, given) {
      const call = begin('parkinson', [period]);
      const { periodsPerYear } = call.options(given, { periodsPerYear: 1 });
      const { pipeline, bars } = call;
      const range = pipeline.step(logarithmOfRatio(bars.high, bars.low));
      const variance = pipeline.step(windowMean(pipeline.step(product(range, range)), period));
      return pipeline.output(squareRoot(variance, periodsPerYear / (4 * Math.LN2)));
    },
    garmanKlass(period, given) {
      const call = begin('garmanKlass', [period]);
      const { periodsPerYear } = call.options(given, { periodsPerYear: 1 });
      const { pipeline, bars } = call;
      const range = pipeline.step(logarithmOfRatio(bars.high, bars.low));
      const body = pipeline.step(logarithmOfRatio(bars.close, bars.open));
      const variance = pipeline.step(windowMean(pipeline.step(garmanKlassTerm(range, body)), period));
      return pipeline.output(squareRoot(variance, periodsPerYear));
    },
    choppiness(period) {
      const { pipeline, bars } = begin('choppiness', [period], 2);
      const path = pipeline.step(windowSum(pipeline.step(trueRange(bars)), period));
      const high = pipeline.step(extreme(bars.high, period, 1));
      const low = pipeline.step(extreme(bars.low, period, -1));
      return pipeline.output(choppiness(path, pipeline.step(difference(high, low)), period));
    },
    ulcerIndex(period, given) {
      const call = begin('ulcerIndex', [period]);
      const source = call.sourceOf(given);
      const { pipeline } = call;
      const top = pipeline.step(extreme(source, period, 1));
      const depth = pipeline.step(quotient(pipeline.step(difference(source, top)), top, 100, 0));
      const square = pipeline.step(windowMean(pipeline.step(product(depth, depth)), period));
      return pipeline.output(squareRoot(square, 1));
    },
  };
}

import type { Indicators } from 'strategy-lab';
import type { Begin } from './call.ts';
import { adaptiveAverage, efficiencyRatio, stepLengths } from './kernels/adaptive.ts';
import { extrapolation } from './kernels/arithmetic.ts';
import { generalisedDouble, lineFit, tripleAverage, weightedAverage, withoutLag } from './kernels/lines.ts';
import { exponentialAverage, seeds, wilderAverage } from './kernels/recursiveAverage.ts';
import { simpleMovingAverage } from './kernels/simpleAverage.ts';
import { weightedMean, windowMean, windowSum } from './kernels/sums.ts';

type Averages =
  | 'sma'
  | 'ema'
  | 'rma'
  | 'wma'
  | 'hma'
  | 'dema'
  | 'tema'
  | 't3'
  | 'trima'
  | 'kama'
  | 'zlema'
  | 'vwma'
  | 'linearRegression';

/** Moving averages. */
export function averages(begin: Begin): Pick<Indicators, Averages> {
  return {
    sma(period, given) {
      const call = begin('sma', [period]);
      return call.pipeline.output(simpleMovingAverage(call.sourceOf(given), period));
    },
    ema(period, given) {
      const call = begin('ema', [period]);
      const { source, seed } = call.options(given, { source: call.bars.close, seed: seeds });
      return call.pipeline.output(exponentialAverage(source, period, seed));
    },
    rma(period, given) {
      const call = begin('rma', [period]);
      return call.pipeline.output(wilderAverage(call.sourceOf(given), period));
    },
    wma(period, given) {
      const call = begin('wma', [period]);
      const { pipeline } = call;
      return pipeline.output(weightedAverage(pipeline, call.sourceOf(given), period));
    },
    hma(period, given) {
      const call = begin('hma', [period], 2);
      const source = call.sourceOf(given);
      const { pipeline } = call;
      const half = pipeline.step(weightedAverage(pipeline, source, Math.floor(period / 2)));
      const whole = pipeline.step(weightedAverage(pipeline, source, period));
      const early = pipeline.step(extrapolation(half, whole, 1));
      return pipeline.output(weightedAverage(pipeline, early, Math.floor(Math.sqrt(period))));
    },
    dema(period, given) {
      const call = begin('dema', [period]);
      const { pipeline } = call;
      return pipeline.output(generalisedDouble(pipeline, call.sourceOf(given), period, 1));
    },
    tema(period, given) {
      const call = begin('tema', [period]);
      const { pipeline } = call;
      const once = pipeline.step(exponentialAverage(call.sourceOf(given), period));
      const twice = pipeline.step(exponentialAverage(once, period));
      const thrice = pipeline.step(exponentialAverage(twice, period));
      return pipeline.output(tripleAverage(once, twice, thrice));
    },
    t3(period, volumeFactor = 0.7, given = undefined) {
      const call = begin('t3', [period]);
      call.checkAboveZero('a volumeFactor', volumeFactor);
      const { pipeline } = call;
      const once = pipeline.step(generalisedDouble(pipeline, call.sourceOf(given), period, volumeFactor));
      const twice = pipeline.step(generalisedDouble(pipeline, once, period, volumeFactor));
      return pipeline.output(generalisedDouble(pipeline, twice, period, volumeFactor));
    },
    trima(period, given) {
      const call = begin('trima', [period]);
      const { pipeline } = call;
      const inner = pipeline.step(windowMean(call.sourceOf(given), Math.ceil((period + 1) / 2)));
      return pipeline.output(windowMean(inner, Math.floor((period + 1) / 2)));
    },
    kama(period = 10, fast = 2, slow = 30, given = undefined) {
      const call = begin('kama', [period, fast, slow]);
      const source = call.sourceOf(given);
      const { pipeline } = call;
      const path = pipeline.step(windowSum(pipeline.step(stepLengths(source)), period));
      const efficiency = pipeline.step(efficiencyRatio(source, path, period));
      return pipeline.output(adaptiveAverage(source, efficiency, fast, slow));
    },
    zlema(period, given) {
      const call = begin('zlema', [period]);
      const { pipeline } = call;
      const early = pipeline.step(withoutLag(call.sourceOf(given), Math.floor((period - 1) / 2)));
      return pipeline.output(exponentialAverage(early, period));
    },
    vwma(period, given) {
      const call = begin('vwma', [period]);
      return call.pipeline.output(weightedMean(call.sourceOf(given), call.bars.volume, period));
    },
    linearRegression(period, given) {
      const call = begin('linearRegression', [period], 2);
      return call.pipeline.outputs(lineFit(call.pipeline, call.sourceOf(given), period));
    },
  };
}

import type { Indicators } from 'strategy-lab';
import type { Begin } from './call.ts';
import { midpoint, placeBetween, quotient, rateOfChange, scaled } from './kernels/arithmetic.ts';
import { extreme } from './kernels/extremes.ts';
import {
  channelIndex,
  fisherTransform,
  meanOfThree,
  streakLengths,
  weightedByFourTwoOne,
} from './kernels/oscillators.ts';
import { typicalPrice } from './kernels/prices.ts';
import { buyingPressure, trueRange } from './kernels/ranges.ts';
import { percentRank } from './kernels/ranking.ts';
import { relativeStrength } from './kernels/relativeStrength.ts';
import { smoothings } from './kernels/smoothing.ts';
import { windowMean, windowSum } from './kernels/sums.ts';
import { type Column, columnOf, type Pipeline, type Stage } from './pipeline.ts';

type Oscillators =
  | 'rsi'
  | 'stochRsi'
  | 'connorsRsi'
  | 'cmo'
  | 'stochastic'
  | 'williamsR'
  | 'cci'
  | 'ultimateOscillator'
  | 'fisherTransform';

/** Oscillators between bounds, or around a mean. */
export function oscillators(begin: Begin): Pick<Indicators, Oscillators> {
  return {
    rsi(period, given) {
      const call = begin('rsi', [period]);
      const { source, smoothing } = call.options(given, { source: call.bars.close, smoothing: smoothings });
      return call.pipeline.output(relativeStrength(call.pipeline, source, period, smoothing));
    },
    stochRsi(period = 14, range = 14, smoothing = 3, signal = 3, given = undefined) {
      const call = begin('stochRsi', [period, range, smoothing, signal]);
      const { pipeline } = call;
      const rsi = pipeline.step(relativeStrength(pipeline, call.sourceOf(given), period, 'wilder'));
      const low = pipeline.step(extreme(rsi, range, -1));
      const high = pipeline.step(extreme(rsi, range, 1));
      // While nothing moves the index stays where it is but for its rounding.
      const place = placeBetween(rsi, { low, high, noise: 1e-9 }, 100, 0);
      return stochasticLines(pipeline, place, smoothing, signal);
    },
    connorsRsi(period = 3, streak = 2, rank = 100, given = undefined) {
      const call = begin('connorsRsi', [period, streak, rank]);
      const source = call.sourceOf(given);
      const { pipeline } = call;
      const streaks = pipeline.step(streakLengths(source));
      return pipeline.output(
        meanOfThree(
          pipeline.step(relativeStrength(pipeline, source, period, 'wilder')),
          pipeline.step(relativeStrength(pipeline, streaks, streak, 'wilder')),
          pipeline.step(percentRank(pipeline.step(rateOfChange(source, 1)), rank, false)),
        ),
      );
    },
    cmo(period, given) {
      const call = begin('cmo', [period]);
      const { source, smoothing } = call.options(given, {
        source: call.bars.close,
        smoothing: ['simple', 'wilder', 'exponential'],
      });
      const { pipeline } = call;
      const strength = pipeline.step(relativeStrength(pipeline, source, period, smoothing));
      return pipeline.output(scaled(strength, 2, -100));
    },
    stochastic(period = 14, smoothing = 3, signal = 3) {
      const { pipeline, bars } = begin('stochastic', [period, smoothing, signal]);
      const low = pipeline.step(extreme(bars.low, period, -1));
      const high = pipeline.step(extreme(bars.high, period, 1));
      return stochasticLines(pipeline, placeBetween(bars.close, { low, high }, 100, 0), smoothing, signal);
    },
    williamsR(period) {
      const { pipeline, bars } = begin('williamsR', [period]);
      const low = pipeline.step(extreme(bars.low, period, -1));
      const high = pipeline.step(extreme(bars.high, period, 1));
      return pipeline.output(placeBetween(bars.close, { low, high }, 100, -100));
    },
    cci(period, given) {
      const call = begin('cci', [period]);
      const { pipeline, bars } = call;
      const source = call.options(given, { source: null }).source ?? pipeline.keep(typicalPrice(bars));
      return pipeline.output(channelIndex(source, pipeline.step(windowMean(source, period)), period));
    },
    ultimateOscillator(short = 7, middle = 14, long = 28) {
      const { pipeline, bars } = begin('ultimateOscillator', [short, middle, long]);
      const pressure = pipeline.step(buyingPressure(bars));
      const range = pipeline.step(trueRange(bars));
      const average = (period: number): Column =>
        pipeline.step(
          quotient(
            pipeline.step(windowSum(pressure, period)),
            pipeline.step(windowSum(range, period)),
            100,
            50,
          ),
        );
      return pipeline.output(weightedByFourTwoOne(average(short), average(middle), average(long)));
    },
    fisherTransform(period, given) {
      const call = begin('fisherTransform', [period]);
      const { pipeline, bars } = call;
      const { source: own } = call.options(given, { source: null });
      const source = own ?? pipeline.step(midpoint(bars.high, bars.low));
      const low = pipeline.step(extreme(source, period, -1));
      const high = pipeline.step(extreme(source, period, 1));
      return pipeline.output(fisherTransform(pipeline.step(placeBetween(source, { low, high }, 1, -0.5))));
    },
  };
}

/** %K, smoothed, and its average %D. */
function stochasticLines(pipeline: Pipeline, raw: Stage, smoothing: number, signal: number) {
  const k = pipeline.output(windowMean(pipeline.step(raw), smoothing));
  return { k, d: pipeline.output(windowMean(columnOf(k), signal)) };
}

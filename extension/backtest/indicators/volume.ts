import type { Indicators } from 'strategy-lab';
import type { Begin } from './call.ts';
import { difference, percentShare, quotient } from './kernels/arithmetic.ts';
import { easeOfMovement, forceOf, moneyFlowVolume, signedFlows, signedVolume } from './kernels/flows.ts';
import { typicalPrice } from './kernels/prices.ts';
import { exponentialAverage } from './kernels/recursiveAverage.ts';
import { dailyMean } from './kernels/sessions.ts';
import { runningTotal, weightedMean, windowMean, windowSum } from './kernels/sums.ts';

type Volume =
  | 'obv'
  | 'accumulationDistribution'
  | 'chaikinOscillator'
  | 'chaikinMoneyFlow'
  | 'mfi'
  | 'vwap'
  | 'rollingVwap'
  | 'forceIndex'
  | 'easeOfMovement';

/** Prices and the volume behind them. */
export function volumeIndicators(begin: Begin): Pick<Indicators, Volume> {
  return {
    obv() {
      const { pipeline, bars } = begin('obv', []);
      return pipeline.output(runningTotal(pipeline.step(signedVolume(bars))));
    },
    accumulationDistribution() {
      const { pipeline, bars } = begin('accumulationDistribution', []);
      return pipeline.output(runningTotal(pipeline.step(moneyFlowVolume(bars))));
    },
    chaikinOscillator(fast = 3, slow = 10) {
      const { pipeline, bars } = begin('chaikinOscillator', [fast, slow]);
      const line = pipeline.step(runningTotal(pipeline.step(moneyFlowVolume(bars))));
      const quick = pipeline.step(exponentialAverage(line, fast));
      return pipeline.output(difference(quick, pipeline.step(exponentialAverage(line, slow))));
    },
    chaikinMoneyFlow(period) {
      const { pipeline, bars } = begin('chaikinMoneyFlow', [period]);
      const flow = pipeline.step(windowSum(pipeline.step(moneyFlowVolume(bars)), period));
      return pipeline.output(quotient(flow, pipeline.step(windowSum(bars.volume, period)), 1, 0));
    },
    mfi(period) {
      const { pipeline, bars } = begin('mfi', [period]);
      const { rising, falling } = pipeline.steps(signedFlows(pipeline.step(typicalPrice(bars)), bars.volume));
      return pipeline.output(
        percentShare(pipeline.step(windowSum(rising, period)), pipeline.step(windowSum(falling, period))),
      );
    },
    vwap(given) {
      const call = begin('vwap', []);
      const { pipeline, bars } = call;
      const { source } = call.options(given, { source: null });
      return pipeline.output(dailyMean(source ?? pipeline.step(typicalPrice(bars)), bars.volume, bars.time));
    },
    rollingVwap(period, given) {
      const call = begin('rollingVwap', [period]);
      const { pipeline, bars } = call;
      const { source } = call.options(given, { source: null });
      return pipeline.output(weightedMean(source ?? pipeline.step(typicalPrice(bars)), bars.volume, period));
    },
    forceIndex(period = 13) {
      const { pipeline, bars } = begin('forceIndex', [period]);
      return pipeline.output(exponentialAverage(pipeline.step(forceOf(bars)), period));
    },
    easeOfMovement(period = 14, given = undefined) {
      const call = begin('easeOfMovement', [period]);
      const { scale } = call.options(given, { scale: 100_000_000 });
      const { pipeline, bars } = call;
      return pipeline.output(windowMean(pipeline.step(easeOfMovement(bars, scale)), period));
    },
  };
}

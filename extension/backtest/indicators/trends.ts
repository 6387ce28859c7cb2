import type { Indicators } from 'strategy-lab';
import type { Begin, IndicatorCall } from './call.ts';
import { efficiencyRatio, stepLengths } from './kernels/adaptive.ts';
import { band, delayed, difference, midpoint, quotient } from './kernels/arithmetic.ts';
import { extreme, extremeRecency } from './kernels/extremes.ts';
import { averageTrueRange, directionalMovements, trueRange, vortexMovements } from './kernels/ranges.ts';
import { wilderAverage } from './kernels/recursiveAverage.ts';
import { smoothings } from './kernels/smoothing.ts';
import { directionalIndex, parabolicStop, trendBands } from './kernels/stops.ts';
import { windowSum } from './kernels/sums.ts';
import { type Column, columnOf } from './pipeline.ts';

type Trends =
  | 'adx'
  | 'aroon'
  | 'vortex'
  | 'ichimoku'
  | 'parabolicSar'
  | 'supertrend'
  | 'chandelierExit'
  | 'efficiencyRatio';

/** Direction and strength of a trend, and stops that follow it. */
export function trends(begin: Begin): Pick<Indicators, Trends> {
  return {
    adx(period = 14) {
      const { pipeline, bars } = begin('adx', [period]);
      const range = averageTrueRange(pipeline, bars, period, 'wilder');
      const moved = pipeline.steps(directionalMovements(bars));
      const line = (movement: Column) =>
        pipeline.output(quotient(pipeline.step(wilderAverage(movement, period)), range, 100, 0));
      const plus = line(moved.plus);
      const minus = line(moved.minus);
      const index = pipeline.step(directionalIndex(columnOf(plus), columnOf(minus)));
      return { adx: pipeline.output(wilderAverage(index, period)), plus, minus };
    },
    aroon(period = 25) {
      const { pipeline, bars } = begin('aroon', [period]);
      const up = pipeline.output(extremeRecency(bars.high, period, 1));
      const down = pipeline.output(extremeRecency(bars.low, period, -1));
      return { up, down, oscillator: pipeline.output(difference(columnOf(up), columnOf(down))) };
    },
    vortex(period = 14) {
      const { pipeline, bars } = begin('vortex', [period]);
      const range = pipeline.step(windowSum(pipeline.step(trueRange(bars)), period));
      const moved = pipeline.steps(vortexMovements(bars));
      const line = (movement: Column) =>
        pipeline.output(quotient(pipeline.step(windowSum(movement, period)), range, 1, 1));
      return { plus: line(moved.plus), minus: line(moved.minus) };
    },
    ichimoku(conversion = 9, base = 26, span = 52, displacement = 26) {
      const call = begin('ichimoku', [conversion, base, span, displacement]);
      const { pipeline } = call;
      const lines = {
        conversion: pipeline.output(middleOfRange(call, conversion)),
        base: pipeline.output(middleOfRange(call, base)),
      };
      const fast = pipeline.step(midpoint(columnOf(lines.conversion), columnOf(lines.base)));
      const slow = pipeline.step(middleOfRange(call, span));
      return {
        ...lines,
        spanA: pipeline.output(delayed(fast, displacement)),
        spanB: pipeline.output(delayed(slow, displacement)),
      };
    },
    parabolicSar(step = 0.02, maximum = 0.2) {
      const call = begin('parabolicSar', []);
      call.checkAboveZero('a step', step);
      call.checkAboveZero('a maximum', maximum);
      return call.pipeline.output(parabolicStop(call.bars, step, maximum));
    },
    supertrend(period = 10, multiplier = 3, given = undefined) {
      const call = begin('supertrend', [period]);
      call.checkAboveZero('a multiplier', multiplier);
      const { smoothing } = call.options(given, { smoothing: smoothings });
      const { pipeline, bars } = call;
      const range = averageTrueRange(pipeline, bars, period, smoothing);
      return pipeline.outputs(trendBands(bars, range, multiplier));
    },
    chandelierExit(period = 22, multiplier = 3, given = undefined) {
      const call = begin('chandelierExit', [period]);
      call.checkAboveZero('a multiplier', multiplier);
      const { smoothing } = call.options(given, { smoothing: smoothings });
      const { pipeline, bars } = call;
      const range = averageTrueRange(pipeline, bars, period, smoothing);
      const high = pipeline.step(extreme(bars.high, period, 1));
      const low = pipeline.step(extreme(bars.low, period, -1));
      return {
        long: pipeline.output(band(high, range, -multiplier)),
        short: pipeline.output(band(low, range, multiplier)),
      };
    },
    efficiencyRatio(period, given) {
      const call = begin('efficiencyRatio', [period]);
      const source = call.sourceOf(given);
      const { pipeline } = call;
      const path = pipeline.step(windowSum(pipeline.step(stepLengths(source)), period));
      return pipeline.output(efficiencyRatio(source, path, period));
    },
  };
}

/** Adds the highest high and the lowest low, and answers their middle. */
function middleOfRange({ pipeline, bars }: IndicatorCall, period: number) {
  const high = pipeline.step(extreme(bars.high, period, 1));
  const low = pipeline.step(extreme(bars.low, period, -1));
  return midpoint(high, low);
}

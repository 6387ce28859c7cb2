import type { Indicators, Series } from 'strategy-lab';
import type { Begin } from './call.ts';
import { band, difference, midpoint, placeBetween, quotient } from './kernels/arithmetic.ts';
import { extreme } from './kernels/extremes.ts';
import { typicalPrice } from './kernels/prices.ts';
import { averageTrueRange } from './kernels/ranges.ts';
import { exponentialAverage } from './kernels/recursiveAverage.ts';
import { simpleMovingAverage } from './kernels/simpleAverage.ts';
import { smoothings } from './kernels/smoothing.ts';
import { standardDeviation } from './kernels/standardDeviation.ts';
import { windowMean } from './kernels/sums.ts';
import { type Column, columnOf, type Pipeline } from './pipeline.ts';

type Channels = 'bollinger' | 'bollingerPercentB' | 'bollingerBandwidth' | 'keltner' | 'donchian';

const populationFirst = [0, 1] as const;

/** Bands around a price. */
export function channels(begin: Begin): Pick<Indicators, Channels> {
  const beginBollinger = (name: string, period: number, deviations: number, given: unknown) => {
    const call = begin(name, [period], 2);
    call.checkAboveZero('deviations', deviations);
    const { source, ddof } = call.options(given, { source: call.bars.close, ddof: populationFirst });
    const { pipeline } = call;
    const middle = simpleMovingAverage(source, period);
    const width = pipeline.step(standardDeviation(source, period, ddof));
    return { pipeline, source, middle, width };
  };
  return {
    bollinger(period = 20, deviations = 2, given = undefined) {
      const { pipeline, middle, width } = beginBollinger('bollinger', period, deviations, given);
      return bandsAround(pipeline, pipeline.output(middle), width, deviations);
    },
    bollingerPercentB(period = 20, deviations = 2, given = undefined) {
      const call = beginBollinger('bollingerPercentB', period, deviations, given);
      const { pipeline, source, width } = call;
      const middle = pipeline.step(call.middle);
      const low = pipeline.step(band(middle, width, -deviations));
      const high = pipeline.step(band(middle, width, deviations));
      return pipeline.output(placeBetween(source, { low, high }, 1, 0));
    },
    bollingerBandwidth(period = 20, deviations = 2, given = undefined) {
      const call = beginBollinger('bollingerBandwidth', period, deviations, given);
      const { pipeline, width } = call;
      return pipeline.output(quotient(width, pipeline.step(call.middle), 2 * deviations, 0));
    },
    keltner(period = 20, multiplier = 2, given = undefined) {
      const call = begin('keltner', [period]);
      call.checkAboveZero('a multiplier', multiplier);
      const { source, form, atrPeriod, smoothing } = call.options(given, {
        source: null,
        form: ['atr', 'original'],
        atrPeriod: 10,
        smoothing: smoothings,
      });
      call.checkPeriods([atrPeriod]);
      const { pipeline, bars } = call;
      if (form === 'original') {
        const middle = pipeline.output(windowMean(source ?? pipeline.step(typicalPrice(bars)), period));
        const range = pipeline.step(windowMean(pipeline.step(difference(bars.high, bars.low)), period));
        return bandsAround(pipeline, middle, range, multiplier);
      }
      const middle = pipeline.output(exponentialAverage(source ?? bars.close, period));
      const range = averageTrueRange(pipeline, bars, atrPeriod, smoothing);
      return bandsAround(pipeline, middle, range, multiplier);
    },
    donchian(period) {
      const { pipeline, bars } = begin('donchian', [period]);
      const upper = pipeline.output(extreme(bars.high, period, 1));
      const lower = pipeline.output(extreme(bars.low, period, -1));
      return { upper, middle: pipeline.output(midpoint(columnOf(upper), columnOf(lower))), lower };
    },
  };
}

function bandsAround(pipeline: Pipeline, middle: Series, width: Column, factor: number) {
  const center = columnOf(middle);
  return {
    upper: pipeline.output(band(center, width, factor)),
    middle,
    lower: pipeline.output(band(center, width, -factor)),
  };
}

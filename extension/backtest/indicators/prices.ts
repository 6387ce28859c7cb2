import type { Indicators } from 'strategy-lab';
import type { Begin } from './call.ts';
import { midpoint } from './kernels/arithmetic.ts';
import { pivotPoints, pivotRules } from './kernels/pivots.ts';
import { averagePrice, heikinAshi, typicalPrice } from './kernels/prices.ts';

type Prices = 'typicalPrice' | 'medianPrice' | 'averagePrice' | 'heikinAshi' | 'pivotPoints';

/** Prices made of the prices of one bar, or of the day before. */
export function prices(begin: Begin): Pick<Indicators, Prices> {
  return {
    typicalPrice() {
      const { pipeline, bars } = begin('typicalPrice', []);
      return pipeline.output(typicalPrice(bars));
    },
    medianPrice() {
      const { pipeline, bars } = begin('medianPrice', []);
      return pipeline.output(midpoint(bars.high, bars.low));
    },
    averagePrice() {
      const { pipeline, bars } = begin('averagePrice', []);
      return pipeline.output(averagePrice(bars));
    },
    heikinAshi() {
      const { pipeline, bars } = begin('heikinAshi', []);
      return pipeline.outputs(heikinAshi(bars));
    },
    pivotPoints(given) {
      const call = begin('pivotPoints', []);
      const { method } = call.options(given, { method: pivotRules });
      return call.pipeline.outputs(pivotPoints(call.bars, method));
    },
  };
}

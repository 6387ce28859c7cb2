import type { Indicators } from 'strategy-lab';
import type { Begin } from './call.ts';
import { extreme } from './kernels/extremes.ts';
import { codeviations, correlation, squaredDeviations } from './kernels/moments.ts';
import { median, percentRank } from './kernels/ranking.ts';

type Statistics = 'highest' | 'lowest' | 'median' | 'percentRank' | 'correlation';

/** Where a value stands among the last ones. */
export function statistics(begin: Begin): Pick<Indicators, Statistics> {
  return {
    highest(period, given) {
      const call = begin('highest', [period]);
      return call.pipeline.output(extreme(call.sourceOf(given, call.bars.high), period, 1));
    },
    lowest(period, given) {
      const call = begin('lowest', [period]);
      return call.pipeline.output(extreme(call.sourceOf(given, call.bars.low), period, -1));
    },
    median(period, given) {
      const call = begin('median', [period]);
      return call.pipeline.output(median(call.sourceOf(given), period));
    },
    percentRank(period, given) {
      const call = begin('percentRank', [period]);
      const { source, ties } = call.options(given, {
        source: call.bars.close,
        ties: ['above', 'below'],
      });
      return call.pipeline.output(percentRank(source, period, ties === 'below'));
    },
    correlation(period, first, second) {
      const call = begin('correlation', [period], 2);
      const [a, b] = [call.column(first), call.column(second)];
      const { pipeline } = call;
      const products = pipeline.step(codeviations(a, b, period));
      const firstSquares = pipeline.step(squaredDeviations(a, period));
      const secondSquares = pipeline.step(squaredDeviations(b, period));
      return pipeline.output(correlation(products, firstSquares, secondSquares));
    },
  };
}

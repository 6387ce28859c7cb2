import type { Column, Stage, Stages } from '../pipeline.ts';
import { inBlocks } from './blocks.ts';
import { fractions } from './sums.ts';

/**
 * Over the last `period` values: their mean, and their codeviation with time, the sum of
 * (t - mean of t) * (value - mean), t in bars. Two parts are joined as by Chan, Golub and LeVeque,
 * "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979); of equal values the
 * mean is that value and the codeviation 0, to the bit.
 */
export function meanAndTrend(source: Column, period: number): Stages<'mean' | 'trend'> {
  const { values } = source;
  return {
    lookback: source.lookback + period - 1,
    names: ['mean', 'trend'],
    start({ mean: means, trend: trends }) {
      const meansBefore = new Float64Array(period + 1);
      const trendsBefore = new Float64Array(period + 1);
      const { parts, shares } = fractions(period);
      const state = { mean: 0, trend: 0 };
      return inBlocks(period, source.lookback, {
        take(from, to, place) {
          let { mean, trend } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = values[index] as number;
            const distance = value - mean;
            trend += distance * next * 0.5;
            meansBefore[next] = value;
            next++;
            mean += distance * (parts[next] as number);
            const gap = mean - (meansBefore[next] as number);
            means[index] = (meansBefore[next] as number) + gap * (shares[next] as number);
            trends[index] = (trendsBefore[next] as number) + trend + gap * ((period - next) * next * 0.5);
          }
          state.mean = mean;
          state.trend = trend;
        },
        turn() {
          let mean = 0;
          let trend = 0;
          for (let place = period - 1, count = 1; place > 0; place--, count++) {
            const distance = (meansBefore[place] as number) - mean;
            trend -= distance * (count - 1) * 0.5;
            mean += distance * (parts[count] as number);
            meansBefore[place] = mean;
            trendsBefore[place] = trend;
          }
          state.mean = 0;
          state.trend = 0;
        },
      });
    },
  };
}

/** Sum of the squared distances of the last `period` values from their mean, joined as in `meanAndTrend`. */
export function squaredDeviations(source: Column, period: number): Stage {
  const { values } = source;
  return {
    lookback: source.lookback + period - 1,
    start(out) {
      const meansBefore = new Float64Array(period + 1);
      const squaresBefore = new Float64Array(period + 1);
      const { parts, shares } = fractions(period);
      const state = { mean: 0, squares: 0 };
      return inBlocks(period, source.lookback, {
        take(from, to, place) {
          let { mean, squares } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const value = values[index] as number;
            meansBefore[next] = value;
            next++;
            const distance = value - mean;
            mean += distance * (parts[next] as number);
            squares += distance * (value - mean);
            const gap = mean - (meansBefore[next] as number);
            out[index] =
              (squaresBefore[next] as number) +
              squares +
              gap * gap * ((period - next) * (shares[next] as number));
          }
          state.mean = mean;
          state.squares = squares;
        },
        turn() {
          let mean = 0;
          let squares = 0;
          for (let place = period - 1, count = 1; place > 0; place--, count++) {
            const value = meansBefore[place] as number;
            const distance = value - mean;
            mean += distance * (parts[count] as number);
            squares += distance * (value - mean);
            meansBefore[place] = mean;
            squaresBefore[place] = squares;
          }
          state.mean = 0;
          state.squares = 0;
        },
      });
    },
  };
}

/** Sum of the products of the distances of two columns' last `period` values from their means, joined alike. */
export function codeviations(first: Column, second: Column, period: number): Stage {
  const skip = Math.max(first.lookback, second.lookback);
  const firstValues = first.values;
  const secondValues = second.values;
  return {
    lookback: skip + period - 1,
    start(out) {
      const firstBefore = new Float64Array(period + 1);
      const secondBefore = new Float64Array(period + 1);
      const productsBefore = new Float64Array(period + 1);
      const { parts, shares } = fractions(period);
      const state = { a: 0, b: 0, products: 0 };
      return inBlocks(period, skip, {
        take(from, to, place) {
          let { a, b, products } = state;
          let next = place;
          for (let index = from; index < to; index++) {
            const x = firstValues[index] as number;
            const y = secondValues[index] as number;
            firstBefore[next] = x;
            secondBefore[next] = y;
            next++;
            const part = parts[next] as number;
            const distance = x - a;
            a += distance * part;
            b += (y - b) * part;
            products += distance * (y - b);
            const gaps = (a - (firstBefore[next] as number)) * (b - (secondBefore[next] as number));
            out[index] =
              (productsBefore[next] as number) +
              products +
              gaps * ((period - next) * (shares[next] as number));
          }
          state.a = a;
          state.b = b;
          state.products = products;
        },
        turn() {
          let a = 0;
          let b = 0;
          let products = 0;
          for (let place = period - 1, count = 1; place > 0; place--, count++) {
            const part = parts[count] as number;
            const y = secondBefore[place] as number;
            const distance = (firstBefore[place] as number) - a;
            a += distance * part;
            b += (y - b) * part;
            products += distance * (y - b);
            firstBefore[place] = a;
            secondBefore[place] = b;
            productsBefore[place] = products;
          }
          state.a = 0;
          state.b = 0;
          state.products = 0;
        },
      });
    },
  };
}

/** Pearson's correlation from the sums of products and squares; 0 where one of the columns does not move. */
export function correlation(products: Column, first: Column, second: Column): Stage {
  const [x, a, b] = [products.values, first.values, second.values];
  return {
    lookback: Math.max(products.lookback, first.lookback, second.lookback),
    start: (out) => (from, to) => {
      for (let index = from; index < to; index++) {
        const scale = Math.sqrt(a[index] as number) * Math.sqrt(b[index] as number);
        const value = scale === 0 ? 0 : (x[index] as number) / scale;
        out[index] = Math.min(1, Math.max(-1, value));
      }
    },
  };
}

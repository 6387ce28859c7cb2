import type { CandleColumns } from '../../contracts/candles.ts';
import { createRegimeFilter } from './filter.ts';
import { createUsualScale } from './usualScale.ts';

/** Bars whose regime stays `unknown`, because nothing usual is known yet. */
export const warmUpBars = 8;

export interface RegimeDetector {
  /** Takes the next bar and answers its regime, as a place in `marketRegimes`. */
  next(high: number, low: number, close: number): number;
}

/**
 * Labels bar after bar with the regime that is likeliest by all bars so far; no later bar is known to it.
 *
 * It is a hidden Markov filter (Hamilton, "A new approach to the economic analysis of nonstationary time series
 * and the business cycle", Econometrica 57, 1989) over the states of `hiddenStates.ts`, which say what a trend,
 * a range, a high volatility and a crash look like in usual deviations of a bar. In each bar
 *
 * 1. a regime is left with its chance for the others by their weights, or goes on, seldom in another state;
 * 2. each state is weighed by the likelihood of the bar: of the move by Student's t with 5 degrees of freedom
 *    and unit variance, which forgives single outliers; of the true range by (y / (1 + y^2))^2, where y is the
 *    range over the expected one, in proportion to the squared hyperbolic secant of log y;
 * 3. the regime with the largest sum is the label; that of the bar before counts twice.
 *
 * A range reverts to a level of its own, which is merged from the level so far and the price at which a range
 * would begin now, by their chances, as in the interacting multiple model of Blom and Bar-Shalom (1988).
 * Arithmetic and square roots alone: equal bars give equal labels on every engine.
 */
export function createRegimeDetector(): RegimeDetector {
  const scale = createUsualScale(warmUpBars);
  const filter = createRegimeFilter();
  let bars = 0;
  let before = 0;
  return {
    next(high, low, close) {
      bars++;
      const sum = close + before;
      // 2 (b - a) / (b + a) is the log return up to its third power, and needs no logarithm.
      const move = bars === 1 || sum === 0 ? 0 : (2 * (close - before)) / sum;
      const reach = Math.max(high, before) - Math.min(low, before);
      const trueRange = bars === 1 || sum === 0 ? 0 : (2 * reach) / sum;
      before = close;
      if (bars === 1) return 0;
      const usual = scale.current();
      const isKnown = bars > warmUpBars && usual.deviation > 0;
      const label = isKnown ? filter.weigh(move, trueRange, usual) : 0;
      scale.add(move, trueRange);
      return label;
    },
  };
}

/** The regime of each bar by `createRegimeDetector`, as its place in `marketRegimes`. Later bars change no label. */
export function detectRegimes({
  high,
  low,
  close,
}: Pick<CandleColumns, 'high' | 'low' | 'close'>): Uint8Array {
  const detector = createRegimeDetector();
  return Uint8Array.from(close, (price, bar) =>
    detector.next(high[bar] as number, low[bar] as number, price),
  );
}

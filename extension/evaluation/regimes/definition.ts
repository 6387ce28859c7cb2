import { type MarketRegime, marketRegimes } from '../../contracts/regimes.ts';

/** A regime's place in `marketRegimes`: the label of a bar. */
export const regimeCode = Object.fromEntries(marketRegimes.map((regime, code) => [regime, code])) as Readonly<
  Record<MarketRegime, number>
>;

/** How a bar's price is made, where that is known. Log returns of one bar. */
export interface BarLaw {
  /** Mean. */
  readonly drift: number;
  /** Standard deviation around the mean. */
  readonly deviation: number;
}

/** Smallest drift of a trend, in deviations of its own bars: 10 a 100 bars whose noise adds up to 10. */
export const trendDrift = 0.2;
/** Slowest fall of a crash and smallest deviation of a high volatility, in usual deviations of a bar. */
export const crashDrift = 1.5;
export const highDeviation = 2;

/**
 * The regime that a bar belongs to, by the law of its price and the market's usual deviation. The first that
 * fits: `crash`, a fall of at least 1.5 usual deviations a bar; `up-trend` and `down-trend`, a drift of at
 * least 0.2 of the bar's own deviation; `high-volatility`, at least twice the usual deviation; else `range`.
 */
export function regimeOf({ drift, deviation }: BarLaw, usualDeviation: number): MarketRegime {
  if (drift <= -crashDrift * usualDeviation) return 'crash';
  if (Math.abs(drift) >= trendDrift * deviation && drift !== 0) return drift > 0 ? 'up-trend' : 'down-trend';
  return deviation >= highDeviation * usualDeviation ? 'high-volatility' : 'range';
}

import { LabError } from '../../contracts/errors.ts';
import { type MarketRegime, marketRegimes } from '../../contracts/regimes.ts';

/** What a run earned in one regime. Returns are those of single bars, as fractions. */
export interface RegimePerformance {
  readonly regime: MarketRegime;
  /** Bars whose return counts here. */
  readonly bars: number;
  /** Product of 1 + return over those bars, less 1; null without bars. */
  readonly totalReturn: number | null;
  /** Mean return of a bar and its sample deviation (n - 1); null below 30 bars. */
  readonly meanReturn: number | null;
  readonly deviation: number | null;
  /** Mean over deviation, a bar, not annual; null where either is not available or nothing varies. */
  readonly barSharpe: number | null;
}

/** Deviations below this are rounding. */
const noDeviation = 1e-12;
/** Returns below which a mean of them says nothing. */
const leastReturns = 30;

/**
 * Splits the returns of an equity curve by regime. The return of bar t, from the close before to its own,
 * belongs to the regime of bar t - 1: the one that was known when the bar began. A bar after an equity at or
 * below 0 has no return and is left out.
 * @param equity at the close of each bar, in cash
 * @param labels of the same bars, by `detectRegimes`
 * @throws LabError `usage` where they differ in length
 */
export function performanceByRegime(equity: Float64Array, labels: Uint8Array): RegimePerformance[] {
  if (equity.length !== labels.length) {
    throw new LabError('usage', `There are ${labels.length} labels for ${equity.length} bars of equity.`, {
      action: 'Give one label a bar.',
    });
  }
  const returns = marketRegimes.map((): number[] => []);
  for (let bar = 1; bar < equity.length; bar++) {
    const before = equity[bar - 1] as number;
    if (before > 0) returns[labels[bar - 1] as number]?.push((equity[bar] as number) / before - 1);
  }
  return marketRegimes.map((regime, code) => ({ regime, ...describe(returns[code] ?? []) }));
}

function describe(returns: readonly number[]): Omit<RegimePerformance, 'regime'> {
  const bars = returns.length;
  const totalReturn = bars === 0 ? null : returns.reduce((product, value) => product * (1 + value), 1) - 1;
  if (bars < leastReturns) {
    return { bars, totalReturn, meanReturn: null, deviation: null, barSharpe: null };
  }
  const meanReturn = returns.reduce((sum, value) => sum + value, 0) / bars;
  const squares = returns.reduce((sum, value) => sum + (value - meanReturn) ** 2, 0);
  const deviation = Math.sqrt(squares / (bars - 1));
  return {
    bars,
    totalReturn,
    meanReturn,
    deviation,
    barSharpe: deviation > noDeviation ? meanReturn / deviation : null,
  };
}

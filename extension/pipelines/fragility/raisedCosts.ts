import type { RunSettings } from '../../contracts/backtest.ts';
import type { MarketCandles, RunCandles } from '../../contracts/candles.ts';
import type { Fragility, LimitedCost } from '../../contracts/fragility.ts';
import { withDoubledCosts } from '../../evaluation/fragility/doubledCosts.ts';
import type { Fills } from '../../evaluation/fragility/fills.ts';
import { fixedRates, withPaidFundingDoubled } from '../../evaluation/fragility/paidFunding.ts';
import { hasOrderCosts } from '../../evaluation/fragility/variants.ts';
import { makeFunding } from '../../market/funding/series.ts';
import { marketCandlesOf, marketsOf, runCandlesOf } from '../../market/runCandles.ts';

/** A run with its costs doubled, as far as they may go. */
export interface RaisedCosts {
  readonly candles: RunCandles;
  readonly settings: RunSettings;
  readonly limits: readonly LimitedCost[];
  readonly funding: NonNullable<Fragility['doubledCosts']>['funding'];
  /** Whether anything at all is higher than it was. */
  readonly isRaised: boolean;
}

/**
 * The same run at doubled costs; null where it has none. Of funding, fixed or recorded, the rates that the run
 * has paid are doubled, and those that it received stay. A fixed rate is written out as the rates of its times.
 * @param fills of the run as it was
 */
export function raisedCosts(candles: RunCandles, settings: RunSettings, fills: Fills): RaisedCosts | null {
  const markets = marketsOf(candles);
  const hasFunding = settings.fundingRate !== 0 || markets.some(({ funding }) => funding !== undefined);
  if (!hasFunding && !hasOrderCosts(settings)) return null;
  const doubled = withDoubledCosts(settings);
  if (!hasFunding) return { candles, funding: null, ...doubled };
  let paid = 0;
  const changed = markets.map((market, number): MarketCandles => {
    const rates = market.funding ?? fixedRates(market.time, settings);
    if (market.funding === undefined && settings.fundingRate === 0) return market;
    const funding = withPaidFundingDoubled(market.time, rates, { fills, market: number });
    paid += funding.paid;
    return marketCandlesOf(market, {
      ...(market.finer !== undefined && { finer: market.finer }),
      funding: makeFunding(funding.time, funding.rate),
    });
  });
  const { limits } = doubled;
  // Where nothing was paid the fixed rate stays as it is, and so does its exact time inside a bar.
  if (paid === 0) return { candles, funding: 'none-paid', ...doubled };
  return {
    candles: runCandlesOf(changed),
    settings: { ...doubled.settings, fundingRate: 0 },
    limits,
    funding: 'paid-doubled',
    isRaised: true,
  };
}

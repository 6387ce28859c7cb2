import { costLimits, type RunSettings } from '../../contracts/backtest.ts';
import type { CostName, LimitedCost } from '../../contracts/fragility.ts';

export interface DoubledCosts {
  readonly settings: RunSettings;
  /** Costs that could not be doubled; each is at its limit now. */
  readonly limits: readonly LimitedCost[];
  /** Whether any cost of an order is higher than it was. */
  readonly isRaised: boolean;
}

/**
 * Settings with fees, spread, slippage and the fee of a liquidation twice as high. What may not be as high
 * as that goes to its limit. Funding stays: see `withPaidFundingDoubled`.
 */
export function withDoubledCosts(settings: RunSettings): DoubledCosts {
  const limits: LimitedCost[] = [];
  let isRaised = false;
  const twice = (cost: CostName, was: number, limit: number): number => {
    const raised = Math.min(2 * was, limit);
    if (raised < 2 * was) limits.push({ cost, was, limit });
    // Only who is liquidated pays that fee: raised alone it says nothing of the costs of orders.
    if (raised > was && cost !== 'liquidationFee') isRaised = true;
    return raised;
  };
  const own = (cost: CostName & keyof typeof costLimits): number =>
    twice(cost, settings[cost] ?? 0, costLimits[cost]);
  const doubled: RunSettings = {
    ...settings,
    fee: own('fee'),
    makerFee: settings.makerFee === null ? null : own('makerFee'),
    fixedFee: own('fixedFee'),
    feeTiers: settings.feeTiers.map((tier) => ({
      ...tier,
      fee: twice('tierFee', tier.fee, costLimits.fee),
      makerFee: twice('tierMakerFee', tier.makerFee, costLimits.makerFee),
    })),
    spread: own('spread'),
    slippage: own('slippage'),
    volatilitySlippage: own('volatilitySlippage'),
    volumeSlippage: own('volumeSlippage'),
    liquidationFee: own('liquidationFee'),
  };
  return { settings: doubled, limits, isRaised };
}

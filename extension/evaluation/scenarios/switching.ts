import type { MarketRegime } from '../../contracts/regimes.ts';
import type { Scenario } from '../../contracts/scenario.ts';
import type { BarPlan, Plan, PlanContext } from './plan.ts';
import { stepsInBar } from './walk.ts';

type Switching = Extract<Scenario, { kind: 'regime-switching' }>;
type PlannedRegime = Exclude<MarketRegime, 'unknown'>;

function weightsOf(scenario: Switching): readonly (readonly [PlannedRegime, number])[] {
  return [
    ['up-trend', scenario.upTrendWeight],
    ['down-trend', scenario.downTrendWeight],
    ['range', scenario.rangeWeight],
    ['high-volatility', scenario.highVolatilityWeight],
    ['crash', scenario.crashWeight],
  ];
}

/**
 * A Markov chain of regimes: each is left with the chance 1 / its mean length after every bar, so that lengths
 * are geometric, for one of the others in proportion to their weights. A range reverts to the price at which
 * it began. The first regime is a range, so that there is something usual before it changes. The scenario's
 * own drift acts in every regime.
 */
export function switchingPlan(scenario: Switching, { deviation, drift, random }: PlanContext): Plan {
  const weights = weightsOf(scenario);
  const draw = (left: PlannedRegime): PlannedRegime => {
    const others = weights.filter(([regime]) => regime !== left);
    let place = random() * others.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [regime, weight] of others) {
      place -= weight;
      if (place < 0) return regime;
    }
    return left;
  };
  const law = (regime: PlannedRegime, level: number): BarPlan => {
    switch (regime) {
      case 'up-trend':
        return { regime, drift: drift + scenario.trendStrength * deviation };
      case 'down-trend':
        return { regime, drift: drift - scenario.trendStrength * deviation };
      case 'range':
        return { regime, pull: scenario.reversion / stepsInBar, level };
      case 'high-volatility':
        return { regime, deviation: scenario.multiple * deviation };
      case 'crash':
        return { regime, drift: drift - scenario.crashSpeed * deviation, deviation: 2 * deviation };
    }
  };

  let regime: PlannedRegime = 'range';
  let plan: BarPlan | undefined;
  return (_, logPrice) => {
    const meanBars = regime === 'crash' ? scenario.crashBars : scenario.meanBars;
    if (plan === undefined) plan = law(regime, logPrice);
    else if (random() < 1 / meanBars) {
      regime = draw(regime);
      plan = law(regime, logPrice);
    }
    return plan;
  };
}

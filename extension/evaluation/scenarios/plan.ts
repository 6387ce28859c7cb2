import type { MarketRegime } from '../../contracts/regimes.ts';
import type { Scenario, ScenarioEvent } from '../../contracts/scenario.ts';
import { regimeOf } from '../regimes/definition.ts';
import { switchingPlan } from './switching.ts';
import { type BarConditions, stepsInBar } from './walk.ts';

/** The usual bar of a scenario and its sources of chance. */
export interface PlanContext {
  /** Usual standard deviation and usual mean of a bar's log return. */
  readonly deviation: number;
  readonly drift: number;
  readonly random: () => number;
  readonly normal: () => number;
  readonly report: (event: ScenarioEvent) => void;
}

/** What a kind changes in a bar; what it leaves out is as usual. */
export type BarPlan = Partial<Omit<BarConditions, 'usualMove'>> & {
  /** Where the kind knows it better than the bar's drift and deviation tell. */
  readonly regime?: MarketRegime;
};

/** Plans bar after bar, in order, from the log price of the close before. */
export type Plan = (bar: number, logPrice: number) => BarPlan;

type Of<Kind extends Scenario['kind']> = Extract<Scenario, { kind: Kind }>;

/** The plan of a scenario's kind; `context.report` is told of each event that is planted. */
export function planOf(scenario: Scenario, context: PlanContext): Plan {
  switch (scenario.kind) {
    case 'trend':
      return trendPlan(scenario, context);
    case 'range':
      return rangePlan(scenario);
    case 'volatility':
      return volatilityPlan(scenario, context);
    case 'jumps':
      return jumpsPlan(scenario, context);
    case 'crash':
    case 'flash-crash':
      return crashPlan(scenario, context);
    case 'gap':
      return gapPlan(scenario, context);
    case 'liquidity-hole':
      return liquidityHolePlan(scenario, context);
    case 'regime-switching':
      return switchingPlan(scenario, context);
  }
}

function beginOf({ at, bars }: { readonly at: number | null; readonly bars: number }): number {
  return at ?? bars >> 1;
}

/** The bars of an event, cut where the scenario ends. */
function reportEvent(
  { kind, bars }: Scenario & { readonly kind: ScenarioEvent['kind'] },
  { report }: PlanContext,
  from: number,
  length: number,
  size: number,
): void {
  if (from < bars) report({ kind, from, to: Math.min(bars, from + length), size });
}

function trendPlan({ strength }: Of<'trend'>, { deviation, drift }: PlanContext): Plan {
  const plan = { drift: drift + strength * deviation };
  return () => plan;
}

function rangePlan({ reversion, startPrice }: Of<'range'>): Plan {
  const plan = { pull: reversion / stepsInBar, level: Math.log(startPrice) };
  return () => plan;
}

function volatilityPlan(scenario: Of<'volatility'>, context: PlanContext): Plan {
  const begin = beginOf(scenario);
  const { length, multiple } = scenario;
  reportEvent(scenario, context, begin, length, multiple);
  const wild = { deviation: multiple * context.deviation };
  return (bar) => (bar >= begin && bar < begin + length ? wild : {});
}

/**
 * Jumps of normal log size at random bars (Merton, "Option pricing when underlying stock returns are
 * discontinuous", Journal of Financial Economics 3, 1976). Their mean is not taken out of the drift.
 */
function jumpsPlan({ rate, mean, deviation }: Of<'jumps'>, { random, normal, report }: PlanContext): Plan {
  return (bar) => ({
    jump: () => {
      if (random() >= rate / 1000) return 0;
      const move = mean + deviation * normal();
      report({ kind: 'jump', from: bar, to: bar + 1, size: Math.exp(move) - 1 });
      return move;
    },
  });
}

/** A fall along a straight line in logs, a recovery of a share of it, and a volatility that fades. */
function crashPlan(scenario: Of<'crash'> | Of<'flash-crash'>, context: PlanContext): Plan {
  const { depth, fallBars, recoveredShare, recoveryBars, turbulence, aftermathBars } = scenario;
  const { deviation, drift } = context;
  const begin = beginOf(scenario);
  const bottom = begin + fallBars;
  const end = recoveredShare > 0 ? bottom + recoveryBars : bottom;
  const fall = Math.log(1 - depth);
  reportEvent(scenario, context, begin, end - begin, depth);
  return (bar) => {
    if (bar < begin || bar >= end + aftermathBars) return {};
    if (bar >= end) {
      const left = 1 - (bar - end) / aftermathBars;
      return { deviation: deviation * (1 + (turbulence - 1) * left) };
    }
    const move = bar < bottom ? fall / fallBars : (-recoveredShare * fall) / recoveryBars;
    return { deviation: turbulence * deviation, drift: drift + move };
  };
}

function gapPlan(scenario: Of<'gap'>, context: PlanContext): Plan {
  const begin = beginOf(scenario);
  reportEvent(scenario, context, begin, 1, scenario.size);
  return (bar) => (bar === begin ? { gap: Math.log(1 + scenario.size) } : {});
}

function liquidityHolePlan(scenario: Of<'liquidity-hole'>, context: PlanContext): Plan {
  const begin = beginOf(scenario);
  const { length, volumeShare, reach } = scenario;
  reportEvent(scenario, context, begin, length, volumeShare);
  const hole = { volumeShare, reach: reach * context.deviation };
  return (bar) => (bar >= begin && bar < begin + length ? hole : {});
}

/** The regime of a planned bar by its law, unless the plan names it. */
export function regimeOfPlan(plan: BarPlan, { deviation, drift }: PlanContext): MarketRegime {
  return (
    plan.regime ?? regimeOf({ deviation: plan.deviation ?? deviation, drift: plan.drift ?? drift }, deviation)
  );
}

import type { stressTexts } from '../../../webviews/backtest/texts/stress.ts';
import type { MarketRegime } from '../../contracts/regimes.ts';
import type { LeftOut, StressReport, StressScenario } from '../../contracts/stress.ts';
import type { ProfileRule } from '../../evaluation/profiles/overlay.ts';
import type { ProfileName } from '../../evaluation/profiles/profiles.ts';

type Key = keyof typeof stressTexts;

/** Texts of the panel that name what a stress test has. */
export const marketTexts = {
  'up-trend': 'marketUpTrend',
  'down-trend': 'marketDownTrend',
  range: 'marketRange',
  volatility: 'marketVolatility',
  jumps: 'marketJumps',
  crash: 'marketCrash',
  'flash-crash': 'marketFlashCrash',
  gap: 'marketGap',
  'liquidity-hole': 'marketLiquidityHole',
  'regime-switching': 'marketRegimeSwitching',
  'own-crash': 'marketOwnCrash',
  'own-flash-crash': 'marketOwnFlashCrash',
  'own-gap': 'marketOwnGap',
  'own-liquidity-hole': 'marketOwnLiquidityHole',
  'own-volatility': 'marketOwnVolatility',
  'own-resample': 'marketOwnResample',
} as const satisfies Record<StressScenario, Key>;

export const traderTexts = {
  conservative: 'traderConservative',
  aggressive: 'traderAggressive',
  panic: 'traderPanic',
  rabbit: 'traderRabbit',
  wolf: 'traderWolf',
  speculator: 'traderSpeculator',
  trendFollower: 'traderTrendFollower',
} as const satisfies Record<ProfileName, Key>;

export const ruleTexts = {
  drawdown: 'ruleDrawdown',
  loss: 'ruleLoss',
  gain: 'ruleGain',
  time: 'ruleTime',
  'give-back': 'ruleGiveBack',
  'averaged-down': 'ruleAveragedDown',
  'part-taken': 'rulePartTaken',
  'late-exit': 'ruleLateExit',
  'entry-left-out': 'ruleEntryLeftOut',
} as const satisfies Record<ProfileRule, Key>;

export const regimeTexts = {
  unknown: 'regimeUnknown',
  'up-trend': 'regimeUp',
  'down-trend': 'regimeDown',
  range: 'regimeRange',
  'high-volatility': 'regimeVolatile',
  crash: 'regimeCrash',
} as const satisfies Record<MarketRegime, Key>;

export const leftOutTexts = {
  'generated-alone': 'leftOutGenerated',
  'times-differ': 'leftOutTimes',
  'orders-alone': 'leftOutTraders',
} as const satisfies Record<LeftOut, Key>;

export const simplifiedTexts = {
  finer: 'stressNoFiner',
  funding: 'stressNoFunding',
} as const satisfies Record<StressReport['simplified'][number], Key>;

import { formatNumber, formatPercent, formatTime } from '../../../webviews/shared/format.ts';
import type { BacktestResult } from '../../contracts/backtest.ts';
import {
  type CostName,
  type Fragility,
  type RunComparison,
  severalMarkets,
  sizeBoundFills,
} from '../../contracts/fragility.ts';
import type { GateCheck, GatePolicy } from '../../contracts/gate.ts';
import type { StressView } from '../../contracts/stressPanel.ts';
import { limitText } from '../../evaluation/fragility/costExceptions.ts';
import {
  delayOutcome,
  type FragilityVerdict,
  fragilityVerdicts,
  noTrades,
} from '../../evaluation/fragility/verdicts.ts';
import type { Words } from '../panel/words.ts';

type Say = Words['say'];
type Row = StressView['verdicts'][number];

const states = { pass: 'stressPass', fail: 'stressFail', 'not-available': 'stressOpen' } as const;
const doubleRuns = {
  identical: ['pass', 'whySameOrders'],
  different: ['fail', 'whyOtherOrders'],
  'not-run': ['not-available', 'whyOnce'],
} as const;
const names = {
  delay: 'checkDelay',
  'doubled-costs': 'checkCosts',
  'shifted-start': 'checkStart',
  'cut-data': 'checkCut',
  'noise-future': 'checkNoise',
} as const;

const costNames = {
  fee: 'costFee',
  makerFee: 'costMakerFee',
  fixedFee: 'costFixedFee',
  tierFee: 'costTierFee',
  tierMakerFee: 'costTierMakerFee',
  spread: 'costSpread',
  slippage: 'costSlippage',
  volatilitySlippage: 'costVolatilitySlippage',
  volumeSlippage: 'costVolumeSlippage',
  liquidationFee: 'costLiquidationFee',
} as const satisfies Record<CostName, string>;

/** Reasons why nothing was compared that have words of their own. */
const nothingCompared: Readonly<Record<string, 'whySizeBound' | 'whySeveralMarkets'>> = {
  [sizeBoundFills]: 'whySizeBound',
  [severalMarkets]: 'whySeveralMarkets',
};

/** What became of a run when one thing changed, and the bounds of the run by which that is judged. */
export interface JudgedFragility {
  readonly fragility: Fragility;
  readonly policy: GatePolicy;
}

/** A row a check. */
export function verdictRows(
  { doubleRun }: Pick<BacktestResult, 'doubleRun'>,
  judged: JudgedFragility,
  say: Say,
): Row[] {
  const [state, why] = doubleRuns[doubleRun.verdict];
  return [
    { name: say('checkDoubleRun'), state, stateText: say(states[state]), why: say(why) },
    ...fragilityVerdicts(judged.fragility, judged.policy).map((verdict) => ({
      name: say(names[verdict.name]),
      state: verdict.state,
      stateText: say(states[verdict.state]),
      why: reasonOf(verdict, judged, say),
    })),
  ];
}

/** Why the gate's checks of fragility came out as they did, by their names, in the person's language. */
export function fragilityReasons(judged: JudgedFragility, say: Say): ReadonlyMap<GateCheck['name'], string> {
  const reasons = new Map<GateCheck['name'], string>();
  for (const verdict of fragilityVerdicts(judged.fragility, judged.policy)) {
    const isCut = verdict.name === 'cut-data' || verdict.name === 'noise-future';
    const name = isCut ? 'look-ahead' : verdict.name;
    const before = reasons.get(name);
    const reason = reasonOf(verdict, judged, say);
    if (before === reason) continue;
    reasons.set(name, before === undefined ? reason : `${before} ${reason}`);
  }
  return reasons;
}

function reasonOf(verdict: FragilityVerdict, { fragility, policy }: JudgedFragility, say: Say): string {
  if (verdict.text === noTrades) return say('whyNoTrades');
  switch (verdict.name) {
    case 'delay':
      return delayReason(verdict, fragility, policy, say);
    case 'doubled-costs':
      return costsReason(fragility, policy, say);
    case 'shifted-start':
      return comparedReason(fragility.shiftedStart, ['whyStart', 'whyStartOther'], say);
    case 'cut-data':
      return comparedReason(fragility.cutData, ['whyCut', 'whyCutOther'], say);
    case 'noise-future':
      return comparedReason(fragility.noiseFuture, ['whyNoise', 'whyNoiseOther'], say);
  }
}

function delayReason(
  { value }: FragilityVerdict,
  { base, delay }: Fragility,
  { leastDelayShare }: GatePolicy,
  say: Say,
): string {
  const { figures, problem, twoFills } = delay;
  if (problem !== null) return say('whyFailed', problem.text);
  const percent = (fraction: number | null | undefined): string => percentOf(fraction, say);
  const returns = [percent(base.totalReturn), percent(figures?.totalReturn)] as const;
  const sharpe = (ratio: number | null | undefined): string =>
    ratio == null ? say('none') : formatNumber(ratio, 2);
  switch (delayOutcome({ base, delay })) {
    case 'ruined':
      return say('whyDelayRuined', ...returns);
    case 'no-profit':
      return say('whyDelayNothing', ...returns);
    case 'too-small':
      return say('whyDelaySmall', ...returns, formatPercent(twoFills, 2));
    case 'not-available':
      return say('whyDelayMissing', ...returns);
    case 'judged':
      return say(
        'whyDelay',
        ...returns,
        sharpe(base.sharpe),
        sharpe(figures?.sharpe),
        percent(value),
        percent(leastDelayShare),
      );
  }
}

function costsReason({ base, doubledCosts }: Fragility, { doubledCostsAbove }: GatePolicy, say: Say): string {
  if (doubledCosts === null) return say('whyNoCosts');
  const { figures, problem, limits, funding } = doubledCosts;
  const outcome = (): string => {
    if (problem?.kind === 'not-comparable') return say('whyNotRaised');
    if (problem !== null) return say('whyFailed', problem.text);
    return say(
      'whyCosts',
      percentOf(base.totalReturn, say),
      percentOf(figures?.totalReturn, say),
      percentOf(doubledCostsAbove, say),
    );
  };
  return [
    outcome(),
    ...limits.map(({ cost, was, limit }) => {
      const amount = (value: number): string => limitText({ cost, value }) ?? formatPercent(value, 2);
      const name = say(costNames[cost]);
      return was === limit
        ? say('whyAtLimit', name, amount(limit))
        : say('whyToLimit', name, amount(was), amount(limit));
    }),
    ...(funding === null ? [] : [say(funding === 'paid-doubled' ? 'whyFundingPaid' : 'whyFundingNone')]),
  ].join(' ');
}

function comparedReason(
  comparisons: readonly RunComparison[],
  [same, other]: readonly [
    'whyStart' | 'whyCut' | 'whyNoise',
    'whyStartOther' | 'whyCutOther' | 'whyNoiseOther',
  ],
  say: Say,
): string {
  const failed = comparisons.find(({ problem }) => problem?.kind === 'failed');
  if (failed?.problem) return say('whyFailed', failed.problem.text);
  const different = comparisons.find(({ difference }) => difference !== null);
  if (different?.difference) {
    const { bar, time } = different.difference;
    return say(other, different.at, formatNumber(bar, 0), formatTime(time));
  }
  const seen = comparisons.filter(({ problem }) => problem === null);
  if (seen.length === 0) return say(nothingCompared[comparisons[0]?.problem?.text ?? ''] ?? 'whyNothing');
  const listed = (name: 'at' | 'compared'): string => seen.map((each) => each[name]).join(', ');
  return say(same, listed('at'), listed('compared'));
}

function percentOf(fraction: number | null | undefined, say: Say): string {
  return fraction == null ? say('none') : formatPercent(fraction, 1);
}

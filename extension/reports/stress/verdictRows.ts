import { formatNumber, formatPercent, formatTime } from '../../../webviews/shared/format.ts';
import type { BacktestResult } from '../../contracts/backtest.ts';
import {
  type Fragility,
  type RunComparison,
  severalMarkets,
  sizeBoundFills,
} from '../../contracts/fragility.ts';
import { type GateCheck, type GatePolicy, gatePolicySchema } from '../../contracts/gate.ts';
import type { StressView } from '../../contracts/stressPanel.ts';
import { type FragilityVerdict, fragilityVerdicts } from '../../evaluation/fragility/verdicts.ts';
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

/** Reasons why nothing was compared that have words of their own. */
const nothingCompared: Readonly<Record<string, 'whySizeBound' | 'whySeveralMarkets'>> = {
  [sizeBoundFills]: 'whySizeBound',
  [severalMarkets]: 'whySeveralMarkets',
};

/** What became of a run when one thing changed, a row a check, by the usual bounds. */
export function verdictRows(
  { doubleRun }: Pick<BacktestResult, 'doubleRun'>,
  fragility: Fragility,
  say: Say,
): Row[] {
  const policy = gatePolicySchema.parse({});
  const [state, why] = doubleRuns[doubleRun.verdict];
  return [
    { name: say('checkDoubleRun'), state, stateText: say(states[state]), why: say(why) },
    ...fragilityVerdicts(fragility, policy).map((verdict) => ({
      name: say(names[verdict.name]),
      state: verdict.state,
      stateText: say(states[verdict.state]),
      why: reasonOf(verdict, fragility, policy, say),
    })),
  ];
}

/** Why the gate's checks of fragility came out as they did, by their names, in the person's language. */
export function fragilityReasons(fragility: Fragility, say: Say): ReadonlyMap<GateCheck['name'], string> {
  const policy = gatePolicySchema.parse({});
  const reasons = new Map<GateCheck['name'], string>();
  for (const verdict of fragilityVerdicts(fragility, policy)) {
    const isCut = verdict.name === 'cut-data' || verdict.name === 'noise-future';
    const name = isCut ? 'look-ahead' : verdict.name;
    const before = reasons.get(name);
    const reason = reasonOf(verdict, fragility, policy, say);
    reasons.set(name, before === undefined ? reason : `${before} ${reason}`);
  }
  return reasons;
}

function reasonOf(verdict: FragilityVerdict, fragility: Fragility, policy: GatePolicy, say: Say): string {
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
  const { figures, problem } = delay;
  if (problem !== null) return say('whyFailed', problem.text);
  const percent = (fraction: number | null | undefined): string => percentOf(fraction, say);
  const returns = [percent(base.totalReturn), percent(figures?.totalReturn)] as const;
  if (value === null) return say('whyDelayNothing', ...returns);
  const sharpe = (ratio: number | null | undefined): string =>
    ratio == null ? say('none') : formatNumber(ratio, 2);
  return say(
    'whyDelay',
    ...returns,
    sharpe(base.sharpe),
    sharpe(figures?.sharpe),
    percent(value),
    percent(leastDelayShare),
  );
}

function costsReason({ base, doubledCosts }: Fragility, { doubledCostsAbove }: GatePolicy, say: Say): string {
  if (doubledCosts === null) return say('whyNoCosts');
  const { figures, problem } = doubledCosts;
  if (problem !== null) return say('whyFailed', problem.text);
  return say(
    'whyCosts',
    percentOf(base.totalReturn, say),
    percentOf(figures?.totalReturn, say),
    percentOf(doubledCostsAbove, say),
  );
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

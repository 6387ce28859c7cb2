import type { BacktestResult, RunSettings } from '../contracts/backtest.ts';
import type { Fragility } from '../contracts/fragility.ts';
import type { GateCheck, GatePolicy, GateVerdict, LuckSummary } from '../contracts/gate.ts';
import type { ValidationSummary } from '../contracts/validation.ts';
import { hasOrderCosts } from './fragility/variants.ts';
import { type FragilityVerdict, fragilityVerdicts } from './fragility/verdicts.ts';
import { quantileOf } from './statistics/quantile.ts';
import { losesEverything } from './statistics/ruin.ts';

export interface GateInput {
  readonly policy: GatePolicy;
  readonly result: BacktestResult;
  /** Of the search that chose the parameters; null where there was none. */
  readonly luck: LuckSummary | null;
  /** Null where the run was not varied. */
  readonly fragility: Fragility | null;
  /** Of a run that was validated: its out-of-sample path stands in place of the held-back part. */
  readonly validation?: ValidationSummary | null;
}

/** The figures of luck with the median path of a combinatorial validation by Sharpe ratio, which runs have confirmed. */
export function luckWithPaths(
  luck: LuckSummary | null,
  validation: ValidationSummary | null,
): LuckSummary | null {
  if (luck === null || validation?.kind !== 'combinatorial' || validation.objective !== 'sharpe') return luck;
  const { medianPathSharpe: _, ...reasons } = luck.reasons;
  const median = middleScore(validation);
  const isLost = validation.paths.some(({ totalReturn }) => losesEverything(totalReturn));
  const missing = isLost ? 'the middle path loses everything' : 'no path varies';
  return {
    ...luck,
    medianPathSharpe: median,
    paths: validation.paths.length,
    embargo: validation.definition.embargo,
    reasons: median === null ? { ...reasons, medianPathSharpe: missing } : reasons,
  };
}

/** Score of the middle path, those that lose everything being the worst; null where that is one of them. */
function middleScore({ paths }: ValidationSummary): number | null {
  const scores = paths.flatMap(({ score, totalReturn }) =>
    losesEverything(totalReturn) ? Number.NEGATIVE_INFINITY : (score ?? []),
  );
  const median = quantileOf(Float64Array.from(scores).sort(), 0.5);
  return Number.isFinite(median) ? median : null;
}

/**
 * Judges a backtest by the bounds of the policy, one check after the other, and says why. What cannot be
 * computed does not pass.
 */
export function judgeGate({
  policy,
  result,
  fragility,
  validation = null,
  ...input
}: GateInput): GateVerdict {
  const luck = luckWithPaths(input.luck, validation);
  const checks = [
    judged(luck, 'dsr', 'dsr', 'The deflated Sharpe ratio', { must: 'be at least', bound: policy.leastDsr }),
    judged(luck, 'pbo', 'pbo', 'The probability of backtest overfitting', {
      must: 'be at most',
      bound: policy.mostPbo,
    }),
    judged(luck, 'spa', 'spa', 'The p-value of superior predictive ability', {
      must: 'be at most',
      bound: policy.mostSpa,
    }),
    judged(luck, 'median-path', 'medianPathSharpe', 'The Sharpe ratio of the median path', {
      must: 'be above',
      bound: policy.medianPathAbove,
    }),
    trackRecord(luck),
    validation === null ? outOfSample(result, policy) : validated(validation, policy),
    doubleRun(result),
    costs(result),
    ...fragilityChecks(fragility, policy),
  ];
  const isFailed = checks.some(({ state }) => state === 'fail');
  const isOpen = checks.some(({ state }) => state === 'not-available');
  return { verdict: isFailed ? 'fail' : isOpen ? 'not-enough' : 'pass', checks };
}

type Name = GateCheck['name'];

function missing(
  name: Name,
  luck: LuckSummary | null,
  what: string,
  figure: string,
  bound: number,
): GateCheck {
  const reason = luck === null ? 'there was no search' : (luck.reasons[figure] ?? 'not available');
  return { name, state: 'not-available', value: null, bound, text: `${what} is not available: ${reason}.` };
}

function compared(name: Name, value: number, bound: number, holds: boolean, text: string): GateCheck {
  return { name, state: holds ? 'pass' : 'fail', value, bound, text };
}

type Figure = 'dsr' | 'pbo' | 'spa' | 'medianPathSharpe';

interface Rule {
  readonly must: 'be at least' | 'be at most' | 'be above';
  readonly bound: number;
}

function judged(
  luck: LuckSummary | null,
  name: Name,
  figure: Figure,
  what: string,
  { must, bound }: Rule,
): GateCheck {
  const value = luck?.[figure] ?? null;
  if (value === null) return missing(name, luck, what, figure, bound);
  const holds = must === 'be at most' ? value <= bound : must === 'be above' ? value > bound : value >= bound;
  return compared(name, value, bound, holds, `${what} is ${shown(value)}, and must ${must} ${bound}.`);
}

function trackRecord(luck: LuckSummary | null): GateCheck {
  const what = 'The minimum track record';
  if (luck === null || luck.minTrackRecord === null) {
    return missing('track-record', luck, what, 'minTrackRecord', luck?.observations ?? 0);
  }
  const { minTrackRecord, observations } = luck;
  const text = `${what} is ${shown(minTrackRecord)} returns, and there are ${observations}.`;
  return compared('track-record', minTrackRecord, observations, minTrackRecord <= observations, text);
}

/** The part that was held back from the search must have made money in enough trades. */
function outOfSample({ segments }: BacktestResult, { leastTrades }: GatePolicy): GateCheck {
  const name = 'out-of-sample';
  const figures = segments?.outOfSample;
  const made = figures?.['totalReturn'] ?? null;
  const trades = figures?.['trades'] ?? null;
  if (made === null || trades === null) {
    const text = 'There is no held-back part to judge by.';
    return { name, state: 'not-available', value: null, bound: 0, text };
  }
  if (trades < leastTrades) {
    const text = `The held-back part has ${trades} trades, fewer than ${leastTrades}.`;
    return { name, state: 'not-available', value: made, bound: 0, text };
  }
  const text = `The held-back part returned ${shown(made * 100)} % in ${trades} trades, and must return more than 0.`;
  return compared(name, made, 0, made > 0, text);
}

/** What the choices of the folds made on bars that they did not see, in enough trades. */
function validated({ paths, path }: ValidationSummary, { leastTrades }: GatePolicy): GateCheck {
  const name = 'out-of-sample';
  const { totalReturn, trades } = paths[path] ?? { totalReturn: 0, trades: 0 };
  if (trades < leastTrades) {
    const text = `Out of sample there are ${trades} trades, fewer than ${leastTrades}.`;
    return { name, state: 'not-available', value: totalReturn, bound: 0, text };
  }
  const text = `Out of sample the folds returned ${shown(totalReturn * 100)} % in ${trades} trades, and must return more than 0.`;
  return compared(name, totalReturn, 0, totalReturn > 0, text);
}

function doubleRun({ doubleRun: { verdict } }: BacktestResult): GateCheck {
  const base = { name: 'double-run', value: null, bound: null } as const;
  if (verdict === 'identical') {
    return {
      ...base,
      state: 'pass',
      text: 'Two runs with other chunk borders gave the same orders to the byte.',
    };
  }
  if (verdict === 'different') {
    return {
      ...base,
      state: 'fail',
      text: 'Two runs gave different orders: the strategy looks ahead or is not deterministic.',
    };
  }
  return { ...base, state: 'not-available', text: 'The strategy was not run a second time.' };
}

function costs({ manifest: { settings } }: BacktestResult): GateCheck {
  const paid = settings.fee + settings.slippage + settings.spread / 2;
  if (!hasOrderCosts(settings)) {
    return compared('costs', 0, 0, false, 'Nothing is paid for any order, which is so on no market.');
  }
  const text = costSentences(settings, paid).join(' ');
  if (paid > 0) return compared('costs', paid, 0, true, text);
  return { name: 'costs', state: 'pass', value: null, bound: null, text };
}

/** What is paid, a sentence each. */
function costSentences(settings: RunSettings, paid: number): string[] {
  const { makerFee, fixedFee, feeTiers, volatilitySlippage, volumeSlippage, fundingRate } = settings;
  const sentences: readonly (readonly [boolean, string])[] = [
    [paid > 0, `Each market order pays ${shown(paid * 100)} % in fee, spread and slippage.`],
    [(makerFee ?? 0) > 0, 'Limit orders that waited pay a fee of their own.'],
    [fixedFee > 0, 'Each order pays a fixed fee.'],
    [feeTiers.some((tier) => tier.fee > 0 || tier.makerFee > 0), 'Fees go by the value traded before.'],
    [volatilitySlippage > 0, 'Market orders pay slippage by volatility.'],
    [volumeSlippage > 0, 'Market orders pay slippage by volume.'],
    [fundingRate !== 0, 'Positions pay or receive funding.'],
  ];
  return sentences.flatMap(([isPaid, text]) => (isPaid ? [text] : []));
}

/** Delay, doubled costs and start as they were judged; cut data and a future of noise as one. */
function fragilityChecks(fragility: Fragility | null, policy: GatePolicy): GateCheck[] {
  if (fragility === null) {
    return (['delay', 'doubled-costs', 'shifted-start', 'look-ahead'] as const).map((name) => ({
      name,
      state: 'not-available',
      value: null,
      bound: null,
      text: 'The run was not varied: a search or a stress test does it.',
    }));
  }
  const verdicts = fragilityVerdicts(fragility, policy);
  const cuts = verdicts.filter(({ name }) => name === 'cut-data' || name === 'noise-future');
  const own = verdicts.flatMap(({ name, difference: _, ...verdict }): GateCheck[] =>
    name === 'cut-data' || name === 'noise-future' ? [] : [{ name, ...verdict }],
  );
  return [...own, lookAhead(cuts)];
}

function lookAhead(verdicts: readonly FragilityVerdict[]): GateCheck {
  const worst = (['fail', 'not-available', 'pass'] as const).find((state) =>
    verdicts.some((verdict) => verdict.state === state),
  );
  return {
    name: 'look-ahead',
    state: worst ?? 'not-available',
    value: null,
    bound: null,
    text: [...new Set(verdicts.map(({ text }) => text))].join(' '),
  };
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

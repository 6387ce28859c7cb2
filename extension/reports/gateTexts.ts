import { formatNumber } from '../../webviews/shared/format.ts';
import type { GateCheck, GateVerdict, LuckSummary } from '../contracts/gate.ts';

export const gateStates = {
  pass: 'passed',
  fail: 'failed',
  'not-available': 'not available',
} as const satisfies Record<GateCheck['state'], string>;

export const gateVerdicts = {
  pass: 'Every check is passed.',
  fail: 'The gate is not passed.',
  'not-enough': 'The gate is not passed: something could not be judged.',
} as const satisfies Record<GateVerdict['verdict'], string>;

/** What checks are called; one that is not here goes by its own name. */
export const checkLabels: Readonly<Record<string, string>> = {
  dsr: 'Deflated Sharpe ratio',
  pbo: 'Probability of overfitting',
  spa: 'Superior predictive ability',
  'median-path': 'Median path',
  'track-record': 'Minimum track record',
  'out-of-sample': 'Held-back part',
  'double-run': 'Double run',
  costs: 'Costs',
  delay: 'One bar of delay',
  'doubled-costs': 'Doubled costs',
  'shifted-start': 'Shifted start',
  'look-ahead': 'Look-ahead',
};

/** Figures of luck, in the order in which they are read. */
export const luckLabels = {
  trials: 'Attempts on record',
  position: 'Counted up to entry',
  effectiveTrials: 'Independent attempts',
  observations: 'Returns',
  sharpe: 'Sharpe ratio of one return',
  expectedMaximum: 'Expected by luck',
  psr: 'Probabilistic Sharpe ratio',
  dsr: 'Deflated Sharpe ratio',
  minTrackRecord: 'Minimum track record',
  pbo: 'Probability of overfitting',
  realityCheck: 'Reality check',
  spa: 'Superior predictive ability',
  medianPathSharpe: 'Median path',
  paths: 'Paths',
  embargo: 'Embargo',
} as const satisfies Record<Exclude<keyof LuckSummary, 'reasons' | 'counted'>, string>;
export type LuckFigure = keyof typeof luckLabels;
export const luckFigures = Object.keys(luckLabels) as readonly LuckFigure[];

export const luckMeanings = {
  trials:
    'Distinct pairs of code and parameters that this lab evaluated on these bars, those of this search included.',
  position: "Entry of the lab's ledger of trials up to which the attempts were counted.",
  effectiveTrials:
    'What the sets of this search are worth, by the mean correlation of their returns (Bailey and López de Prado, 2014, appendix 3).',
  observations: 'Of the chosen set in-sample: of UTC days, or of bars where these are longer.',
  sharpe: 'Mean of the returns over their sample deviation, not annualised.',
  expectedMaximum:
    'Largest Sharpe ratio of one return that so many attempts without skill are expected to show (Bailey and López de Prado, 2014).',
  psr: 'Probability that the true Sharpe ratio is above 0 (Bailey and López de Prado, 2012).',
  dsr: 'Probability that it is above what luck is expected to show (Bailey and López de Prado, 2014).',
  minTrackRecord:
    'Returns that would show a Sharpe ratio above 0 with 95 % confidence (Bailey and López de Prado, 2012).',
  pbo: 'Share of the ways to split the data in which the choice ends in the worse half; of both conventions for ties the larger (Bailey and others, 2017).',
  realityCheck: 'p-value that the best of the sets beats cash by luck (White, 2000).',
  spa: 'Consistent p-value of the same, less bent by poor sets (Hansen, 2005).',
  medianPathSharpe:
    'Sharpe ratio of one return on the middle path of combinatorial purged cross-validation (López de Prado, 2018).',
  paths: 'Paths of the cross-validation that the middle one is taken of.',
  embargo:
    'Returns left out behind each test group of the cross-validation, besides those of trades that were open in it (López de Prado, 2018, section 7.4).',
} as const satisfies Record<LuckFigure, string>;

const decimals: Partial<Record<LuckFigure, number>> = {
  trials: 0,
  position: 0,
  embargo: 0,
  observations: 0,
  paths: 0,
  effectiveTrials: 1,
  minTrackRecord: 1,
};

export function luckFigureText(name: LuckFigure, value: number): string {
  return formatNumber(value, decimals[name] ?? 4);
}

/**
 * The sentences of the gate's checks with their numbers left out, for those who translate them. A sentence
 * that is not here is shown as it was written.
 */
export const gateSentences: readonly string[] = [
  'The deflated Sharpe ratio is {0}, and must be at least {1}.',
  'The probability of backtest overfitting is {0}, and must be at most {1}.',
  'The p-value of superior predictive ability is {0}, and must be at most {1}.',
  'The Sharpe ratio of the median path is {0}, and must be above {1}.',
  'The minimum track record is {0} returns, and there are {1}.',
  'There is no held-back part to judge by.',
  'The held-back part has {0} trades, fewer than {1}.',
  'The held-back part returned {0} % in {1} trades, and must return more than {2}.',
  'Out of sample there are {0} trades, fewer than {1}.',
  'Out of sample the folds returned {0} % in {1} trades, and must return more than {2}.',
  'Two runs with other chunk borders gave the same orders to the byte.',
  'Two runs gave different orders: the strategy looks ahead or is not deterministic.',
  'The strategy was not run a second time.',
  'Each market order pays {0} % in fee, spread and slippage.',
  'Limit orders that waited pay a fee of their own.',
  'Each order pays a fixed fee.',
  'Fees go by the value traded before.',
  'Market orders pay slippage by volatility.',
  'Market orders pay slippage by volume.',
  'Positions pay or receive funding.',
  'Nothing is paid for any order, which is so on no market.',
];

/** Why figures of luck are not available, in the same form. */
export const luckReasons: readonly string[] = [
  'there was no search',
  'not available',
  'there are no returns',
  'one return has no deviation',
  'the returns do not vary',
  'a return is not a finite number of a usual size',
  'a return is not a finite number',
  '{0} observations are fewer than the {1} that it needs',
  'the Sharpe ratio is not above the benchmark of {0}, so no length proves it',
  'the estimated error of the Sharpe ratio is {0}',
  'the Sharpe ratios of the attempts do not vary',
  'a correlation needs two sets that vary',
  'a choice needs two sets',
  'a choice needs two columns',
  'no column varies',
  'no column varies against the benchmark',
  'no path varies',
  'the middle path loses everything',
  'the chosen set lost everything',
  'every column lost everything',
  '{0} rows are fewer than {1} for each of {2} blocks',
  '{0} returns are fewer than {1} for each of {2} groups',
];

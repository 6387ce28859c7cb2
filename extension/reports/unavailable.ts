import type { MetricName } from '../backtest/metrics/definitions.ts';
import { minimumTrades } from '../backtest/metrics/tradeMetrics.ts';
import type { Metrics } from '../contracts/backtest.ts';

/** Tells from the other metrics why one is null; undefined where they do not tell. */
type Reason = (metrics: Metrics) => string | undefined;

const always =
  (text: string): Reason =>
  () =>
    text;

/** `otherwise` where there is that metric, else `text`. */
const without =
  (name: MetricName, text: string, otherwise: Reason): Reason =>
  (metrics) =>
    typeof metrics[name] === 'number' ? otherwise(metrics) : text;

const untold: Reason = () => undefined;
const tooFewDays = always('too few daily returns');
const nothingLeft = always('nothing left');
const notRecorded = always('not recorded');
const noDay = always('no daily return');
const noLoser = always('no losing trade');
const noWinner = always('no winning trade');

const ofDays = (otherwise: string) => without('volatility', 'too few daily returns', always(otherwise));
const ofBars = (otherwise: string) => without('perBarVolatility', 'too few bars', always(otherwise));
const ofTrades =
  (otherwise: Reason): Reason =>
  (metrics) =>
    metrics['trades'] === 0 ? 'no closed trade' : otherwise(metrics);
const ofManyTrades =
  (otherwise: Reason): Reason =>
  (metrics) =>
    (metrics['trades'] ?? 0) < minimumTrades ? 'too few closed trades' : otherwise(metrics);
const ofDrawdown =
  (otherwise: Reason): Reason =>
  (metrics) =>
    metrics['maxDrawdown'] === 0 ? 'no drawdown' : otherwise(metrics);
const ofBothSides = without('averageWin', 'no winning trade', noLoser);

const reasons: Readonly<Partial<Record<MetricName, Reason>>> = {
  totalReturn: nothingLeft,
  annualReturn: tooFewDays,
  cagr: ofDays('nothing left'),
  bestDay: noDay,
  worstDay: noDay,
  positiveDays: tooFewDays,
  maxDrawdown: nothingLeft,
  maxDrawdownBars: nothingLeft,
  maxDrawdownRecoveryBars: ofDrawdown(without('maxDrawdown', 'nothing left', always('not yet regained'))),
  timeUnderWater: nothingLeft,
  ulcerIndex: ofDays('nothing left'),
  volatility: tooFewDays,
  downsideDeviation: tooFewDays,
  valueAtRisk: tooFewDays,
  conditionalValueAtRisk: tooFewDays,
  perBarVolatility: always('too few bars'),
  sharpe: ofDays('returns do not vary'),
  sortino: ofDays('no losing day'),
  calmar: ofDrawdown(ofDays('nothing left')),
  omega: ofDays('no losing day'),
  martinRatio: ofDrawdown(ofDays('nothing left')),
  recoveryFactor: ofDrawdown(nothingLeft),
  perBarSharpe: ofBars('returns do not vary'),
  perBarSortino: ofBars('no losing bar'),
  winRate: ofTrades(untold),
  profitFactor: ofTrades(noLoser),
  payoffRatio: ofTrades(ofBothSides),
  expectancy: ofTrades(untold),
  averageReturn: ofTrades(untold),
  averageWin: ofTrades(noWinner),
  averageLoss: ofTrades(noLoser),
  bestTrade: ofTrades(untold),
  worstTrade: ofTrades(untold),
  averageBars: ofTrades(untold),
  sqn: ofManyTrades(always('profits do not vary')),
  kelly: ofManyTrades(ofBothSides),
  adverseExcursion: ofTrades(notRecorded),
  favourableExcursion: ofTrades(notRecorded),
  winnersAdverseExcursion: ofTrades(without('averageWin', 'no winning trade', notRecorded)),
  losersFavourableExcursion: ofTrades(without('averageLoss', 'no losing trade', notRecorded)),
  edgeRatio: ofTrades(without('adverseExcursion', 'not recorded', always('no adverse move'))),
  feeShare: ofTrades(always('no profit before fees')),
  slippageCost: notRecorded,
  spreadCost: notRecorded,
  fundingCost: notRecorded,
  liquidationCost: notRecorded,
  turnover: ofDays('nothing left'),
  excessReturn: nothingLeft,
  buyAndHoldSharpe: ofDays('the market does not vary'),
  alpha: ofDays('the market does not vary'),
  beta: ofDays('the market does not vary'),
  correlation: ofDays('returns do not vary'),
  trackingError: tooFewDays,
  informationRatio: ofDays('returns do not vary'),
  upCapture: ofDays('too few rising days'),
  downCapture: ofDays('too few falling days'),
};

/** Why `metrics[name]` is null, in a few words; undefined where that is not known. */
export function whyNotAvailable(name: string, metrics: Metrics): string | undefined {
  return Object.hasOwn(reasons, name) ? reasons[name as MetricName]?.(metrics) : undefined;
}

import {
  formatCompact,
  formatMoney,
  formatNumber,
  formatPercent,
  withSign,
} from '../../webviews/shared/format.ts';
import { inEnglish, type Translate } from '../../webviews/shared/texts.ts';
import type { MetricName } from '../backtest/metrics/definitions.ts';
import type { Metrics } from '../contracts/backtest.ts';

type Unit = 'money' | 'return' | 'percent' | 'ratio' | 'count' | 'bars' | 'mean';

type MetricText = readonly [label: string, unit: Unit];

/** The metrics in the order in which a person reads them. */
const groups: Readonly<Record<string, Readonly<Partial<Record<MetricName, MetricText>>>>> = {
  Return: {
    totalReturn: ['Total return', 'return'],
    annualReturn: ['Mean annual return', 'return'],
    cagr: ['Annual growth', 'return'],
    finalEquity: ['Final equity', 'money'],
    bestDay: ['Best day', 'return'],
    worstDay: ['Worst day', 'return'],
    positiveDays: ['Days with a gain', 'percent'],
  },
  'Return for risk': {
    sharpe: ['Sharpe', 'ratio'],
    sortino: ['Sortino', 'ratio'],
    calmar: ['Calmar', 'ratio'],
    omega: ['Omega', 'ratio'],
    martinRatio: ['Martin ratio', 'ratio'],
    recoveryFactor: ['Recovery factor', 'ratio'],
    perBarSharpe: ['Sharpe, per bar', 'ratio'],
    perBarSortino: ['Sortino, per bar', 'ratio'],
  },
  Risk: {
    maxDrawdown: ['Max drawdown', 'percent'],
    maxDrawdownBars: ['Longest drawdown', 'bars'],
    maxDrawdownRecoveryBars: ['Recovery of the deepest', 'bars'],
    timeUnderWater: ['Time under water', 'percent'],
    ulcerIndex: ['Ulcer index', 'percent'],
    volatility: ['Annual volatility', 'percent'],
    downsideDeviation: ['Downside deviation', 'percent'],
    valueAtRisk: ['Value at risk, a day', 'percent'],
    conditionalValueAtRisk: ['Expected shortfall, day', 'percent'],
    perBarVolatility: ['Volatility, per bar', 'percent'],
  },
  'Against buy and hold': {
    buyAndHoldReturn: ['Buy and hold', 'return'],
    excessReturn: ['Return beyond it', 'return'],
    buyAndHoldSharpe: ['Sharpe of holding', 'ratio'],
    buyAndHoldMaxDrawdown: ['Drawdown of holding', 'percent'],
    alpha: ['Alpha, annual', 'return'],
    beta: ['Beta', 'ratio'],
    correlation: ['Correlation', 'ratio'],
    trackingError: ['Tracking error', 'percent'],
    informationRatio: ['Information ratio', 'ratio'],
    upCapture: ['Capture, rising days', 'percent'],
    downCapture: ['Capture, falling days', 'percent'],
  },
  Trades: {
    trades: ['Closed trades', 'count'],
    openTrades: ['Open trades', 'count'],
    winRate: ['Win rate', 'percent'],
    profitFactor: ['Profit factor', 'ratio'],
    payoffRatio: ['Payoff ratio', 'ratio'],
    expectancy: ['Mean profit a trade', 'money'],
    averageReturn: ['Mean return a trade', 'return'],
    averageWin: ['Mean win', 'money'],
    averageLoss: ['Mean loss', 'money'],
    bestTrade: ['Best trade', 'money'],
    worstTrade: ['Worst trade', 'money'],
    longestWinStreak: ['Most wins in a row', 'count'],
    longestLossStreak: ['Most losses in a row', 'count'],
    averageBars: ['Mean bars a trade', 'mean'],
    exposure: ['Time in the market', 'percent'],
    sqn: ['System quality', 'ratio'],
    kelly: ['Kelly fraction', 'percent'],
  },
  'Course of trades': {
    adverseExcursion: ['Mean adverse move', 'percent'],
    favourableExcursion: ['Mean favourable move', 'percent'],
    winnersAdverseExcursion: ['Adverse, winners', 'percent'],
    losersFavourableExcursion: ['Favourable, losers', 'percent'],
    edgeRatio: ['Edge ratio', 'ratio'],
  },
  Costs: {
    fees: ['Fees paid', 'money'],
    feeShare: ['Fees of the profit', 'percent'],
    slippageCost: ['Slippage', 'money'],
    spreadCost: ['Spread', 'money'],
    fundingCost: ['Funding', 'money'],
    liquidationCost: ['Liquidation fees', 'money'],
    turnover: ['Turnover a year', 'ratio'],
  },
};

const texts: ReadonlyMap<string, MetricText> = new Map(
  Object.values(groups).flatMap((group) => Object.entries(group)),
);

export interface MetricGroup {
  readonly title: string;
  readonly names: readonly string[];
}

/** The names of `metrics` by topic; names that no topic knows come last. */
export function groupMetrics(metrics: Metrics): MetricGroup[] {
  const known = Object.entries(groups).map(([title, group]) => ({
    title,
    names: Object.keys(group).filter((name) => Object.hasOwn(metrics, name)),
  }));
  const others = Object.keys(metrics).filter((name) => !texts.has(name));
  return [...known, { title: 'Others', names: others }].filter((group) => group.names.length > 0);
}

export function metricLabel(name: string): string {
  return texts.get(name)?.[0] ?? name;
}

/** A metric's value with its unit; null and undefined are for `whyNotAvailable` to explain. */
export function formatMetric(name: string, value: number, translate: Translate = inEnglish): string {
  switch (texts.get(name)?.[1]) {
    case 'money':
      return formatMoney(value);
    case 'return':
      return withSign(formatPercent(value));
    case 'percent':
      return formatPercent(value);
    case 'ratio':
      return formatNumber(value, 2);
    case 'count':
      return formatNumber(value, 0);
    case 'bars':
      return translate(value === 1 ? '{0} bar' : '{0} bars', formatNumber(value, 0));
    case 'mean':
      return formatNumber(value, 1);
    default:
      return formatCompact(value);
  }
}

import {
  formatCompact,
  formatMoney,
  formatNumber,
  formatPercent,
  withSign,
} from '../../webviews/shared/format.ts';
import { inEnglish, type Translate } from '../../webviews/shared/texts.ts';
import type { Metrics } from '../contracts/backtest.ts';

type Unit = 'money' | 'return' | 'percent' | 'ratio' | 'count' | 'bars' | 'mean';

interface MetricText {
  readonly label: string;
  readonly unit: Unit;
}

/** The metrics in the order in which a person reads them. */
const groups: Readonly<Record<string, Readonly<Record<string, MetricText>>>> = {
  Return: {
    totalReturn: { label: 'Total return', unit: 'return' },
    buyAndHoldReturn: { label: 'Buy and hold', unit: 'return' },
    cagr: { label: 'Annual growth', unit: 'return' },
    finalEquity: { label: 'Final equity', unit: 'money' },
    fees: { label: 'Fees paid', unit: 'money' },
  },
  Risk: {
    maxDrawdown: { label: 'Max drawdown', unit: 'percent' },
    maxDrawdownBars: { label: 'Longest drawdown', unit: 'bars' },
    volatility: { label: 'Annual volatility', unit: 'percent' },
    sharpe: { label: 'Sharpe', unit: 'ratio' },
    sortino: { label: 'Sortino', unit: 'ratio' },
    calmar: { label: 'Calmar', unit: 'ratio' },
    perBarSharpe: { label: 'Sharpe, per bar', unit: 'ratio' },
  },
  Trades: {
    trades: { label: 'Closed trades', unit: 'count' },
    openTrades: { label: 'Open trades', unit: 'count' },
    winRate: { label: 'Win rate', unit: 'percent' },
    profitFactor: { label: 'Profit factor', unit: 'ratio' },
    expectancy: { label: 'Mean profit a trade', unit: 'money' },
    averageBars: { label: 'Mean bars a trade', unit: 'mean' },
    exposure: { label: 'Time in the market', unit: 'percent' },
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
  return texts.get(name)?.label ?? name;
}

/** A metric's value with its unit; null and undefined are for `whyNotAvailable` to explain. */
export function formatMetric(name: string, value: number, translate: Translate = inEnglish): string {
  switch (texts.get(name)?.unit) {
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

/** Why `metrics[name]` is null, in a few words; undefined where that is not known. */
export function whyNotAvailable(name: string, metrics: Metrics): string | undefined {
  const hasDailyReturns = typeof metrics['volatility'] === 'number';
  switch (name) {
    case 'winRate':
    case 'expectancy':
    case 'averageBars':
      return metrics['trades'] === 0 ? 'no closed trade' : undefined;
    case 'profitFactor':
      return metrics['trades'] === 0 ? 'no closed trade' : 'no losing trade';
    case 'volatility':
      return 'too few daily returns';
    case 'cagr':
      return hasDailyReturns ? 'nothing left' : 'too few daily returns';
    case 'sharpe':
      return hasDailyReturns ? 'returns do not vary' : 'too few daily returns';
    case 'sortino':
      return hasDailyReturns ? 'no losing day' : 'too few daily returns';
    case 'calmar':
      return metrics['maxDrawdown'] === 0 ? 'no drawdown' : whyNotAvailable('cagr', metrics);
    default:
      return undefined;
  }
}

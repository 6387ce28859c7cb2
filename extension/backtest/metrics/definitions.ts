/**
 * What each metric means, in the words shown beside it: formula, divisor, scale and when it is not
 * available. "Daily returns" are those of `volatility`, "the market" is the one that is traded.
 */
export const metricDefinitions = {
  totalReturn: 'Final equity / equity at the start - 1; not available where that was not above 0.',
  annualReturn:
    'Mean of daily returns * periods a year, not compounded; not available below 30 daily returns.',
  cagr: 'Compound annual growth: (final / start equity) ^ (365.25 days / duration) - 1; not available below 30 daily returns.',
  finalEquity: 'Cash plus the open position at the last close, in cash.',
  bestDay: 'Highest daily return.',
  worstDay: 'Lowest daily return.',
  positiveDays: 'Daily returns above 0 / all daily returns; not available below 30 daily returns.',

  maxDrawdown: 'Largest fall of the equity at bar closes from an earlier high, as a fraction of that high.',
  maxDrawdownBars: 'Most bars between a high of the equity and the bar that regains it, or the end.',
  maxDrawdownRecoveryBars:
    'Bars from the lowest close of the deepest drawdown to the close that regains its high; not available without a drawdown or while that has not happened.',
  timeUnderWater: 'Bars that close below an earlier high of the equity / all bars.',
  ulcerIndex:
    'Root mean square of the falls of the equity at the ends of UTC days from the highest of these so far, as fractions of it (Martin and McCann, 1989); not available below 30 daily returns.',
  volatility:
    'Standard deviation (n - 1) of daily returns * sqrt(periods a year). Daily returns are between the equities at the end of consecutive UTC days, the return of the first day left out, or of bars where these are a day or longer.',
  downsideDeviation:
    'Root mean square of what daily returns fall short of the target, over all days, * sqrt(periods a year); the target is that of sortino; not available below 30 daily returns.',
  valueAtRisk:
    'Historical, of one day: the loss at the k-th lowest of n daily returns, k = (1 - confidence) * n rounded up, confidence 0.95 unless set; below 0 where that is a gain; not available with less than 5 returns in the tail, which takes 100 at 0.95.',
  conditionalValueAtRisk:
    'Historical expected shortfall: the mean loss of the lowest (1 - confidence) * n of n daily returns, the last of them by its part, confidence 0.95 unless set (Acerbi and Tasche, 2002); not available with less than 5 returns in the tail, which takes 100 at 0.95.',
  perBarVolatility:
    'As volatility, but of returns between consecutive bar closes and scaled by the bars of a year: periods a year * bars that fill a day without a pause.',

  sharpe:
    'Mean of daily returns less the risk-free rate / their standard deviation (n - 1) * sqrt(periods a year); the rate of a period is (1 + rate) ^ (1 / periods a year) - 1, the rate 0 unless set; not available below 30 daily returns or without variation.',
  sortino:
    'Mean of daily returns less the target / root mean square of what they fall short of it, over all days, * sqrt(periods a year); the target of a period is (1 + target) ^ (1 / periods a year) - 1, the target 0 unless set; not available below 30 daily returns or without a shortfall.',
  calmar: 'cagr / maxDrawdown; not available without a drawdown.',
  omega:
    'Sum of what daily returns exceed the target by / sum of what they fall short of it (Keating and Shadwick, 2002); the target is that of sortino; not available below 30 daily returns or without a shortfall.',
  martinRatio: '(cagr - risk-free rate) / ulcerIndex; not available without a fall.',
  recoveryFactor: 'totalReturn / maxDrawdown; not available without a drawdown.',
  perBarSharpe:
    'As sharpe, but from returns between consecutive bar closes and scaled by the bars of a year, as perBarVolatility; for comparison with tools that do so.',
  perBarSortino:
    'As sortino, but from returns between consecutive bar closes and scaled by the bars of a year, as perBarVolatility.',

  trades: 'Closed trades. Each entry, or each part of one that is closed on its own, is a trade.',
  openTrades: 'Trades still open at the end of the data.',
  winRate: 'Closed trades with a profit above 0 after fees / closed trades.',
  profitFactor:
    'Sum of profits / sum of losses of closed trades after fees; not available without a losing trade.',
  payoffRatio: 'averageWin / averageLoss; not available without a winning and a losing trade.',
  expectancy: 'Mean profit of a closed trade after fees, in cash.',
  averageReturn: 'Mean profit of a closed trade after fees as a fraction of its entry value.',
  averageWin: 'Mean profit after fees of the closed trades with a profit above 0, in cash.',
  averageLoss: 'Mean loss after fees of the other closed trades, in cash, above 0 for a loss.',
  bestTrade: 'Highest profit of a closed trade after fees, in cash.',
  worstTrade: 'Lowest profit of a closed trade after fees, in cash.',
  longestWinStreak: 'Most closed trades in a row, by their exits, with a profit above 0 after fees.',
  longestLossStreak: 'Most closed trades in a row, by their exits, without a profit above 0 after fees.',
  averageBars: 'Mean number of bars from entry to exit of closed trades.',
  exposure: 'Bars with an open position at their close / all bars.',
  sqn: 'System quality number (Tharp, 2008): sqrt(trades) * mean / standard deviation (n - 1) of the profits of closed trades after fees, in cash instead of in risk taken; not available below 30 trades or without variation.',
  kelly:
    'Kelly fraction (Kelly, 1956): p - (1 - p) / b with the win rate p and the ratio b of the mean win to the mean loss as fractions of the entry value; below 0 there is no edge to bet on; not available below 30 closed trades or without a winning and a losing one.',

  adverseExcursion:
    'Mean over closed trades of the maximum adverse excursion: the furthest that the price surely went against the trade while it was open, as a fraction of the entry price. Bars count from entry to before the exit, the entry bar by its close alone where the entry came inside it; of the exit bar its open and the exit price.',
  favourableExcursion:
    'Mean over closed trades of the maximum favourable excursion: as adverseExcursion, but the furthest that the price went for the trade.',
  winnersAdverseExcursion:
    'As adverseExcursion, but of the closed trades with a profit above 0 after fees: what had to be sat through.',
  losersFavourableExcursion:
    'As favourableExcursion, but of the other closed trades: what was in hand and was given back.',
  edgeRatio:
    'favourableExcursion / adverseExcursion, over the life of each trade and without a measure of volatility (after Faith, 2007); not available where no price went against a trade.',

  fees: 'Fees paid by closed and open trades, in cash.',
  feeShare: 'Fees of closed trades / their profit before fees; not available where that is not above 0.',
  slippageCost:
    'What fills lost to slippage, in cash, as the engine recorded it; not available where it did not.',
  spreadCost:
    'What fills lost to the spread, in cash, as the engine recorded it; not available where it did not.',
  fundingCost:
    'Funding paid less funding received, in cash, as the engine recorded it; not available where it did not.',
  liquidationCost:
    'Fees of liquidations, in cash, as the engine recorded it; not available where it did not.',
  turnover:
    'Value of entries and exits a year of 365.25 days / mean equity at the ends of UTC days; not available below 30 daily returns.',

  buyAndHoldReturn: 'Last close / first close - 1, without costs.',
  excessReturn: 'totalReturn - buyAndHoldReturn; not available where totalReturn is not.',
  buyAndHoldSharpe:
    "As sharpe, but of the market's returns over the same days; not available below 30 daily returns or without variation.",
  buyAndHoldMaxDrawdown: "As maxDrawdown, but of the market's closes from the first one on, without costs.",
  alpha:
    "(Mean of daily returns less the risk-free rate - beta * mean of the market's less the rate) * periods a year (Jensen, 1968), not compounded; not available where beta is not.",
  beta: "Slope of the least squares line of daily returns on the market's over the same days: covariance / the market's variance; not available below 30 daily returns or where the market does not vary.",
  correlation:
    "Correlation (Pearson) of daily returns with the market's over the same days; not available below 30 daily returns or where either does not vary.",
  trackingError:
    "Standard deviation (n - 1) of daily returns less the market's * sqrt(periods a year); not available below 30 daily returns.",
  informationRatio:
    "Mean of daily returns less the market's / their standard deviation (n - 1) * sqrt(periods a year) (Goodwin, 1998); not available below 30 daily returns or where they do not vary.",
  upCapture:
    "Mean of daily returns / mean of the market's, on the days on which the market rose; not available below 30 such days.",
  downCapture:
    "Mean of daily returns / mean of the market's, on the days on which the market fell; not available below 30 such days.",
} as const satisfies Readonly<Record<string, string>>;

export type MetricName = keyof typeof metricDefinitions;

export const metricNames = Object.keys(metricDefinitions) as readonly MetricName[];

export interface StatisticDefinition {
  readonly formula: string;
  /** What the formula leaves open, and what is done where the sample cannot carry it. */
  readonly convention: string;
  readonly source: string;
}

const bailey2012 =
  'Bailey and López de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012';
const bailey2014 =
  'Bailey and López de Prado, The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), 2014';
const bailey2017 =
  'Bailey, Borwein, López de Prado and Zhu, The Probability of Backtest Overfitting, Journal of Computational Finance 20(4), 2017';
const politis1994 =
  'Politis and Romano, The Stationary Bootstrap, Journal of the American Statistical Association 89, 1994';

/** What each statistic means, in the words shown beside it. T is the number of returns, r a return. */
export const statisticDefinitions: Readonly<Record<string, StatisticDefinition>> = {
  sharpe: {
    formula: 'mean(r) / deviation(r)',
    convention:
      'Per period, not annual; risk-free rate 0; sample deviation, divisor T - 1. Not available where the returns do not vary.',
    source: 'Sharpe, The Sharpe Ratio, Journal of Portfolio Management 21(1), 1994',
  },
  skewness: {
    formula: 'm3 / m2^(3/2), with mk = sum (r - mean)^k / T',
    convention: 'Population moments, divisor T, no correction for bias.',
    source: bailey2012,
  },
  kurtosis: {
    formula: 'm4 / m2^2, with mk = sum (r - mean)^k / T',
    convention: 'Population moments, divisor T: 3 for a normal, not the excess over 3.',
    source: bailey2012,
  },
  psr: {
    formula: 'N((SR - SR*) sqrt(T - 1) / sqrt(1 - skewness SR + (kurtosis - 1) / 4 SR^2))',
    convention:
      'SR per period with divisor T - 1, population skewness and kurtosis, sqrt(T - 1), SR* the benchmark per period. The other standard (Lo 2002, Mertens 2002: sqrt(T), or a deviation with divisor T) is not used. Not available below 30 returns.',
    source: `${bailey2012}, section 3`,
  },
  minTrackRecord: {
    formula: '1 + (1 - skewness SR + (kurtosis - 1) / 4 SR^2) (Z(0.95) / (SR - SR*))^2',
    convention:
      'Returns that would give a PSR of 0.95, not rounded. Not available below 30 returns, nor where SR is not above SR*.',
    source: bailey2012,
  },
  expectedMaximum: {
    formula: 'sqrt(V) ((1 - g) Z(1 - 1 / N) + g Z(1 - 1 / (N e))), g = 0.5772... of Euler and Mascheroni',
    convention:
      "Per period. V is the variance of the columns' Sharpe ratios, divisor n - 1, over the columns that vary; N the number of trials; 0 for N = 1. Not available where the trials are not counted, and for N above 1 where V is 0 or rests on one column.",
    source: `${bailey2014}, eq. 1`,
  },
  dsr: {
    formula: 'PSR of the column with the largest Sharpe ratio, with SR* = expectedMaximum',
    convention:
      'The first of equal columns, and none that lost everything (a return of -1 or below); the benchmark plays no part. Not available below 30 returns or without expectedMaximum.',
    source: `${bailey2014}, eq. 2`,
  },
  effectiveTrials: {
    formula: 'rho + (1 - rho) N, rho the mean correlation between the returns of two columns',
    convention:
      'Pearson correlations of the columns that vary, taken to hold for all N trials; from 1 to N. Shown beside N: dsr.value uses N, dsr.effective the effective number.',
    source: `${bailey2014}, appendix 3`,
  },
  pbo: {
    formula:
      'Share of combinations with logit <= 0 (le) or < 0 (lt); logit = ln(w / (1 - w)), w = rank / (N + 1) out of sample of the column that is best in sample',
    convention:
      'Combinatorially symmetric cross-validation: S equal blocks, every choice of S / 2 in sample, the others out of sample; where T is no multiple of S the oldest rows are dropped. Performance is the Sharpe ratio per period, 0 for a column that does not vary in a half. Rank 1 is the worst; equal columns share the mean of their ranks; of equals in sample the first is taken. A column that lost everything has no returns behind its ruin: it is judged by the blocks before, and ranks last in the half that holds the ruin and where it has no block before. Not available below 2 columns or 2 rows a block.',
    source: bailey2017,
  },
  probabilityOfLoss: {
    formula: 'Share of combinations in which the chosen column has a Sharpe ratio below 0 out of sample',
    convention: 'On the combinations of pbo.',
    source: bailey2017,
  },
  degradation: {
    formula: 'Least squares of the Sharpe ratio out of sample over that in sample of the chosen column',
    convention: 'On the combinations of pbo; a negative slope is usual for a search in noise.',
    source: bailey2017,
  },
  realityCheck: {
    formula: 'p = share of resamples with max sqrt(T) (mean(d*) - mean(d)) >= max sqrt(T) mean(d)',
    convention:
      'd is the return above the benchmark (cash, 0, unless a column is named). Stationary bootstrap, the same rows for every column. p = 0 means less than 1 / B. A column that lost everything counts as tried in the resamples and is never the best. Not available below 30 returns, nor where all columns lost everything.',
    source: 'White, A Reality Check for Data Snooping, Econometrica 68(5), 2000',
  },
  spa: {
    formula:
      'p = share of resamples with max(0, max sqrt(T) (mean(d*) - g(mean(d))) / w) >= max(0, max sqrt(T) mean(d) / w); g(x) = max(0, x) for lower, x unless x < -w sqrt(2 ln ln T / T) (then 0) for consistent, x for upper',
    convention:
      'd, resamples and p = 0 as for realityCheck. w^2 = g0 + 2 sum k(i) gi, with autocovariances gi of divisor T and k(i) = (T - i) / T (1 - q)^i + i / T (1 - q)^(T - i): the exact variance under the bootstrap, 1 / q the block length. >= in place of > makes p = 1 where nothing beats the benchmark. Columns that do not vary are left out. A column that lost everything as for realityCheck.',
    source:
      'Hansen, A Test for Superior Predictive Ability, Journal of Business and Economic Statistics 23(4), 2005',
  },
  medianPathSharpe: {
    formula:
      'Median over the paths of sharpe of the test returns of the column that is best by sharpe in each split',
    convention:
      'Combinatorial purged cross-validation of a search: 10 groups of rows, 2 of them the test, 45 splits, 9 paths. Behind a test group the rows of the trades that were open in it are no train rows of their column, nor is an embargo of 1 % of the rows, rounded up, behind the last of them; before a test group nothing is left out, as returns are marked at each close. A column that lost everything is judged by its train rows before the ruin, is not chosen where they hold it, and loses everything in each test range that begins behind it; a path that loses everything ranks last. Not available below 300 returns or 2 columns, nor where the middle path loses everything. After a combinatorial walk-forward by Sharpe ratio: the same of its own groups and embargo, settled by runs.',
    source: 'López de Prado, Advances in Financial Machine Learning, 2018, sections 7.4 and 12.3',
  },
  blockLength: {
    formula: '(2 G^2 / D)^(1/3) T^(1/3), G = sum l(k / M) |k| R(k), D = 2 g^2, g = sum l(k / M) R(k)',
    convention:
      'Where none is given. Flat-top window l, M = 2 m, m the lag after which max(5, sqrt(log10 T)) autocorrelations in a row lie within 2 sqrt(log10 T / T), at least 1; from 1 to min(3 sqrt T, T / 3). For several columns the mean of theirs. D = 4/3 g^2 for the circular bootstrap.',
    source: `Politis and White, Automatic Block-Length Selection for the Dependent Bootstrap, Econometric Reviews 23, 2004; Patton, Politis and White, correction, 28, 2009; ${politis1994}`,
  },
  intervals: {
    formula: 'Quantiles (1 - level) / 2 and (1 + level) / 2 of the figure over block resamples',
    convention:
      'Percentile intervals, quantiles between neighbours on a straight line (Hyndman and Fan, 7). Stationary or circular blocks. totalReturn is the product of 1 + r, less 1; maxDrawdown counts the start as a high; at a loss of everything the path ends. Not available below 30 returns.',
    source: `Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13; ${politis1994}`,
  },
  tradeOrder: {
    formula:
      'Quantiles of final equity and drawdown over orders of the trades; drawdownP = (1 + runs no deeper) / (1 + runs)',
    convention:
      'All equity in each trade. shuffle: each trade once; resample: drawn with replacement. Ruin: equity at or below the ruin level. Not available below 30 trades.',
    source: 'Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2',
  },
  timingBaseline: {
    formula: 'p = (1 + runs with mean(position* r) >= mean(position r)) / (1 + runs)',
    convention:
      'rotation moves all positions together; permutation gives each bar the position of another. Costs are left out. Not available below 30 bars, nor where the position never changes.',
    source: 'Aronson, Evidence-Based Technical Analysis, 2006; Davison and Hinkley 1997, section 4.2',
  },
  randomEntryBaseline: {
    formula: 'p = (1 + runs whose mean trade return is at least the observed one) / (1 + runs)',
    convention:
      'As many trades, with the same holding times and directions, placed at random without overlap; every trade has the same stake; costs are left out. Not available below 30 trades.',
    source: 'Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 4.2',
  },
};

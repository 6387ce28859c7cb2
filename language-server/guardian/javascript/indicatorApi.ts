/** What the indicators of strategy-lab.d.ts take and give, by their names. */

/** Results of several series. A `Series` holds values that are copied, an `Average` computed ones. */
const results = {
  Macd: { Average: 'line signal histogram' },
  Bands: { Series: 'upper lower', Average: 'middle' },
  AverageBands: { Average: 'upper middle lower' },
  Stochastic: { Average: 'k d' },
  LinearRegression: { Average: 'value slope r2' },
  DirectionalMovement: { Average: 'adx plus minus' },
  Aroon: { Average: 'up down oscillator' },
  Vortex: { Average: 'plus minus' },
  Ichimoku: { Average: 'conversion base spanA spanB' },
  Supertrend: { Average: 'line', Series: 'direction' },
  ChandelierExit: { Average: 'long short' },
  ElderRay: { Average: 'bull bear' },
  HeikinAshi: { Average: 'open high low close' },
  PivotPoints: { Series: 'pivot resistance1 resistance2 resistance3 support1 support2 support3' },
} as const;

export type IndicatorResult = keyof typeof results;
export type IndicatorGives = IndicatorResult | 'Series' | 'Average';

/** The members of each result, by what they give. */
export const resultMembers = Object.fromEntries(
  Object.entries(results).map(([type, members]) => [type, byName(members)]),
) as Record<IndicatorResult, Record<string, IndicatorGives>>;

/** The indicators, by what they give. */
export const indicatorMembers: Readonly<Record<string, IndicatorGives>> = byName({
  Average:
    'typicalPrice medianPrice averagePrice sma ema rma wma hma dema tema t3 trima kama zlema vwma rsi connorsRsi ' +
    'cmo williamsR cci ultimateOscillator fisherTransform change roc momentum trix tsi awesomeOscillator dpo ' +
    'parabolicSar efficiencyRatio bollingerPercentB bollingerBandwidth trueRange atr natr deviation zScore ' +
    'historicalVolatility parkinson garmanKlass choppiness ulcerIndex obv accumulationDistribution ' +
    'chaikinOscillator chaikinMoneyFlow mfi vwap rollingVwap forceIndex easeOfMovement median percentRank correlation',
  Series: 'highest lowest',
  Macd: 'macd ppo',
  AverageBands: 'bollinger keltner',
  Bands: 'donchian',
  Stochastic: 'stochastic stochRsi',
  LinearRegression: 'linearRegression',
  DirectionalMovement: 'adx',
  Aroon: 'aroon',
  Vortex: 'vortex',
  Ichimoku: 'ichimoku',
  Supertrend: 'supertrend',
  ChandelierExit: 'chandelierExit',
  ElderRay: 'elderRay',
  HeikinAshi: 'heikinAshi',
  PivotPoints: 'pivotPoints',
});

function byName(groups: Readonly<Partial<Record<IndicatorGives, string>>>): Record<string, IndicatorGives> {
  return Object.fromEntries(
    Object.entries(groups).flatMap(([gives, names]) =>
      names.split(' ').map((name) => [name, gives as IndicatorGives]),
    ),
  );
}

function withArguments(places: readonly number[], names: string): Record<string, readonly number[]> {
  return Object.fromEntries(names.split(' ').map((name) => [name, places]));
}

/** Which arguments of an indicator are periods. */
export const periodArguments: Readonly<Record<string, readonly number[]>> = {
  ...withArguments(
    [0],
    'sma ema rma wma hma dema tema t3 trima zlema vwma linearRegression rsi cmo williamsR cci fisherTransform change ' +
      'roc momentum trix dpo elderRay adx aroon vortex supertrend chandelierExit efficiencyRatio bollinger ' +
      'bollingerPercentB bollingerBandwidth keltner donchian atr natr deviation zScore historicalVolatility parkinson ' +
      'garmanKlass choppiness ulcerIndex chaikinMoneyFlow mfi rollingVwap forceIndex easeOfMovement highest lowest ' +
      'median percentRank correlation',
  ),
  ...withArguments([0, 1], 'tsi awesomeOscillator chaikinOscillator'),
  ...withArguments([0, 1, 2], 'kama connorsRsi stochastic ultimateOscillator macd ppo'),
  ...withArguments([0, 1, 2, 3], 'stochRsi ichimoku'),
};

/** Indicators of which one value has none: their periods begin with 2. */
export const neverOfOneValue = new Set(
  (
    'hma linearRegression bollinger bollingerPercentB bollingerBandwidth deviation zScore historicalVolatility ' +
    'choppiness correlation'
  ).split(' '),
);

/** Which arguments are numbers above 0 that need not be whole. */
export const factorArguments: Readonly<Record<string, readonly number[]>> = {
  ...withArguments(
    [1],
    't3 supertrend chandelierExit bollinger bollingerPercentB bollingerBandwidth keltner',
  ),
  ...withArguments([0, 1], 'parabolicSar'),
};

/** What an option may be: one of some values, a number above 0, a whole number of bars, or a series. */
export type IndicatorOption = readonly (string | number)[] | 'number' | 'period' | 'series';

const source = { source: 'series' } as const;
const smoothing = { smoothing: ['wilder', 'simple', 'exponential'] } as const;
const convergence = { ...source, seed: ['mean', 'first', 'together'] } as const;
const divisor = { ...source, ddof: [0, 1] } as const;
const annual = { periodsPerYear: 'number' } as const;

function withOptions(
  options: Readonly<Record<string, IndicatorOption>>,
  names: string,
): Record<string, Readonly<Record<string, IndicatorOption>>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, options]));
}

/** The options that an indicator's last argument may hold. */
export const indicatorOptions: Readonly<Record<string, Readonly<Record<string, IndicatorOption>>>> = {
  ...withOptions(
    source,
    'sma rma wma hma dema tema t3 trima kama zlema vwma linearRegression stochRsi connorsRsi cci fisherTransform change ' +
      'roc momentum trix tsi dpo efficiencyRatio ulcerIndex vwap rollingVwap highest lowest median',
  ),
  ...withOptions({ ...source, ...smoothing }, 'rsi cmo'),
  ...withOptions(smoothing, 'atr natr supertrend chandelierExit'),
  ...withOptions(convergence, 'macd ppo'),
  ...withOptions(divisor, 'bollinger bollingerPercentB bollingerBandwidth deviation zScore'),
  ...withOptions(annual, 'parkinson garmanKlass'),
  ema: { ...source, seed: ['mean', 'first'] },
  keltner: { ...source, form: ['atr', 'original'], atrPeriod: 'period', ...smoothing },
  historicalVolatility: { ...source, ...annual },
  easeOfMovement: { scale: 'number' },
  percentRank: { ...source, ties: ['above', 'below'] },
  pivotPoints: { method: ['classic', 'fibonacci', 'camarilla', 'woodie'] },
};

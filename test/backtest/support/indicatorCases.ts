import type { Bars, Indicators, Series } from 'strategy-lab';
import { createIndicators } from '../../../extension/backtest/indicators/create.ts';
import { BarWindow, blockBars, valuesOf } from '../../../extension/backtest/series.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import type { Values } from './reference/values.ts';
import { ReferenceSeries, referenceIndicators } from './referenceIndicators.ts';

type IndicatorName = keyof Indicators;
type Argument = number | string | Readonly<Record<string, number | string>>;

/** A call of an indicator. Texts in place of an argument, or of an option `source`, are names of sources. */
export type IndicatorCase = readonly [name: IndicatorName, ...given: Argument[]];

/** Sources that are indicators themselves, with the bars before their first value. */
const madeSources = {
  rsi: [(indicators) => indicators.rsi(14), 14],
  ema: [(indicators) => indicators.ema(5), 4],
  macd: [(indicators) => indicators.macd(3, 8, 2).line, 7],
} satisfies Record<string, readonly [(indicators: Indicators) => Series, number]>;
type MadeName = keyof typeof madeSources;

/** Every indicator with its usual arguments first, then its shortest periods, its variants and its sources. */
export const indicatorCases: readonly IndicatorCase[] = [
  ['typicalPrice'],
  ['medianPrice'],
  ['averagePrice'],
  ['heikinAshi'],
  ['pivotPoints'],
  ['pivotPoints', { method: 'fibonacci' }],
  ['pivotPoints', { method: 'camarilla' }],
  ['pivotPoints', { method: 'woodie' }],

  ['sma', 20],
  ['sma', 1],
  ['sma', 400],
  ['sma', 20, 'volume'],
  ['sma', 20, { source: 'volume' }],
  ['ema', 20],
  ['ema', 1],
  ['ema', 9, 'rsi'],
  ['ema', 9, { seed: 'first', source: 'rsi' }],
  ['rma', 14],
  ['rma', 1, 'ema'],
  ['wma', 20],
  ['wma', 1],
  ['wma', 3, 'ema'],
  ['hma', 20],
  ['hma', 2],
  ['hma', 9, 'rsi'],
  ['dema', 20],
  ['dema', 3, 'ema'],
  ['tema', 20],
  ['tema', 1],
  ['tema', 3, 'ema'],
  ['t3', 5],
  ['t3', 8, 0.5, 'ema'],
  ['trima', 20],
  ['trima', 7],
  ['trima', 1],
  ['trima', 4, 'ema'],
  ['kama', 10, 2, 30],
  ['kama', 1, 3, 8],
  ['kama', 5, 2, 20, 'ema'],
  ['zlema', 20],
  ['zlema', 1],
  ['zlema', 5, 'rsi'],
  ['vwma', 20],
  ['vwma', 1],
  ['vwma', 5, 'ema'],
  ['linearRegression', 14],
  ['linearRegression', 2],
  ['linearRegression', 9, 'macd'],

  ['rsi', 14],
  ['rsi', 1],
  ['rsi', 14, { smoothing: 'simple' }],
  ['rsi', 9, { smoothing: 'exponential', source: 'open' }],
  ['rsi', 7, 'ema'],
  ['stochRsi', 14, 14, 3, 3],
  ['stochRsi', 5, 8, 1, 2, 'ema'],
  ['connorsRsi', 3, 2, 100],
  ['connorsRsi', 4, 3, 10, 'ema'],
  ['connorsRsi', 30, 2, 10],
  ['connorsRsi', 2, 40, 10],
  ['cmo', 14],
  ['cmo', 9, { smoothing: 'wilder' }],
  ['cmo', 9, { smoothing: 'exponential', source: 'ema' }],
  ['stochastic', 14, 3, 3],
  ['stochastic', 5, 1, 3],
  ['stochastic', 1, 1, 1],
  ['williamsR', 14],
  ['williamsR', 1],
  ['cci', 20],
  ['cci', 1],
  ['cci', 15, 'ema'],
  ['ultimateOscillator', 7, 14, 28],
  ['ultimateOscillator', 5, 1, 2],
  ['fisherTransform', 10],
  ['fisherTransform', 1],
  ['fisherTransform', 6, 'ema'],

  ['change', 24],
  ['change', 1],
  ['change', 5, 'macd'],
  ['roc', 12],
  ['roc', 3, 'volume'],
  ['momentum', 10],
  ['momentum', 2, 'ema'],
  ['macd', 12, 26, 9],
  ['macd', 30, 10, 3],
  ['macd', 5, 13, 4, 'open'],
  ['macd', 5, 13, 4, { seed: 'first' }],
  ['macd', 5, 13, 4, { seed: 'together', source: 'ema' }],
  ['macd', 13, 5, 4, { seed: 'together' }],
  ['ppo', 12, 26, 9],
  ['ppo', 5, 13, 4, { seed: 'first', source: 'volume' }],
  ['ppo', 5, 13, 4, { seed: 'together' }],
  ['trix', 15],
  ['trix', 1],
  ['trix', 4, 'ema'],
  ['tsi', 25, 13],
  ['tsi', 1, 1],
  ['tsi', 9, 4, 'ema'],
  ['awesomeOscillator', 5, 34],
  ['awesomeOscillator', 8, 3],
  ['dpo', 20],
  ['dpo', 1],
  ['dpo', 2],
  ['dpo', 3],
  ['dpo', 7, 'ema'],
  ['elderRay', 13],

  ['adx', 14],
  ['adx', 1],
  ['aroon', 25],
  ['aroon', 1],
  ['vortex', 14],
  ['vortex', 1],
  ['ichimoku', 9, 26, 52, 26],
  ['ichimoku', 5, 3, 10, 1],
  ['parabolicSar', 0.02, 0.2],
  ['parabolicSar', 0.3, 0.1],
  ['supertrend', 10, 3],
  ['supertrend', 7, 1, { smoothing: 'simple' }],
  ['supertrend', 7, 0.5, { smoothing: 'exponential' }],
  ['chandelierExit', 22, 3],
  ['chandelierExit', 5, 1, { smoothing: 'simple' }],
  ['efficiencyRatio', 10],
  ['efficiencyRatio', 1],
  ['efficiencyRatio', 5, 'rsi'],

  ['bollinger', 20, 2],
  ['bollinger', 7, 1.5, { ddof: 1 }],
  ['bollinger', 10, 2, 'ema'],
  ['bollingerPercentB', 20, 2],
  ['bollingerPercentB', 7, 1.5, { ddof: 1, source: 'ema' }],
  ['bollingerBandwidth', 20, 2],
  ['bollingerBandwidth', 7, 1.5, { ddof: 1, source: 'ema' }],
  ['keltner', 20, 2],
  ['keltner', 5, 2],
  ['keltner', 5, 1.5, { smoothing: 'simple', source: 'open' }],
  ['keltner', 20, 1, { form: 'original' }],
  ['keltner', 20, 1, { form: 'original', source: 'close' }],
  ['donchian', 20],
  ['donchian', 1],

  ['trueRange'],
  ['atr', 14],
  ['atr', 1],
  ['atr', 14, { smoothing: 'simple' }],
  ['atr', 14, { smoothing: 'exponential' }],
  ['natr', 14],
  ['natr', 3, { smoothing: 'simple' }],
  ['deviation', 50],
  ['deviation', 2],
  ['deviation', 10, 'macd'],
  ['deviation', 10, { ddof: 0 }],
  ['zScore', 20],
  ['zScore', 5, { ddof: 0, source: 'ema' }],
  ['historicalVolatility', 20],
  ['historicalVolatility', 2, { periodsPerYear: 8760, source: 'ema' }],
  ['historicalVolatility', 5, 'macd'],
  ['parkinson', 20],
  ['parkinson', 1, { periodsPerYear: 365 }],
  ['garmanKlass', 20],
  ['garmanKlass', 1, { periodsPerYear: 365 }],
  ['choppiness', 14],
  ['choppiness', 2],
  ['ulcerIndex', 14],
  ['ulcerIndex', 1],
  ['ulcerIndex', 5, 'ema'],

  ['obv'],
  ['accumulationDistribution'],
  ['chaikinOscillator', 3, 10],
  ['chaikinMoneyFlow', 20],
  ['chaikinMoneyFlow', 1],
  ['mfi', 14],
  ['mfi', 1],
  ['vwap'],
  ['vwap', 'ema'],
  ['rollingVwap', 20],
  ['rollingVwap', 2, 'open'],
  ['forceIndex', 13],
  ['easeOfMovement', 14],
  ['easeOfMovement', 3, { scale: 10_000 }],

  ['highest', 30],
  ['highest', 3, 'close'],
  ['highest', 5, 'rsi'],
  ['lowest', 30],
  ['lowest', 1, 'volume'],
  ['lowest', 4, 'macd'],
  ['median', 21],
  ['median', 4],
  ['median', 1],
  ['median', 5, 'ema'],
  ['percentRank', 100],
  ['percentRank', 1],
  ['percentRank', 10, { ties: 'below', source: 'volume' }],
  ['correlation', 20, 'close', 'volume'],
  ['correlation', 2, 'open', 'close'],
  ['correlation', 9, 'rsi', 'ema'],
];

export function titleOf([name, ...given]: IndicatorCase): string {
  const text = (value: Argument): string =>
    typeof value === 'object'
      ? `{ ${Object.entries(value)
          .map(([option, each]) => `${option}: ${each}`)
          .join(', ')} }`
      : String(value);
  return `${name}(${given.map(text).join(', ')})`;
}

/** Bars before the first value of the slowest source of a case. */
export function sourceLookback([, ...given]: IndicatorCase): number {
  const named = given.flatMap((value) => (typeof value === 'object' ? (value['source'] ?? []) : value));
  return Math.max(0, ...named.map((name) => (isMade(name) ? madeSources[name][1] : 0)));
}

/** Values of each part of an indicator; `value` where it is one series. */
export type Parts<Column> = Readonly<Record<string, Column>>;

/** What the engine computes at every bar, given the bars in pieces; with the bars that `next` waits for. */
export function computed(
  call: IndicatorCase,
  columns: CandleColumns,
  chunks: readonly number[] = [blockBars],
): { parts: Parts<Float64Array>; warmUp: number } {
  const window = new BarWindow();
  const { indicators, seal } = createIndicators(window);
  const made = partsOf(callOf(call, indicators, window));
  const warmUp = seal();
  const bars = columns.time.length;
  const parts = Object.fromEntries(Object.keys(made).map((name) => [name, new Float64Array(bars)]));
  for (let from = 0, piece = 0; from < bars; piece++) {
    const to = Math.min(bars, from + (chunks[piece % chunks.length] as number));
    window.append(columns, from, to);
    for (const [name, series] of Object.entries(made)) {
      parts[name]?.set(valuesOf(series).subarray(window.length - (to - from), window.length), from);
    }
    from = to;
  }
  return { parts, warmUp };
}

/** The same from the definitions. */
export function expected(call: IndicatorCase, columns: CandleColumns): Parts<Values> {
  const clock = { bar: 0 };
  const of = (values: Float64Array): Series => new ReferenceSeries([...values], clock);
  const { time, open, high, low, close, volume } = columns;
  const bars: Bars = {
    time: of(time),
    open: of(open),
    high: of(high),
    low: of(low),
    close: of(close),
    volume: of(volume),
  };
  const made = partsOf(callOf(call, referenceIndicators(columns, clock, []), bars));
  return Object.fromEntries(
    Object.entries(made).map(([name, series]) => [name, (series as ReferenceSeries).values]),
  );
}

/** Calls the indicator as a strategy would. */
export function callOf(
  [name, ...given]: IndicatorCase,
  indicators: Indicators,
  bars: Bars,
): Series | Parts<Series> {
  const sourceOf = (source: string): Series =>
    isMade(source) ? madeSources[source][0](indicators) : bars[source as keyof Bars];
  const resolve = (value: Argument): unknown => {
    if (typeof value === 'string') return sourceOf(value);
    if (typeof value === 'number') return value;
    const { source, ...others } = value;
    return source === undefined ? others : { ...others, source: sourceOf(String(source)) };
  };
  const indicator = indicators[name] as (...values: unknown[]) => Series | Parts<Series>;
  return indicator(...given.map(resolve));
}

function isMade(value: unknown): value is MadeName {
  return typeof value === 'string' && Object.hasOwn(madeSources, value);
}

function partsOf(made: Series | Parts<Series>): Parts<Series> {
  return typeof (made as Series).ago === 'function' ? { value: made as Series } : (made as Parts<Series>);
}

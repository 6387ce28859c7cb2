import type { Indicators, Series, SourceOptions } from 'strategy-lab';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import * as averages from './reference/averages.ts';
import * as oscillators from './reference/oscillators.ts';
import * as trends from './reference/trends.ts';
import type { Columns, Values } from './reference/values.ts';
import * as base from './reference/values.ts';
import * as volatility from './reference/volatility.ts';
import * as volume from './reference/volume.ts';

/** A series over a whole array; `clock.bar` says which bar has just closed. */
export class ReferenceSeries implements Series {
  readonly values: Values;
  readonly #clock: { readonly bar: number };

  constructor(values: Values, clock: { readonly bar: number }) {
    this.values = values;
    this.#clock = clock;
  }
  get value(): number {
    return this.ago(0);
  }
  get previous(): number {
    return this.ago(1);
  }
  ago(barsAgo: number): number {
    return this.values[this.#clock.bar - barsAgo] ?? Number.NaN;
  }
}

/** The indicators for a reference run; `made` collects every series, for the warm-up. */
export function referenceIndicators(
  columns: CandleColumns,
  clock: { readonly bar: number },
  made: ReferenceSeries[],
): Indicators {
  const bars: Columns = {
    time: [...columns.time],
    open: [...columns.open],
    high: [...columns.high],
    low: [...columns.low],
    close: [...columns.close],
    volume: [...columns.volume],
  };
  const { close, high, low } = bars;
  const series = (values: Values, note = (each: ReferenceSeries): unknown => made.push(each)): Series => {
    const result = new ReferenceSeries(values, clock);
    note(result);
    return result;
  };
  function all<Name extends string>(
    values: Record<Name, Values>,
    note?: (each: ReferenceSeries) => unknown,
  ): Record<Name, Series> {
    const entries = Object.entries<Values>(values).map(([name, each]) => [name, series(each, note)]);
    return Object.fromEntries(entries) as Record<Name, Series>;
  }
  /** The source that was given, and the options beside it. */
  function read<Options extends SourceOptions>(
    given: Series | Options | undefined,
    usual: Values = close,
  ): { values: Values; options: Partial<Options> } {
    if (given instanceof ReferenceSeries) return { values: given.values, options: {} };
    const options = (given ?? {}) as Partial<Options>;
    const { source } = options;
    return { values: source instanceof ReferenceSeries ? source.values : usual, options };
  }
  const valuesOf = (given: Series | SourceOptions | undefined, usual?: Values): Values =>
    read(given, usual).values;
  const numbersOf = (given: Series): Values => (given as ReferenceSeries).values;

  return {
    typicalPrice: () => series(base.typicalPrice(bars)),
    medianPrice: () => series(base.medianPrice(bars)),
    averagePrice: () => series(volume.heikinAshi(bars).close),
    heikinAshi: () => all(volume.heikinAshi(bars)),
    // Nothing waits for it: the calendar decides about its first bar.
    pivotPoints: (options) => all(volume.pivotPoints(bars, options?.method), () => undefined),

    sma: (period, source) => series(base.sma(valuesOf(source), period)),
    ema(period, source) {
      const { values, options } = read(source);
      return series(base.ema(values, period, options.seed));
    },
    rma: (period, source) => series(base.rma(valuesOf(source), period)),
    wma: (period, source) => series(averages.wma(valuesOf(source), period)),
    hma: (period, source) => series(averages.hma(valuesOf(source), period)),
    dema: (period, source) => series(averages.dema(valuesOf(source), period)),
    tema: (period, source) => series(averages.tema(valuesOf(source), period)),
    t3: (period, factor = 0.7, source = undefined) => series(averages.t3(valuesOf(source), period, factor)),
    trima: (period, source) => series(averages.trima(valuesOf(source), period)),
    kama: (period = 10, fast = 2, slow = 30, source = undefined) =>
      series(averages.kama(valuesOf(source), period, fast, slow)),
    zlema: (period, source) => series(averages.zlema(valuesOf(source), period)),
    vwma: (period, source) => series(averages.vwma(valuesOf(source), bars.volume, period)),
    linearRegression: (period, source) => all(averages.linearRegression(valuesOf(source), period)),

    rsi(period, source) {
      const { values, options } = read(source);
      return series(oscillators.rsi(values, period, options.smoothing));
    },
    stochRsi: (period = 14, range = 14, smoothing = 3, signal = 3, source = undefined) =>
      all(oscillators.stochRsi(valuesOf(source), period, range, smoothing, signal)),
    connorsRsi: (period = 3, streak = 2, rank = 100, source = undefined) =>
      series(oscillators.connorsRsi(valuesOf(source), period, streak, rank)),
    cmo(period, source) {
      const { values, options } = read(source);
      return series(oscillators.cmo(values, period, options.smoothing));
    },
    stochastic: (period = 14, smoothing = 3, signal = 3) =>
      all(oscillators.stochastic(bars, period, smoothing, signal)),
    williamsR: (period) => series(oscillators.williamsR(bars, period)),
    cci: (period, source) => series(oscillators.cci(valuesOf(source, base.typicalPrice(bars)), period)),
    ultimateOscillator: (short = 7, middle = 14, long = 28) =>
      series(oscillators.ultimateOscillator(bars, short, middle, long)),
    fisherTransform: (period, source) =>
      series(oscillators.fisherTransform(valuesOf(source, base.medianPrice(bars)), period)),

    change: (period, source) => series(base.change(valuesOf(source), period)),
    roc: (period, source) => series(base.change(valuesOf(source), period).map((value) => 100 * value)),
    momentum: (period, source) => series(base.minus(valuesOf(source), base.ago(valuesOf(source), period))),
    macd(fast = 12, slow = 26, signal = 9, source = undefined) {
      const { values, options } = read(source);
      return all(averages.convergence(values, [fast, slow, signal], options.seed));
    },
    ppo(fast = 12, slow = 26, signal = 9, source = undefined) {
      const { values, options } = read(source);
      const percent = (quick: number, lazy: number): number =>
        lazy === 0 ? 0 : (100 * (quick - lazy)) / lazy;
      return all(averages.convergence(values, [fast, slow, signal], options.seed, percent));
    },
    trix: (period, source) => series(averages.trix(valuesOf(source), period)),
    tsi: (long = 25, short = 13, source = undefined) => series(averages.tsi(valuesOf(source), long, short)),
    awesomeOscillator: (fast = 5, slow = 34) => series(oscillators.awesomeOscillator(bars, fast, slow)),
    dpo: (period, source) => series(oscillators.dpo(valuesOf(source), period)),
    elderRay: (period = 13) => all(oscillators.elderRay(bars, period)),

    adx: (period = 14) => all(trends.adx(bars, period)),
    aroon: (period = 25) => all(trends.aroon(bars, period)),
    vortex: (period = 14) => all(trends.vortex(bars, period)),
    ichimoku: (conversion = 9, slow = 26, span = 52, displacement = 26) =>
      all(trends.ichimoku(bars, [conversion, slow, span, displacement])),
    parabolicSar: (step = 0.02, maximum = 0.2) => series(trends.parabolicSar(bars, step, maximum)),
    supertrend: (period = 10, multiplier = 3, options = {}) =>
      all(trends.supertrend(bars, period, multiplier, options.smoothing)),
    chandelierExit: (period = 22, multiplier = 3, options = {}) =>
      all(trends.chandelierExit(bars, period, multiplier, options.smoothing)),
    efficiencyRatio: (period, source) => series(averages.efficiencyRatio(valuesOf(source), period)),

    bollinger(period = 20, deviations = 2, source = undefined) {
      const { values, options } = read(source);
      return all(volatility.bollinger(values, period, deviations, options.ddof));
    },
    bollingerPercentB(period = 20, deviations = 2, source = undefined) {
      const { values, options } = read(source);
      return series(volatility.percentB(values, period, deviations, options.ddof));
    },
    bollingerBandwidth(period = 20, deviations = 2, source = undefined) {
      const { values, options } = read(source);
      return series(volatility.bandwidth(values, period, deviations, options.ddof));
    },
    keltner(period = 20, multiplier = 2, given = undefined) {
      const { form, atrPeriod = 10, smoothing } = read(given).options;
      if (form === 'original') {
        const middle = base.sma(valuesOf(given, base.typicalPrice(bars)), period);
        return all(volatility.around(middle, base.sma(base.minus(high, low), period), multiplier));
      }
      const width = base.atr(bars, atrPeriod, smoothing);
      return all(volatility.around(base.ema(valuesOf(given), period), width, multiplier));
    },
    donchian(period) {
      const [upper, lower] = [base.highest(high, period), base.lowest(low, period)];
      return all({ upper, middle: trends.middleOfRange(bars, period), lower });
    },

    trueRange: () => series(base.trueRange(bars)),
    atr: (period, options = {}) => series(base.atr(bars, period, options.smoothing)),
    natr: (period, options = {}) =>
      series(base.ratio(base.atr(bars, period, options.smoothing), close, 0).map((value) => 100 * value)),
    deviation(period, source) {
      const { values, options } = read(source);
      return series(base.deviation(values, period, options.ddof ?? 1));
    },
    zScore(period, source) {
      const { values, options } = read(source);
      return series(volatility.zScore(values, period, options.ddof));
    },
    historicalVolatility(period, source) {
      const { values, options } = read(source);
      return series(volatility.historicalVolatility(values, period, options.periodsPerYear ?? 1));
    },
    parkinson: (period, { periodsPerYear = 1 } = {}) =>
      series(volatility.parkinson(bars, period, periodsPerYear)),
    garmanKlass: (period, { periodsPerYear = 1 } = {}) =>
      series(volatility.garmanKlass(bars, period, periodsPerYear)),
    choppiness: (period) => series(volatility.choppiness(bars, period)),
    ulcerIndex: (period, source) => series(volatility.ulcerIndex(valuesOf(source), period)),

    obv: () => series(volume.obv(bars)),
    accumulationDistribution: () => series(volume.accumulationDistribution(bars)),
    chaikinOscillator: (fast = 3, slow = 10) => series(volume.chaikinOscillator(bars, fast, slow)),
    chaikinMoneyFlow: (period) => series(volume.chaikinMoneyFlow(bars, period)),
    mfi: (period) => series(volume.mfi(bars, period)),
    vwap: (source) => series(volume.vwap(bars, valuesOf(source, base.typicalPrice(bars)))),
    rollingVwap: (period, source) =>
      series(averages.vwma(valuesOf(source, base.typicalPrice(bars)), bars.volume, period)),
    forceIndex: (period = 13) => series(volume.forceIndex(bars, period)),
    easeOfMovement: (period = 14, { scale = 1e8 } = {}) => series(volume.easeOfMovement(bars, period, scale)),

    highest: (period, source) => series(base.highest(valuesOf(source, high), period)),
    lowest: (period, source) => series(base.lowest(valuesOf(source, low), period)),
    median: (period, source) => series(volatility.median(valuesOf(source), period)),
    percentRank(period, source) {
      const { values, options } = read(source);
      return series(oscillators.percentRank(values, period, options.ties));
    },
    correlation: (period, first, second) =>
      series(volatility.correlation(numbersOf(first), numbersOf(second), period)),
  };
}

/**
 * The strategy API of Strategy Lab.
 *
 * A strategy is one file that imports `strategy-lab`, and nothing else, and whose default export is
 * `defineStrategy({ name, params, setup, next })`:
 *
 *     import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
 *
 *     export default defineStrategy({
 *       name: 'Moving-average cross',
 *       params: {
 *         fast: { type: 'integer', default: 10, min: 2, max: 100 },
 *         slow: { type: 'integer', default: 30, min: 5, max: 400 },
 *         stop: { type: 'number', default: 5, min: 0.5, max: 50, description: 'Stop loss in percent' },
 *       },
 *       setup({ params, indicators, plot }) {
 *         const fast = indicators.sma(params.fast);
 *         const slow = indicators.sma(params.slow);
 *         plot('Fast average', fast);
 *         plot('Slow average', slow);
 *         return { fast, slow };
 *       },
 *       next({ params, position, orders }, { fast, slow }) {
 *         if (position.isFlat && crossAbove(fast, slow)) {
 *           orders.buy({ percent: 100, stopLossPercent: params.stop });
 *         } else if (position.isLong && crossBelow(fast, slow)) {
 *           orders.close();
 *         }
 *       },
 *     });
 *
 * `next` is called once a bar, after the bar has closed, from the first bar at which every indicator
 * made in `setup` has its full window. Orders are filled at the open of the next bar at the earliest;
 * with `limit` or `stop` they wait for their price. Where a run has several markets, `markets` has one
 * entry each, and `next` is called once for each time at which a bar of any of them has closed.
 * There is no clock, no network, no file and no `Math.random` here: use `bar.time` and `random()`.
 * A `Date` is made of numbers and not of texts: `new Date(bar.time)`, `Date.UTC(...)`. Types are taken away and
 * nothing else is changed, so there are no enums, namespaces and parameter properties.
 */
declare module 'strategy-lab' {
  /** A declared, bounded parameter. `step` is the step of a search grid. */
  export interface ParameterDefinition {
    readonly type: 'integer' | 'number';
    readonly default: number;
    readonly min: number;
    readonly max: number;
    readonly step?: number;
    readonly description?: string;
  }

  /** Values by bars ago: `ago(0)` is the bar that has just closed, `ago(1)` the one before it. */
  export interface Series {
    /** The value of the bar that has just closed; the same as `ago(0)`. */
    readonly value: number;
    /** The value of the bar before; the same as `ago(1)`. */
    readonly previous: number;
    /**
     * The value `barsAgo` bars before the bar that has just closed; NaN where the series has no value
     * yet. Throws for a negative or fractional `barsAgo` and beyond the 8192 bars that are kept.
     */
    ago(barsAgo: number): number;
  }

  /** The six columns of the market as series. */
  export interface Bars {
    readonly time: Series;
    readonly open: Series;
    readonly high: Series;
    readonly low: Series;
    readonly close: Series;
    readonly volume: Series;
  }

  /** The bar that has just closed. `time` is its open time in UTC milliseconds. */
  export interface Bar {
    /** Number of the bar in this run, from 0. */
    readonly index: number;
    readonly time: number;
    readonly open: number;
    readonly high: number;
    readonly low: number;
    readonly close: number;
    readonly volume: number;
  }

  /** `line` with its average `signal`; `histogram` = line - signal. */
  export interface Macd {
    readonly line: Series;
    readonly signal: Series;
    readonly histogram: Series;
  }

  export interface Bands {
    readonly upper: Series;
    readonly middle: Series;
    readonly lower: Series;
  }

  /** A line from 0 to 100 and its average. */
  export interface Stochastic {
    readonly k: Series;
    readonly d: Series;
  }

  /** The least-squares line: its value at the present bar, its slope by bar, its share of the variance. */
  export interface LinearRegression {
    readonly value: Series;
    readonly slope: Series;
    readonly r2: Series;
  }

  export interface DirectionalMovement {
    readonly adx: Series;
    readonly plus: Series;
    readonly minus: Series;
  }

  export interface Aroon {
    readonly up: Series;
    readonly down: Series;
    readonly oscillator: Series;
  }

  export interface Vortex {
    readonly plus: Series;
    readonly minus: Series;
  }

  export interface Ichimoku {
    readonly conversion: Series;
    readonly base: Series;
    readonly spanA: Series;
    readonly spanB: Series;
  }

  export interface Supertrend {
    readonly line: Series;
    /** 1 upwards, -1 downwards. */
    readonly direction: Series;
  }

  export interface ChandelierExit {
    readonly long: Series;
    readonly short: Series;
  }

  export interface ElderRay {
    readonly bull: Series;
    readonly bear: Series;
  }

  export interface HeikinAshi {
    readonly open: Series;
    readonly high: Series;
    readonly low: Series;
    readonly close: Series;
  }

  export interface PivotPoints {
    readonly pivot: Series;
    readonly resistance1: Series;
    readonly resistance2: Series;
    readonly resistance3: Series;
    readonly support1: Series;
    readonly support2: Series;
    readonly support3: Series;
  }

  export interface SourceOptions {
    /** What the indicator is computed from, in place of its usual source. */
    readonly source?: Series;
  }

  export interface SmoothingOptions {
    /** `wilder` (usual): weight 1 / period; `simple`: plain mean; `exponential`: weight 2 / (period + 1). */
    readonly smoothing?: 'wilder' | 'simple' | 'exponential';
  }

  export interface SeedOptions extends SourceOptions {
    /**
     * What an EMA starts from: the mean of its first `period` values (usual), or its `first` value alone;
     * either way its first value is given when `period` values are there.
     */
    readonly seed?: 'mean' | 'first';
  }

  export interface MacdOptions extends SourceOptions {
    /**
     * `mean` (usual): each EMA starts from the mean of its own first values; `first`: from the first value;
     * `together`: both start at the same bar, each from the mean of its `period` values up to it (TA-Lib).
     */
    readonly seed?: 'mean' | 'first' | 'together';
  }

  export interface RsiOptions extends SourceOptions, SmoothingOptions {}

  export interface DeviationOptions extends SourceOptions {
    /** The divisor is period - ddof: 0 for the population's deviation, 1 for a sample's. */
    readonly ddof?: 0 | 1;
  }

  export interface KeltnerOptions extends SourceOptions, SmoothingOptions {
    /** `atr` (usual): EMA and average true range; `original`: plain means of typical price and high - low. */
    readonly form?: 'atr' | 'original';
    /** Period of the average true range; 10 where none is given. The original form has none. */
    readonly atrPeriod?: number;
  }

  export interface AnnualOptions {
    /** Bars a year, to give the volatility of a year: 365 for days, 8760 for hours. 1, a bar's, where none is given. */
    readonly periodsPerYear?: number;
  }

  /**
   * Causal indicators; call them in `setup` only. Periods are whole bars from 1 to 5000 (from 2 where one
   * value has no deviation or slope).
   *
   * The last argument of an indicator that has a source is that source, any series of this market, or an
   * object of options that may hold it: `rsi(14, bars.open)`, `rsi(14, { smoothing: 'simple' })`,
   * `rsi(14, { smoothing: 'simple', source: bars.open })`. The source is `bars.close` where nothing else
   * is said. Options choose between formulas that go by one name; the first that is named is the usual one.
   *
   * `@first` is the bar, counted from 0, of an indicator's first value; on a source whose own first value
   * comes later it comes later by as much. Nothing ever looks at a later bar. All values but those of
   * `pivotPoints` are finite from the first one on: each rule for a division by 0 is named.
   */
  export interface Indicators {
    // Prices

    /**
     * (high + low + close) / 3.
     * @first `0`
     * @source Common definition.
     */
    typicalPrice(): Series;
    /**
     * (high + low) / 2.
     * @first `0`
     * @source Common definition.
     */
    medianPrice(): Series;
    /**
     * (open + high + low + close) / 4.
     * @first `0`
     * @source Common definition.
     */
    averagePrice(): Series;
    /**
     * Heikin-Ashi bars: close = the average price; open = (open + close of the Heikin-Ashi bar before) / 2,
     * of the first bar (open + close) / 2; high and low take in both.
     * @first `0`
     * @source Valcu, "Using the Heikin-Ashi Technique", Stocks & Commodities (2004).
     */
    heikinAshi(): HeikinAshi;
    /**
     * Levels from high H, low L and close C of the last UTC day before that has bars, R = H - L. `classic`
     * (usual): pivot P = (H + L + C) / 3, levels 1: 2P - L and 2P - H, 2: P + R and P - R, 3: H + 2(P - L)
     * and L - 2(H - P). `woodie`: the same from P = (H + L + 2 * today's open) / 4. `fibonacci`: P plus and
     * minus 0.382, 0.618 and 1 times R. `camarilla`: C plus and minus 1.1 R / 12, / 6 and / 4. The first day
     * of a run counts if its first bar opens at 00:00; NaN before. It can be no source of another indicator.
     * @first the first bar after the first whole UTC day
     * @source Floor traders' rule; Ken Wood (woodie); Nick Scott (camarilla, 1989).
     */
    pivotPoints(options?: {
      readonly method?: 'classic' | 'fibonacci' | 'camarilla' | 'woodie';
    }): PivotPoints;

    // Moving averages

    /**
     * Simple moving average: mean of the last `period` values.
     * @first `period - 1`
     * @source Common definition.
     */
    sma(period: number, source?: Series | SourceOptions): Series;
    /**
     * Exponential moving average: previous + 2 / (period + 1) * (value - previous). `seed`: `mean` of the
     * first `period` values (usual), or the `first` value.
     * @first `period - 1`
     * @source Brown, Statistical Forecasting for Inventory Control (1959).
     */
    ema(period: number, source?: Series | SeedOptions): Series;
    /**
     * Wilder's moving average (RMA, SMMA): previous + (value - previous) / period, from the mean of the first
     * `period` values.
     * @first `period - 1`
     * @source Wilder, New Concepts in Technical Trading Systems (1978).
     */
    rma(period: number, source?: Series | SourceOptions): Series;
    /**
     * Weighted moving average: weights from 1 for the oldest of the last `period` values to `period` for the
     * newest, divided by their sum.
     * @first `period - 1`
     * @source Common definition.
     */
    wma(period: number, source?: Series | SourceOptions): Series;
    /**
     * Hull moving average: WMA over root of 2 WMA(half) - WMA(period), half = floor(period / 2), root =
     * floor(sqrt(period)). `period` from 2.
     * @first `period + floor(sqrt(period)) - 2`
     * @source Hull (2005).
     */
    hma(period: number, source?: Series | SourceOptions): Series;
    /**
     * Double exponential moving average: 2 EMA - EMA(EMA).
     * @first `2 * (period - 1)`
     * @source Mulloy, "Smoothing Data with Faster Moving Averages", Stocks & Commodities (1994).
     */
    dema(period: number, source?: Series | SourceOptions): Series;
    /**
     * Triple exponential moving average: 3 EMA - 3 EMA(EMA) + EMA(EMA(EMA)).
     * @first `3 * (period - 1)`
     * @source Mulloy, "Smoothing Data with Less Lag", Stocks & Commodities (1994).
     */
    tema(period: number, source?: Series | SourceOptions): Series;
    /**
     * Tillson's T3: GD(GD(GD(value))) with GD(x) = EMA(x) + volumeFactor * (EMA(x) - EMA(EMA(x))).
     * `volumeFactor` is 0.7 where none is given.
     * @first `6 * (period - 1)`
     * @source Tillson, "Smoothing Techniques for More Accurate Signals", Stocks & Commodities (1998).
     */
    t3(period: number, volumeFactor?: number, source?: Series | SourceOptions): Series;
    /**
     * Triangular moving average: SMA over floor((period + 1) / 2) of the SMA over ceil((period + 1) / 2).
     * @first `period - 1`
     * @source Common definition.
     */
    trima(period: number, source?: Series | SourceOptions): Series;
    /**
     * Kaufman's adaptive moving average: previous + c * (value - previous), c = (lazy + ER * (quick - lazy))^2,
     * quick = 2 / (fast + 1), lazy = 2 / (slow + 1), ER = `efficiencyRatio(period)`; starts from the value of
     * the bar before. Defaults: 10, 2, 30.
     * @first `period`
     * @source Kaufman, Smarter Trading (1995).
     */
    kama(period?: number, fast?: number, slow?: number, source?: Series | SourceOptions): Series;
    /**
     * Zero-lag EMA: EMA of value + (value - value `lag` bars before), lag = floor((period - 1) / 2).
     * @first `floor((period - 1) / 2) + period - 1`
     * @source Ehlers and Way, "Zero Lag (Well, Almost)", Stocks & Commodities (2010).
     */
    zlema(period: number, source?: Series | SourceOptions): Series;
    /**
     * Volume-weighted moving average: sum of value * volume over the last `period` bars / sum of volume; the
     * SMA where none of them has volume.
     * @first `period - 1`
     * @source Common definition.
     */
    vwma(period: number, source?: Series | SourceOptions): Series;
    /**
     * Least-squares line through the last `period` values: its value at the newest one, its slope by bar, and
     * r2, 0 where the values do not move. `period` from 2.
     * @first `period - 1`
     * @source Least squares (Legendre 1805).
     */
    linearRegression(period: number, source?: Series | SourceOptions): LinearRegression;

    // Oscillators

    /**
     * Relative strength index, 0 to 100: 100 * up / (up + down), averages of the rises and of the falls from
     * bar to bar; 50 where nothing moved. `smoothing`: `wilder` (usual), `simple` (Cutler's RSI) or
     * `exponential`.
     * @first `period`
     * @source Wilder, New Concepts in Technical Trading Systems (1978).
     */
    rsi(period: number, source?: Series | RsiOptions): Series;
    /**
     * Stochastic RSI: k = SMA over `smoothing` of 100 * (r - low) / (high - low), r = RSI(period), high and low
     * those of r over `range`, 50 where they differ by 1e-9 at most; d = SMA of k over `signal`.
     * Defaults: 14, 14, 3, 3.
     * @first `k: period + range + smoothing - 2`, `d: period + range + smoothing + signal - 3`
     * @source Chande and Kroll, The New Technical Trader (1994), there from 0 to 1 and without averages.
     */
    stochRsi(
      period?: number,
      range?: number,
      smoothing?: number,
      signal?: number,
      source?: Series | SourceOptions,
    ): Stochastic;
    /**
     * ConnorsRSI: mean of RSI(period), RSI over `streak` of the length of the streak (bars in a row that rose,
     * negative for falls, 0 for no move), and `percentRank(rank)` of the one-bar change. Defaults: 3, 2, 100.
     * @first `max(period, streak + 1, rank + 1)`
     * @source Connors and Alvarez, An Introduction to ConnorsRSI (2012).
     */
    connorsRsi(period?: number, streak?: number, rank?: number, source?: Series | SourceOptions): Series;
    /**
     * Chande momentum oscillator, -100 to 100: 100 * (up - down) / (up + down), averages of rises and falls as
     * in `rsi`; 0 where nothing moved. `smoothing`: `simple` (usual), `wilder` (TA-Lib) or `exponential`.
     * @first `period`
     * @source Chande and Kroll, The New Technical Trader (1994).
     */
    cmo(period: number, source?: Series | RsiOptions): Series;
    /**
     * Stochastic oscillator: k = SMA over `smoothing` of 100 * (close - low) / (high - low), highest high and
     * lowest low of the last `period` bars, 50 where both are equal; d = SMA of k over `signal`. Smoothing 1 is
     * the fast form. Defaults: 14, 3, 3.
     * @first `k: period + smoothing - 2`, `d: period + smoothing + signal - 3`
     * @source Lane, "Lane's Stochastics", Stocks & Commodities (1984).
     */
    stochastic(period?: number, smoothing?: number, signal?: number): Stochastic;
    /**
     * Williams %R, -100 to 0: 100 * (close - low) / (high - low) - 100, highest high and lowest low of the last
     * `period` bars; -50 where both are equal.
     * @first `period - 1`
     * @source Williams, How I Made One Million Dollars Last Year Trading Commodities (1973).
     */
    williamsR(period: number): Series;
    /**
     * Commodity channel index: (value - SMA) / (0.015 * mean absolute distance of the last `period` values from
     * that SMA); 0 where they are all equal. Of the typical price where no source is given.
     * @first `period - 1`
     * @source Lambert, "Commodity Channel Index", Commodities (1980).
     */
    cci(period: number, source?: Series | SourceOptions): Series;
    /**
     * Ultimate oscillator, 0 to 100: (4 a + 2 b + c) / 7, each 100 * sum of close - min(low, previous close) /
     * sum of the true ranges, over `short`, `middle` and `long` bars; 50 where the sum of ranges is 0.
     * Defaults: 7, 14, 28.
     * @first `max(short, middle, long)`
     * @source Williams, "The Ultimate Oscillator", Stocks & Commodities (1985).
     */
    ultimateOscillator(short?: number, middle?: number, long?: number): Series;
    /**
     * Fisher transform: p = (value - low) / (high - low) - 0.5 within the last `period` values, 0 where they
     * are equal; v = 0.66 p + 0.67 previous v, set to 0.999 where above 0.99 (and the same below); result =
     * 0.5 ln((1 + v) / (1 - v)) + 0.5 previous result. Both start from 0. Of the median price where no source
     * is given.
     * @first `period - 1`
     * @source Ehlers, "Using the Fisher Transform", Stocks & Commodities (2002).
     */
    fisherTransform(period: number, source?: Series | SourceOptions): Series;

    // Momentum

    /**
     * Rate of change: value / value `period` bars ago - 1; 0 where that earlier value is 0.
     * @first `period`
     * @source Common definition.
     */
    change(period: number, source?: Series | SourceOptions): Series;
    /**
     * Rate of change in percent: 100 * `change(period)`.
     * @first `period`
     * @source Common definition.
     */
    roc(period: number, source?: Series | SourceOptions): Series;
    /**
     * value - value `period` bars ago.
     * @first `period`
     * @source Common definition.
     */
    momentum(period: number, source?: Series | SourceOptions): Series;
    /**
     * Moving average convergence divergence: line = EMA(fast) - EMA(slow), signal = EMA of the line.
     * `seed`: `mean` (usual), `first` or `together`. Defaults: 12, 26, 9.
     * @first `line: max(fast, slow) - 1`, `signal: max(fast, slow) + signal - 2`, `histogram: max(fast, slow) + signal - 2`
     * @source Appel, The Moving Average Convergence-Divergence Trading Method (1979); histogram: Aspray (1986).
     */
    macd(fast?: number, slow?: number, signal?: number, source?: Series | MacdOptions): Macd;
    /**
     * Percentage price oscillator: line = 100 * (EMA(fast) - EMA(slow)) / EMA(slow), 0 where EMA(slow) is 0;
     * signal = EMA of the line. `seed` as in `macd`. Defaults: 12, 26, 9.
     * @first `line: max(fast, slow) - 1`, `signal: max(fast, slow) + signal - 2`, `histogram: max(fast, slow) + signal - 2`
     * @source Appel's MACD in percent.
     */
    ppo(fast?: number, slow?: number, signal?: number, source?: Series | MacdOptions): Macd;
    /**
     * TRIX: change of EMA(EMA(EMA)) from bar to bar in percent; 0 where the one before is 0.
     * @first `3 * (period - 1) + 1`
     * @source Hutson, "Good TRIX", Stocks & Commodities (1983).
     */
    trix(period: number, source?: Series | SourceOptions): Series;
    /**
     * True strength index, -100 to 100: 100 * EMA(EMA(m, long), short) / EMA(EMA(|m|, long), short), m the
     * move from bar to bar; 0 where nothing moved. Defaults: 25, 13.
     * @first `long + short - 1`
     * @source Blau, "True Strength Index", Stocks & Commodities (1991).
     */
    tsi(long?: number, short?: number, source?: Series | SourceOptions): Series;
    /**
     * Awesome oscillator: SMA(fast) - SMA(slow) of the median price. Defaults: 5, 34.
     * @first `max(fast, slow) - 1`
     * @source Williams (Bill), New Trading Dimensions (1998).
     */
    awesomeOscillator(fast?: number, slow?: number): Series;
    /**
     * Detrended price oscillator: value floor(period / 2) + 1 bars ago - SMA(period) of now. Charts draw it
     * at the earlier bar, where it would look ahead; here it is given at the bar that completes it.
     * @first `max(period - 1, floor(period / 2) + 1)`
     * @source Common definition.
     */
    dpo(period: number, source?: Series | SourceOptions): Series;
    /**
     * Elder's bull power = high - EMA(period) of the close, and bear power = low - that EMA. Default: 13.
     * @first `period - 1`
     * @source Elder, Trading for a Living (1993).
     */
    elderRay(period?: number): ElderRay;

    // Trends and stops

    /**
     * Directional movement: plus = 100 * RMA(+DM) / RMA(true range), minus alike, 0 where that range is 0;
     * adx = RMA of 100 * |plus - minus| / (plus + minus), 0 where both are 0. +DM is the rise of the high,
     * -DM the fall of the low, the larger of the two if above 0, else 0. Default: 14.
     * @first `adx: 2 * period - 1`, `plus: period`, `minus: period`
     * @source Wilder, New Concepts in Technical Trading Systems (1978).
     */
    adx(period?: number): DirectionalMovement;
    /**
     * Aroon: up = 100 * (period - bars since the highest high) / period, down alike of the lowest low, of the
     * present bar and the `period` bars before it, the latest where several are equal; oscillator = up - down.
     * Default: 25.
     * @first `period`
     * @source Chande, "A Time Price Oscillator", Stocks & Commodities (1995).
     */
    aroon(period?: number): Aroon;
    /**
     * Vortex: plus = sum of |high - previous low| / sum of true ranges over `period` bars, minus of |low -
     * previous high|; 1 where the sum of ranges is 0. Default: 14.
     * @first `period`
     * @source Botes and Siepman, "The Vortex Indicator", Stocks & Commodities (2010).
     */
    vortex(period?: number): Vortex;
    /**
     * Ichimoku: conversion and base = middles of highest high and lowest low over so many bars; spanA = the
     * middle of these two, spanB = that of the range over `span`, both as computed `displacement` bars ago: the
     * cloud that a chart draws at the present bar. (Charts that count the present bar use 25.) The lagging span
     * would need later bars; compare the close with `bars.close.ago(displacement)` in its place.
     * Defaults: 9, 26, 52, 26.
     * @first `conversion: conversion - 1`, `base: base - 1`, `spanA: max(conversion, base) - 1 + displacement`, `spanB: span - 1 + displacement`
     * @source Hosoda (1969).
     */
    ichimoku(conversion?: number, base?: number, span?: number, displacement?: number): Ichimoku;
    /**
     * Parabolic stop and reverse: the stop moves by a factor of its distance to the best price of the trend,
     * `step` at first, `step` more at each new best price, `maximum` at most, and never into the ranges of the
     * last two bars. A bar that touches it turns it: then it lies on the other side, at the best price of the
     * trend that ended. Starts at bar 1: downwards where the low fell by more than the high rose, else upwards,
     * from the extreme of bar 0. Below the close the trend is up. Defaults: 0.02, 0.2.
     * @first `1`
     * @source Wilder, New Concepts in Technical Trading Systems (1978).
     */
    parabolicSar(step?: number, maximum?: number): Series;
    /**
     * Supertrend: bands of the median price plus and minus multiplier * ATR(period), the upper one only lowered
     * while the close before did not pass it, the lower one only raised. Up, it is the lower band, until a
     * close lies below; down, it is the upper band, until a close lies above. Starts upwards. `smoothing` of
     * the ATR: `wilder` (usual), `simple` or `exponential`. Defaults: 10, 3.
     * @first `period`
     * @source Olivier Seban.
     */
    supertrend(period?: number, multiplier?: number, options?: SmoothingOptions): Supertrend;
    /**
     * Chandelier exit: long = highest high of `period` bars - multiplier * ATR(period), short = lowest low +
     * multiplier * ATR(period). `smoothing` of the ATR as in `atr`. Defaults: 22, 3.
     * @first `period`
     * @source LeBeau, in Elder, Come Into My Trading Room (2002).
     */
    chandelierExit(period?: number, multiplier?: number, options?: SmoothingOptions): ChandelierExit;
    /**
     * Efficiency ratio, 0 to 1: |value - value `period` bars ago| / sum of the moves from bar to bar between;
     * 0 where nothing moved.
     * @first `period`
     * @source Kaufman, Smarter Trading (1995).
     */
    efficiencyRatio(period: number, source?: Series | SourceOptions): Series;

    // Channels

    /**
     * Bollinger bands: SMA plus and minus `deviations` standard deviations, of the population (`ddof` 0, usual)
     * or of a sample (1). Defaults: 20, 2. `period` from 2.
     * @first `period - 1`
     * @source Bollinger, Bollinger on Bollinger Bands (2002).
     */
    bollinger(period?: number, deviations?: number, source?: Series | DeviationOptions): Bands;
    /**
     * %b: (value - lower) / (upper - lower) of the Bollinger bands; 0.5 where they have no width.
     * @first `period - 1`
     * @source Bollinger, Bollinger on Bollinger Bands (2002).
     */
    bollingerPercentB(period?: number, deviations?: number, source?: Series | DeviationOptions): Series;
    /**
     * Bandwidth: (upper - lower) / middle of the Bollinger bands; 0 where the middle is 0.
     * @first `period - 1`
     * @source Bollinger, Bollinger on Bollinger Bands (2002).
     */
    bollingerBandwidth(period?: number, deviations?: number, source?: Series | DeviationOptions): Series;
    /**
     * Keltner channel. `form: 'atr'` (usual): EMA(period) plus and minus multiplier * ATR(atrPeriod), with
     * `smoothing` as in `atr`; `'original'`: SMA(period) of the typical price plus and minus multiplier *
     * SMA(period) of high - low. Defaults: 20, 2 and an `atrPeriod` of 10.
     * @first `upper: max(period - 1, atrPeriod)`, `middle: period - 1`, `lower: max(period - 1, atrPeriod)`
     * @source Keltner, How to Make Money in Commodities (1960); with the ATR: Raschke.
     */
    keltner(period?: number, multiplier?: number, options?: Series | KeltnerOptions): Bands;
    /**
     * Donchian channel: highest high and lowest low of the last `period` bars, the current bar
     * included: for a breakout compare with `upper.previous`.
     * @first `period - 1`
     * @source Donchian's four-week rule (1960s).
     */
    donchian(period: number): Bands;

    // Volatility

    /**
     * True range: max(high, previous close) - min(low, previous close).
     * @first `1`
     * @source Wilder, New Concepts in Technical Trading Systems (1978).
     */
    trueRange(): Series;
    /**
     * Average true range. `smoothing`: `wilder` (usual), `simple` or `exponential`.
     * @first `period`
     * @source Wilder, New Concepts in Technical Trading Systems (1978).
     */
    atr(period: number, options?: SmoothingOptions): Series;
    /**
     * Average true range in percent of the close; 0 where the close is 0. `smoothing` as in `atr`.
     * @first `period`
     * @source Forman, "Cross-Market Evaluations with Normalized Average True Range", Stocks & Commodities (2006).
     */
    natr(period: number, options?: SmoothingOptions): Series;
    /**
     * Standard deviation of the last `period` values, of a sample (`ddof` 1, usual) or of the population (0).
     * `period` from 2.
     * @first `period - 1`
     * @source Common definition.
     */
    deviation(period: number, source?: Series | DeviationOptions): Series;
    /**
     * (value - SMA) / standard deviation, of a sample (`ddof` 1, usual) or of the population (0); 0 where that
     * is 0. `period` from 2.
     * @first `period - 1`
     * @source Common definition.
     */
    zScore(period: number, source?: Series | DeviationOptions): Series;
    /**
     * Sample standard deviation of the last `period` logarithmic returns * sqrt(periodsPerYear). A return from
     * or to a value that is not above 0 counts as 0. `period` from 2.
     * @first `period`
     * @source Common definition (close to close).
     */
    historicalVolatility(period: number, source?: Series | (AnnualOptions & SourceOptions)): Series;
    /**
     * Parkinson's volatility: sqrt(mean of ln(high / low)^2 over `period` bars / (4 ln 2) * periodsPerYear). A
     * logarithm of prices that are not above 0 counts as 0.
     * @first `period - 1`
     * @source Parkinson, "The Extreme Value Method ...", Journal of Business 53 (1980).
     */
    parkinson(period: number, options?: AnnualOptions): Series;
    /**
     * Garman-Klass volatility: sqrt(mean of 0.5 ln(high / low)^2 - (2 ln 2 - 1) ln(close / open)^2 over `period`
     * bars * periodsPerYear). A logarithm of prices that are not above 0 counts as 0.
     * @first `period - 1`
     * @source Garman and Klass, "On the Estimation of Security Price Volatilities ...", Journal of Business 53 (1980).
     */
    garmanKlass(period: number, options?: AnnualOptions): Series;
    /**
     * Choppiness index: 100 * ln(sum of the true ranges / (highest high - lowest low)) / ln(period) over
     * `period` bars; 100 where there is no range. `period` from 2.
     * @first `period`
     * @source Dreiss (1993).
     */
    choppiness(period: number): Series;
    /**
     * Ulcer index: root of the mean of d^2 over `period` values, d = 100 * (value - top) / top, top the highest
     * of the last `period` values; 0 where top is 0.
     * @first `2 * (period - 1)`
     * @source Martin and McCann, The Investor's Guide to Fidelity Funds (1989).
     */
    ulcerIndex(period: number, source?: Series | SourceOptions): Series;

    // Volume

    /**
     * On-balance volume: from 0 at the first bar, plus the volume of bars whose close rose, minus that of bars
     * whose close fell. Its level depends on where the run begins.
     * @first `0`
     * @source Granville, New Key to Stock Market Profits (1963).
     */
    obv(): Series;
    /**
     * Accumulation/distribution: running total of volume * (2 close - high - low) / (high - low), 0 of a bar
     * without range. Its level depends on where the run begins.
     * @first `0`
     * @source Chaikin, after Williams (1972).
     */
    accumulationDistribution(): Series;
    /**
     * Chaikin oscillator: EMA(fast) - EMA(slow) of `accumulationDistribution`. Defaults: 3, 10.
     * @first `max(fast, slow) - 1`
     * @source Chaikin.
     */
    chaikinOscillator(fast?: number, slow?: number): Series;
    /**
     * Chaikin money flow, -1 to 1: sum of volume * (2 close - high - low) / (high - low) over `period` bars, 0 of
     * a bar without range, / sum of volume; 0 where none of them has volume.
     * @first `period - 1`
     * @source Chaikin.
     */
    chaikinMoneyFlow(period: number): Series;
    /**
     * Money flow index, 0 to 100: 100 * rising / (rising + falling), sums over `period` bars of typical price *
     * volume of the bars at which the typical price rose, and fell; 50 where both are 0.
     * @first `period`
     * @source Quong and Soudack, "Volume-Weighted RSI: Money Flow", Stocks & Commodities (1989).
     */
    mfi(period: number): Series;
    /**
     * Volume-weighted average price since 00:00 UTC, or since the run began on its first day; the present
     * value while that day had no volume. Of the typical price where no source is given.
     * @first `0`
     * @source Berkowitz, Logue and Noser, "The Total Cost of Transactions on the NYSE", Journal of Finance 43 (1988).
     */
    vwap(source?: Series | SourceOptions): Series;
    /**
     * `vwma` of the typical price: the volume-weighted average price of the last `period` bars.
     * @first `period - 1`
     * @source Common definition.
     */
    rollingVwap(period: number, source?: Series | SourceOptions): Series;
    /**
     * Force index: EMA(period) of (close - previous close) * volume. Default: 13.
     * @first `period`
     * @source Elder, Trading for a Living (1993).
     */
    forceIndex(period?: number): Series;
    /**
     * Ease of movement: SMA(period) of the move of the median price * (high - low) * scale / volume, 0 of a bar
     * without volume. Defaults: 14 and a `scale` of 100,000,000 (others use 10,000).
     * @first `period`
     * @source Arms, Volume Cycles in the Stock Market (1983).
     */
    easeOfMovement(period?: number, options?: { readonly scale?: number }): Series;

    // Statistics

    /**
     * Highest value of the last `period` values, the current one included; of the highs where no source is given.
     * @first `period - 1`
     * @source Common definition.
     */
    highest(period: number, source?: Series | SourceOptions): Series;
    /**
     * Lowest value of the last `period` values, the current one included; of the lows where no source is given.
     * @first `period - 1`
     * @source Common definition.
     */
    lowest(period: number, source?: Series | SourceOptions): Series;
    /**
     * Median of the last `period` values; the mean of the two in the middle where `period` is even.
     * @first `period - 1`
     * @source Common definition.
     */
    median(period: number, source?: Series | SourceOptions): Series;
    /**
     * Percent of the `period` values before that lie below the present one. `ties: 'below'` counts equal values
     * as below (TradingView), `'above'` (usual) does not.
     * @first `period`
     * @source Connors and Alvarez, An Introduction to ConnorsRSI (2012).
     */
    percentRank(
      period: number,
      source?: Series | (SourceOptions & { readonly ties?: 'above' | 'below' }),
    ): Series;
    /**
     * Correlation of the last `period` values of two series, -1 to 1; 0 where one of them does not move.
     * `period` from 2.
     * @first `period - 1`
     * @source Pearson (1896).
     */
    correlation(period: number, first: Series, second: Series): Series;
  }

  export interface Position {
    readonly isFlat: boolean;
    readonly isLong: boolean;
    readonly isShort: boolean;
    /** Units held, never negative. */
    readonly quantity: number;
    /** Mean entry price by units; NaN while flat. */
    readonly entryPrice: number;
    /** Profit at the last close after the entry fee and before the exit fee, in cash. */
    readonly profit: number;
    /** Bars since the oldest open entry; 0 while flat. */
    readonly bars: number;
    /** Open entries. */
    readonly lots: number;
  }

  export interface Account {
    readonly cash: number;
    /** Cash plus the positions at the last close. */
    readonly equity: number;
  }

  /**
   * What an order waits for. Without `limit` and `stop` it is a market order, filled at the open of the
   * next bar; otherwise it waits until it is filled, cancelled or expired.
   *
   *     orders.buy({ limit: 95 });                       // a limit order
   *     orders.buy({ stop: 105 });                       // a stop order: a market order from 105 on
   *     orders.buy({ stop: 105, limit: 106 });           // a stop-limit order
   *     const up = orders.buy({ stop: 110, goodForBars: 24 });
   *     orders.sell({ stop: 90, goodForBars: 24, oco: up }); // one cancels the other
   */
  export interface WaitOptions {
    /** Worst price of the order. */
    readonly limit?: number;
    /** Price that makes the order active: at or above the market to buy, at or below it to sell. */
    readonly stop?: number;
    /** Time in UTC milliseconds from which on the order is dropped. */
    readonly goodTill?: number;
    /** Bars after which the order is dropped. */
    readonly goodForBars?: number;
    /** An order given before: the first fill of one of the two cancels the other. */
    readonly oco?: number;
  }

  /** How large and how protected an entry is. Give at most one size; without one it is `percent: 100`. */
  export interface EntryOptions extends WaitOptions {
    /** Units of the asset. */
    readonly units?: number;
    /** Cash to spend, fee included. */
    readonly cash?: number;
    /**
     * Percent of the equity, above 0, at most 100, fee included: 100 buys equity / (price * (1 + fee))
     * units. Without leverage nothing is borrowed: a long entry spends the free cash at most.
     */
    readonly percent?: number;
    /** Percent of the equity to lose when the stop loss is hit at its price; needs a stop loss. */
    readonly riskPercent?: number;
    /** Price at which the entry is closed at a loss. */
    readonly stopLoss?: number;
    /** The same as a distance from the fill price in percent, above 0 and below 100. */
    readonly stopLossPercent?: number;
    /** Price at which the entry is closed with a profit. */
    readonly takeProfit?: number;
    /** The same as a distance from the fill price in percent, above 0. */
    readonly takeProfitPercent?: number;
    /** Stop loss that follows the best price since the entry at this distance, in units of price. */
    readonly trailingStop?: number;
    /** The same distance in percent of the best price, above 0 and below 100. */
    readonly trailingStopPercent?: number;
    /** Whether the order may only make the position smaller; it then takes `units` and no levels. */
    readonly reduceOnly?: boolean;
  }

  /** How much is closed, and what the order waits for. */
  export interface CloseOptions extends WaitOptions {
    readonly percent?: number;
    readonly units?: number;
  }

  export interface ProtectOptions {
    readonly stopLoss?: number;
    readonly takeProfit?: number;
    /** Distance in units of price from the best price, counted from the next open on. */
    readonly trailingStop?: number;
    /** The same distance in percent. */
    readonly trailingStopPercent?: number;
  }

  export interface ReplaceOptions {
    readonly limit?: number;
    readonly stop?: number;
    /** Units still to fill. */
    readonly units?: number;
  }

  /** Orders reach the market at the open of the next bar. What opens or closes returns the order's number. */
  export interface Orders {
    /** Buys. An open short position is closed in full first, unless the run sets orders off against it. */
    buy(options?: EntryOptions): number;
    /** Sells short. An open long position is closed in full first; to close alone use `close()`. */
    sell(options?: EntryOptions): number;
    /** Closes the position, or `percent` of it, or `units` of it, oldest entries first. */
    close(options?: CloseOptions): number;
    /**
     * Sets stop loss, take profit and trailing stop of every open entry from the next bar on; what is left
     * out stays as it is.
     */
    protect(options: ProtectOptions): number;
    /** Cancels a waiting order of this market, or all of them, before the next open. */
    cancel(order?: number): void;
    /** Changes price or units of a waiting order before the next open. */
    replace(order: number, options: ReplaceOptions): void;
    /** Whether an order is on its way or waits. */
    isOpen(order: number): boolean;
  }

  /** Where a plot is shown: over the candles (`price`), or in the one pane below them that all such plots share. */
  export interface PlotOptions {
    /** `price` where none is given. */
    readonly pane?: 'price' | 'below';
  }

  /** Timeframes that bars of a shorter one can make. */
  export type TimeframeName =
    | '3m'
    | '5m'
    | '15m'
    | '30m'
    | '1h'
    | '2h'
    | '4h'
    | '6h'
    | '8h'
    | '12h'
    | '1d'
    | '3d'
    | '1w';

  /**
   * A higher timeframe of one market, made from the bars of the run. Its series show a bar once it has
   * closed: on an hourly run the daily close of Monday is first seen at the close of Monday's last hour.
   * `next` is still called for each bar of the run; its first call waits for these indicators too.
   */
  export interface HigherTimeframe {
    readonly indicators: Indicators;
    readonly bars: Bars;
    /** Whether a bar of this timeframe has closed with the bar of the run that has just closed. */
    readonly isNew: boolean;
  }

  /** One market of the run while `setup` runs. */
  export interface SetupMarket {
    readonly symbol: string;
    readonly indicators: Indicators;
    readonly bars: Bars;
    /** A higher timeframe of this market, one that is a multiple of the run's; at most 8. */
    timeframe(name: TimeframeName): HigherTimeframe;
  }

  /** One market of the run while `next` runs. Its fields are those of the context, for this market. */
  export interface Market {
    readonly symbol: string;
    /** Whether a bar of this market has just closed; where false, `bar` is an older one. */
    readonly isFresh: boolean;
    readonly bar: Bar;
    readonly bars: Bars;
    readonly position: Position;
    readonly orders: Orders;
  }

  export interface SetupContext<P> {
    readonly params: P;
    /** Those of the first market, as `bars`. */
    readonly indicators: Indicators;
    readonly bars: Bars;
    /**
     * A higher timeframe of the first market. Call it in `setup` only.
     *
     *     const daily = timeframe('1d');
     *     const trend = daily.indicators.ema(50);
     */
    timeframe(name: TimeframeName): HigherTimeframe;
    /** All markets of the run, aligned by time; one as a rule. */
    readonly markets: readonly SetupMarket[];
    /**
     * Has a series shown in the chart of the run, under a name of 1 to 40 characters that no other plot
     * has. Call it in `setup` only, at most 16 times. Plots are for the eye: they change no order and no
     * figure. Nothing is drawn where a series has no value yet. Where a run has many parameter sets, the
     * first is plotted; where bars times plots exceed 8,388,608, the last plots are left out.
     *
     *     plot('Average', indicators.sma(20));
     *     plot('RSI', indicators.rsi(14), { pane: 'below' });
     */
    plot(name: string, series: Series, options?: PlotOptions): void;
  }

  export interface NextContext<P> {
    readonly params: P;
    readonly bar: Bar;
    readonly bars: Bars;
    readonly position: Position;
    readonly account: Account;
    readonly orders: Orders;
    /** All markets of the run; `bar`, `bars`, `position` and `orders` are those of the first. */
    readonly markets: readonly Market[];
    /** Seeded random number, 0 included, 1 not: the same in every replay of the run. */
    random(): number;
    /** Writes a line into the run's log, which keeps the first 64 KiB. */
    log(message: string): void;
  }

  export interface Strategy<D extends Record<string, ParameterDefinition>, S> {
    readonly name: string;
    /** Declared parameters, by names of up to 40 Latin letters, digits and _; their values arrive as `params`. */
    readonly params?: D;
    /** Called once, before the first bar: makes the indicators. What it returns is given to `next`. */
    setup(context: SetupContext<{ readonly [K in keyof D]: number }>): S;
    /** Called after each bar has closed. It may not be async, and a number or boolean that it returns is ignored. */
    next(context: NextContext<{ readonly [K in keyof D]: number }>, state: S): void;
  }

  /** Declares a strategy; the default export of its file. */
  export function defineStrategy<const D extends Record<string, ParameterDefinition>, S>(
    strategy: Strategy<D, S>,
  ): Strategy<D, S>;

  /** True on the bar at which `a` gets above `b`: at or below it on the bar before, above it now. */
  export function crossAbove(a: Series | number, b: Series | number): boolean;

  /** True on the bar at which `a` gets below `b`: at or above it on the bar before, below it now. */
  export function crossBelow(a: Series | number, b: Series | number): boolean;
}

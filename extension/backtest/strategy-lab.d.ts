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

  /** Moving average convergence divergence: line = EMA(fast) - EMA(slow), signal = EMA of the line. */
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

  /**
   * Causal indicators; call them in `setup` only. Periods are whole bars from 1 to 5000. A `source`
   * is any series, `bars.close` where none is given.
   */
  export interface Indicators {
    /** Simple moving average: mean of the last `period` values. */
    sma(period: number, source?: Series): Series;
    /** Exponential moving average: alpha = 2 / (period + 1), seeded with the mean of the first `period` values. */
    ema(period: number, source?: Series): Series;
    /** Relative strength index with Wilder's smoothing, 0 to 100; 50 where nothing moved. */
    rsi(period: number, source?: Series): Series;
    /** MACD; each EMA is seeded with the mean of its first values. Defaults: 12, 26, 9. */
    macd(fast?: number, slow?: number, signal?: number, source?: Series): Macd;
    /** Bollinger bands: SMA plus and minus `deviations` population standard deviations. Defaults: 20, 2. */
    bollinger(period?: number, deviations?: number, source?: Series): Bands;
    /** Average true range with Wilder's smoothing; the first true range is that of the second bar. */
    atr(period: number): Series;
    /**
     * Donchian channel: highest high and lowest low of the last `period` bars, the current bar
     * included: for a breakout compare with `upper.previous`.
     */
    donchian(period: number): Bands;
    /** Highest value of the last `period` values, the current one included; of the highs where no source is given. */
    highest(period: number, source?: Series): Series;
    /** Lowest value of the last `period` values, the current one included; of the lows where no source is given. */
    lowest(period: number, source?: Series): Series;
    /** Sample standard deviation (n - 1) of the last `period` values. */
    deviation(period: number, source?: Series): Series;
    /** Rate of change: value / value `period` bars ago - 1; 0 where that earlier value is 0. */
    change(period: number, source?: Series): Series;
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
    /** Declared parameters; their values arrive as `params`. */
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

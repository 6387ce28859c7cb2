import type { Market, NextContext, SetupMarket } from 'strategy-lab';
import type { RunSettings } from '../contracts/backtest.ts';
import type { CandleColumns } from '../contracts/candles.ts';
import type { ParameterValues } from '../contracts/strategy.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Broker } from './broker.ts';
import { RecordedFunding } from './funding.ts';
import { HigherTimeframes } from './higherTimeframes.ts';
import { createIndicators } from './indicators/create.ts';
import { intentWidth } from './intents.ts';
import type { Ledger } from './ledger.ts';
import { AccountView, barsOf, CurrentBar, PositionView, type RunClock } from './marketViews.ts';
import { NumberTable } from './numberTable.ts';
import { OrderDesk, OrderNumbers } from './orders.ts';
import { Plots } from './plots.ts';
import { Portfolio } from './portfolio.ts';
import { seededRandom } from './random.ts';
import { BarWindow, blockBars } from './series.ts';
import type { AnyStrategy } from './strategyApi.ts';
import { type FinerBars, FinerCursor, type MarketPiece, nextTime } from './timeline.ts';

export interface SessionOptions {
  readonly settings: RunSettings;
  /** Names of the markets, in their order; one where none is given. */
  readonly symbols?: readonly string[];
  readonly timeframe: Timeframe;
  readonly params: ParameterValues;
  readonly intentsPerBar: number;
  /** `next` is not called before it: the run begins flat there, its indicators warm. 0 if left out. */
  readonly firstBar?: number;
  readonly log: (message: string) => void;
  /** Hears of each access that was refused. */
  readonly onRefused?: (what: string) => void;
  /** Where fills and trades are recorded; a sandbox keeps none. */
  readonly ledger?: Ledger;
  /** Whether the values of the plots are kept: of the last `feed`, as `plots.values`. */
  readonly recordPlots?: boolean;
}

/** A strategy failed in `next`; `cause` is what it threw. */
export class NextError extends Error {
  override readonly name = 'NextError';
  readonly bar: number;
  readonly time: number;

  constructor(bar: number, time: number, cause: unknown) {
    super('the strategy threw in next', { cause });
    this.bar = bar;
    this.time = time;
  }
}

/** One market as the session keeps it. */
interface SessionMarket {
  readonly window: BarWindow;
  readonly broker: Broker;
  readonly view: Market & { isFresh: boolean };
  /** Bars of this market before its slowest indicator has a value. */
  readonly warmUp: number;
  readonly finer: FinerCursor;
  readonly funding: RecordedFunding;
  readonly higher: HigherTimeframes;
}

/** Runs one strategy with one parameter set over bars that come in pieces, and never knows how many will. */
export class StrategySession {
  readonly portfolio: Portfolio;
  /** Intents of the bars fed since `intents.clear()`. */
  readonly intents = new NumberTable(intentWidth);
  /** Bars of each market before the first call of `next`; more where a higher timeframe takes longer. */
  readonly warmUp: number;
  /** What the strategy declared to be shown. */
  readonly plots: Plots;
  readonly #recordPlots: boolean;
  readonly #firstBar: number;
  readonly #strategy: AnyStrategy;
  readonly #markets: readonly SessionMarket[];
  readonly #numbers: OrderNumbers;
  readonly #clock: RunClock = { bar: -1 };
  readonly #context: NextContext<ParameterValues>;
  readonly #state: unknown;
  #isWarm = false;

  /** Calls the strategy's `setup`; what it throws is thrown on. */
  constructor(strategy: AnyStrategy, options: SessionOptions) {
    const { settings, symbols = [''], intentsPerBar, log, onRefused } = options;
    this.#strategy = strategy;
    this.#recordPlots = options.recordPlots ?? false;
    this.#firstBar = options.firstBar ?? 0;
    this.portfolio = new Portfolio(settings, symbols.length, options.ledger);
    this.#numbers = new OrderNumbers(intentsPerBar);
    const windows = symbols.map(() => new BarWindow(onRefused));
    const first = windows[0] as BarWindow;
    this.plots = new Plots(first);
    const params = Object.freeze({ ...options.params });
    const made = windows.map((window) => createIndicators(window));
    const timeframes = windows.map(() => new HigherTimeframes(options.timeframe, onRefused));
    const setupMarkets = symbols.map(
      (symbol, market): SetupMarket =>
        Object.freeze({
          symbol,
          indicators: Object.freeze((made[market] as (typeof made)[number]).indicators),
          bars: barsOf(windows[market] as BarWindow),
          timeframe: (timeframes[market] as HigherTimeframes).take,
        }),
    );
    const { indicators, bars, timeframe } = setupMarkets[0] as SetupMarket;
    this.#state = strategy.setup(
      Object.freeze({
        params,
        indicators,
        bars,
        timeframe,
        markets: Object.freeze(setupMarkets),
        plot: this.plots.declare,
      }),
    );
    if (isThenable(this.#state)) throw new TypeError('setup must not be async');
    this.plots.seal();
    this.#markets = windows.map((window, market): SessionMarket => {
      const broker = this.portfolio.brokers[market] as Broker;
      const { position } = broker;
      const desk = new OrderDesk({
        broker,
        intents: this.intents,
        numbers: this.#numbers,
        markets: symbols.length,
      });
      const view = {
        symbol: symbols[market] as string,
        isFresh: true,
        bar: new CurrentBar(window),
        bars: (setupMarkets[market] as SetupMarket).bars,
        position: new PositionView(position, window, this.#clock),
        orders: desk.functions,
      };
      const warmUp = (made[market] as (typeof made)[number]).seal();
      const higher = timeframes[market] as HigherTimeframes;
      higher.seal();
      return {
        window,
        broker,
        view,
        warmUp,
        finer: new FinerCursor(timeframeMilliseconds[options.timeframe]),
        funding: new RecordedFunding(),
        higher,
      };
    });
    this.warmUp = Math.max(...this.#markets.map(({ warmUp }) => warmUp));
    const main = this.#markets[0] as SessionMarket;
    this.#context = Object.freeze({
      params,
      bar: main.view.bar,
      bars,
      position: main.view.position,
      account: new AccountView(this.portfolio.account, windows),
      orders: main.view.orders,
      markets: Object.freeze(this.#markets.map(({ view }) => sealedView(view))),
      random: seededRandom(settings.seed),
      log,
    });
  }

  /**
   * Runs over the next bars of each market; with several, the pieces end at the same time. Where `equity`
   * is given, the equity after each time is written there from index `equityFrom` on.
   * @returns times lived through: bars, with one market
   * @throws NextError with the bar at which the strategy threw
   */
  feed(pieces: readonly MarketPiece[], equity?: Float64Array, equityFrom = 0): number {
    const [only] = pieces;
    if (only === undefined || pieces.length !== this.#markets.length) {
      throw new RangeError(`bars of ${pieces.length} markets for ${this.#markets.length}`);
    }
    if (this.#recordPlots) this.plots.begin(only.to - only.from);
    for (const [market, { finer, funding }] of this.#markets.entries()) {
      finer.begin(pieces[market]?.finer);
      funding.begin(pieces[market]?.funding, pieces[market]?.from ?? 0);
    }
    this.#numbers.isOpen = true;
    const times =
      pieces.length === 1
        ? this.#feedOne(only, equity, equityFrom)
        : this.#feedAll(pieces, equity, equityFrom);
    this.#numbers.isOpen = false;
    return times;
  }

  #feedOne({ columns, from, to }: MarketPiece, equity: Float64Array | undefined, equityFrom: number): number {
    const { window, higher } = this.#markets[0] as SessionMarket;
    for (let start = from; start < to; start += blockBars) {
      const end = Math.min(start + blockBars, to);
      window.append(columns, start, end);
      if (!higher.isEmpty) higher.append(window, end - start);
      if (this.#recordPlots) {
        const { length } = window;
        this.plots.record(length - (end - start), length, start - from);
      }
      this.#runBlock(end - start, equity, equityFrom + (start - from));
    }
    return to - from;
  }

  #runBlock(count: number, equity: Float64Array | undefined, equityFrom: number): void {
    const market = this.#markets[0] as SessionMarket;
    const { window, broker, finer, funding, higher } = market;
    const { position, account } = broker;
    const { columns } = window;
    const { time, close } = columns;
    const first = window.length - count;
    const end = window.length;
    const clock = this.#clock;
    const numbers = this.#numbers;
    const strategy = this.#strategy;
    const context = this.#context;
    const state = this.#state;
    const hasFiner = finer.isGiven;
    const hasFunding = funding.isGiven;
    const hasHigher = !higher.isEmpty;
    for (let index = first; index < end; index++) {
      const bar = window.base + index;
      window.cursor = index;
      clock.bar = bar;
      if (hasFiner) finer.moveTo(time[index] as number);
      if (hasFunding) funding.pay(broker, columns, index, bar);
      if (broker.isBusy) broker.step(columns, index, bar, hasFiner ? finer : undefined);
      if (equity !== undefined) {
        equity[equityFrom + index - first] =
          account.cash + position.signedQuantity * (close[index] as number);
      }
      if (hasHigher) higher.moveTo(bar);
      if (!this.#isWarm && !this.#warms()) continue;
      numbers.bar = bar;
      try {
        const result: unknown = strategy.next(context, state);
        // A promise or an iterator: the body of `next` has not run. `() => orders.buy()` answers a number.
        if (typeof result === 'object' && result !== null) throw new TypeError(notPlain);
      } catch (cause) {
        throw new NextError(bar, time[index] as number, cause);
      }
    }
  }

  #feedAll(pieces: readonly MarketPiece[], equity: Float64Array | undefined, equityFrom: number): number {
    const starts = pieces.map(({ from }) => from);
    let times = 0;
    for (;;) {
      const ends = blockEnds(pieces, starts);
      let hasMore = false;
      for (const [market, { window, higher }] of this.#markets.entries()) {
        const start = starts[market] as number;
        const end = ends[market] as number;
        if (start === end) continue;
        hasMore = true;
        const { columns, from } = pieces[market] as MarketPiece;
        window.append(columns, start, end);
        higher.append(window, end - start);
        if (market > 0 || !this.#recordPlots) continue;
        this.plots.record(window.length - (end - start), window.length, start - from);
      }
      if (!hasMore) return times;
      const counts = ends.map((end, market) => end - (starts[market] as number));
      times += this.#runTimes(counts, equity, equityFrom + times);
      for (const [market, end] of ends.entries()) starts[market] = end;
    }
  }

  /** Runs over the last `counts` bars of the windows, time by time. */
  #runTimes(counts: readonly number[], equity: Float64Array | undefined, equityFrom: number): number {
    const markets = this.#markets;
    const columns = markets.map(({ window }) => window.columns);
    const next = markets.map(({ window }, market) => window.length - (counts[market] as number));
    const ends = markets.map(({ window }) => window.length);
    const { account } = this.portfolio;
    let times = 0;
    for (;;) {
      const time = nextTime(columns, next, ends);
      if (time === Infinity) return times;
      const bar = ++this.#clock.bar;
      for (let number = 0; number < markets.length; number++) {
        const market = markets[number] as SessionMarket;
        const index = next[number] as number;
        const own = columns[number] as CandleColumns;
        market.view.isFresh = index < (ends[number] as number) && own.time[index] === time;
        if (!market.view.isFresh) continue;
        market.window.cursor = index;
        next[number] = index + 1;
        if (market.finer.isGiven) market.finer.moveTo(time);
        if (market.funding.isGiven) market.funding.pay(market.broker, own, index, bar);
        this.portfolio.face(number, own, index, finerOf(market));
        if (!market.higher.isEmpty) market.higher.moveTo(market.window.base + index);
      }
      this.portfolio.live(bar, time);
      if (equity !== undefined) equity[equityFrom + times] = account.equity;
      times++;
      if (this.#isWarm || this.#warms()) this.#callNext(bar, time);
    }
  }

  #warms(): boolean {
    this.#isWarm =
      this.#clock.bar >= this.#firstBar &&
      this.#markets.every(
        ({ window, warmUp, higher }) => window.base + window.cursor >= warmUp && higher.isWarm,
      );
    return this.#isWarm;
  }

  #callNext(bar: number, time: number): void {
    this.#numbers.bar = bar;
    try {
      const result: unknown = this.#strategy.next(this.#context, this.#state);
      if (typeof result === 'object' && result !== null) throw new TypeError(notPlain);
    } catch (cause) {
      throw new NextError(bar, time, cause);
    }
  }
}

const notPlain = 'next must be a plain function, not async and no generator';

function finerOf({ finer }: SessionMarket): FinerBars | undefined {
  return finer.isGiven ? finer : undefined;
}

/** What a strategy gets of a market: all fields can be read and none written. */
function sealedView(view: Market): Market {
  const { symbol, bar, bars, position, orders } = view;
  return Object.freeze({
    symbol,
    bar,
    bars,
    position,
    orders,
    get isFresh() {
      return view.isFresh;
    },
  });
}

/** Ends of the next blocks, none longer than a window takes at once, cut at one time in all markets. */
function blockEnds(pieces: readonly MarketPiece[], starts: readonly number[]): number[] {
  let limit = Infinity;
  // All markets of a block are gone through side by side: together they must fit into the processor's cache.
  const bars = Math.max(256, Math.floor(blockBars / pieces.length));
  for (const [market, { columns, to }] of pieces.entries()) {
    const end = (starts[market] as number) + bars;
    if (end < to) limit = Math.min(limit, columns.time[end] as number);
  }
  return pieces.map(({ columns, to }, market) => {
    let end = starts[market] as number;
    while (end < to && (columns.time[end] as number) < limit) end++;
    return end;
  });
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

import type { Bars, Indicators, Market, NextContext, Orders, Series, SetupContext } from 'strategy-lab';
import { expect } from 'vitest';
import { blockParts } from '../../../../extension/backtest/barsBlock.ts';
import { StrategySession } from '../../../../extension/backtest/session.ts';
import type { AnyStrategy } from '../../../../extension/backtest/strategyApi.ts';
import { timelineOf } from '../../../../extension/backtest/timeline.ts';
import type { RunSettings } from '../../../../extension/contracts/backtest.ts';
import type { Timeframe } from '../../../../extension/contracts/timeframes.ts';
import { piecesOf } from '../../../backtest/support/engineRun.ts';
import type { IndicatorCase } from '../../../backtest/support/indicatorCases.ts';
import { callOf } from '../../../backtest/support/indicatorRun.ts';
import { defineStrategy } from '../../../backtest/support/inlineStrategies.ts';
import type { MarketInput } from '../../../backtest/support/market.ts';
import { firstDifference, type Jobs, numbersOf, pythonNames, snakeCase } from './python.ts';

type Context = NextContext<Readonly<Record<string, number>>>;

/** An indicator that both engines make in `setup` and look at in `next`. */
export interface ObservedCase {
  readonly market: number;
  readonly timeframe: Parameters<SetupContext<unknown>['timeframe']>[0] | null;
  readonly call: IndicatorCase;
}

export interface ParityRun {
  readonly strategy: AnyStrategy;
  readonly markets: readonly MarketInput[];
  readonly settings: RunSettings;
  readonly chunks: readonly number[];
  readonly params?: Readonly<Record<string, number>>;
  readonly timeframe?: Timeframe;
  readonly intentsPerBar?: number;
  readonly firstBar?: number;
  /** Calls of `next` from one look at all that a strategy can see to the next; 0 for none. */
  readonly observeEvery?: number;
  readonly observed?: readonly ObservedCase[];
  /** Numbers of the series observed, and where they are shown. */
  readonly plots?: readonly (readonly [series: number, pane: 'price' | 'below'])[];
}

interface ChunkAnswer {
  readonly rows: string;
  readonly fills: number;
  readonly hash: readonly number[];
  readonly plots: string;
}

interface SessionAnswer {
  readonly chunks: readonly ChunkAnswer[];
  readonly warmUp: number;
  readonly plots: readonly unknown[];
  readonly seen: string;
  readonly ids: readonly number[];
}

/**
 * Runs a strategy on the engine, and asks Python to give the same orders at the same calls of `next`. The
 * check takes Python's answers and expects rows, fills, hashes, plots and all that was seen to be equal.
 */
export function addParity(jobs: Jobs, run: ParityRun): (answers: readonly unknown[]) => void {
  const { markets, settings, chunks, params = {}, timeframe = '1h', intentsPerBar = 1000, plots = [] } = run;
  const recorder = new Recorder(run);
  const timeline = timelineOf(markets.map(({ columns }) => columns));
  const times = timeline.times.length;
  const symbols = markets.map((_, market) => `M${market}`);
  const options = { settings, symbols, timeframe, params, intentsPerBar, recordPlots: plots.length > 0 };
  const session = new StrategySession(recorder.strategy, {
    ...options,
    ...(run.firstBar === undefined ? {} : { firstBar: run.firstBar }),
    log: () => undefined,
  });
  const expected: { rows: Float64Array; plots: Float64Array; fills: number; hash: number[] }[] = [];
  const blocks: number[] = [];
  for (let from = 0, piece = 0; from < times; piece++) {
    const to = Math.min(times, from + (chunks[piece % chunks.length] as number));
    const pieces = piecesOf(markets, timeline, from, to);
    session.intents.clear();
    session.feed(pieces);
    blocks.push(jobs.block(blockParts(pieces)));
    const { high, low } = session.portfolio.hash;
    expected.push({
      rows: session.intents.used.slice(),
      plots: session.plots.values.slice(),
      fills: session.portfolio.fills,
      hash: [high, low],
    });
    from = to;
  }
  // The strategy's own indicators are not made again: Python begins at the same bar by `firstBar`.
  const firstBar = Math.max(run.firstBar ?? 0, recorder.hasOwnSeries ? session.warmUp : 0);
  const number = jobs.add({
    ...options,
    kind: 'session',
    blocks,
    firstBar,
    operations: recorder.operations,
    observeEvery: run.observeEvery ?? 0,
    series: recorder.declared,
    plots,
  });
  return (answers) => {
    const answer = answers[number] as SessionAnswer;
    for (const [chunk, { rows, fills, hash, plots: values }] of expected.entries()) {
      const own = answer.chunks[chunk] as ChunkAnswer;
      expect({ fills: own.fills, hash: own.hash }, `chunk ${chunk}`).toEqual({ fills, hash });
      expect(firstDifference(rows, numbersOf(own.rows)), `rows of chunk ${chunk}`).toBe('');
      expect(firstDifference(values, numbersOf(own.plots)), `plots of chunk ${chunk}`).toBe('');
    }
    expect(answer.ids).toEqual(recorder.ids);
    if (!recorder.hasOwnSeries) expect(answer.warmUp).toBe(session.warmUp);
    expect(answer.plots).toEqual(session.plots.declarations);
    expect(firstDifference(Float64Array.from(recorder.seen), numbersOf(answer.seen)), 'seen').toBe('');
  };
}

/** A strategy whose orders are noted, and who looks at everything on the way. */
class Recorder {
  readonly strategy: AnyStrategy;
  /** Call of `next`, market, method, arguments in their order, arguments by name. */
  readonly operations: unknown[][] = [];
  readonly declared: unknown[][] = [];
  readonly seen: number[] = [];
  readonly ids: number[] = [];
  hasOwnSeries = false;
  #calls = 0;
  readonly #series: Series[] = [];
  readonly #timeframes: { readonly isNew: boolean; readonly bars: Bars }[] = [];

  constructor({ strategy, observeEvery = 0, observed = [], plots = [] }: ParityRun) {
    this.strategy = defineStrategy({
      name: strategy.name,
      setup: (context) => {
        this.#observe(observed, context);
        for (const [place, [series, pane]] of plots.entries()) {
          context.plot(`Plot ${place}`, this.#series[series] as Series, { pane });
        }
        return strategy.setup(this.#watched(context));
      },
      next: (context, state) => {
        if (observeEvery > 0 && this.#calls % observeEvery === 0) this.#look(context);
        strategy.next(this.#recording(context), state);
        this.#calls++;
      },
    }) as AnyStrategy;
  }

  #observe(observed: readonly ObservedCase[], context: SetupContext<Readonly<Record<string, number>>>): void {
    for (const { market, timeframe, call } of observed) {
      const [name, ...given] = call;
      const own = context.markets[market] as (typeof context.markets)[number];
      const owner = timeframe === null ? own : own.timeframe(timeframe);
      if ('isNew' in owner) this.#timeframes.push(owner);
      const made = callOf(call, owner.indicators, owner.bars);
      this.#series.push(...(typeof made.ago === 'function' ? [made as Series] : Object.values(made)));
      this.declared.push([market, timeframe, snakeCase(name), given.map(pythonArgument)]);
    }
  }

  /** Notes whether the strategy makes indicators of its own, and takes its plots. */
  #watched<C extends SetupContext<Readonly<Record<string, number>>>>(context: C): C {
    const watch = (indicators: Indicators): Indicators =>
      new Proxy(indicators, {
        get: (target, name) => {
          this.hasOwnSeries = true;
          return Reflect.get({ ...target }, name) as unknown;
        },
      });
    const markets = context.markets.map((market) => ({
      ...market,
      indicators: watch({ ...market.indicators }),
    }));
    const plot = (): void => undefined;
    return { ...context, indicators: watch({ ...context.indicators }), markets, plot };
  }

  #recording(context: Context): Context {
    const markets = context.markets.map((market, number): Market => {
      const orders = Object.fromEntries(
        Object.entries(market.orders).map(([method, give]) => [method, this.#noting(number, method, give)]),
      ) as unknown as Orders;
      const { symbol, bar, bars, position, isFresh } = market;
      return { symbol, bar, bars, position, isFresh, orders };
    });
    return { ...context, markets, orders: (markets[0] as Market).orders };
  }

  #noting(market: number, method: string, give: (...given: never[]) => unknown) {
    return (...given: unknown[]): unknown => {
      const answer = (give as (...values: unknown[]) => unknown)(...given);
      const last = given.at(-1);
      const named = typeof last === 'object' ? pythonNames(last as Record<string, unknown>) : {};
      const positional = given.filter((value) => typeof value === 'number');
      this.operations.push([this.#calls, market, snakeCase(method), positional, named]);
      if (answer !== undefined) this.ids.push(Number(answer));
      return answer;
    };
  }

  #look({ account, markets, random }: Context): void {
    const { seen } = this;
    seen.push(account.cash, account.equity, random());
    for (const { isFresh, bar, position } of markets) {
      seen.push(Number(isFresh), bar.index, bar.time, bar.open, bar.high, bar.low, bar.close, bar.volume);
      const { isFlat, isLong, isShort, quantity } = position;
      seen.push(Number(isFlat), Number(isLong), Number(isShort), quantity);
      seen.push(position.entryPrice, position.profit, position.bars, position.lots);
    }
    for (const series of this.#series) seen.push(series.value, series.previous, series.ago(3), series.ago(7));
    for (const { isNew, bars } of this.#timeframes) seen.push(Number(isNew), bars.close.value);
  }
}

/** An argument of an indicator with the names of Python. */
export function pythonArgument(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? pythonNames(value as Record<string, unknown>) : value;
}

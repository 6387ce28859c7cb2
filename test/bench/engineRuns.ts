import { Ledger } from '../../extension/backtest/ledger.ts';
import { StrategySession } from '../../extension/backtest/session.ts';
import {
  type AnyStrategy,
  crossAbove,
  crossBelow,
  defineStrategy as define,
} from '../../extension/backtest/strategyApi.ts';
import { defaultRunSettings, type RunSettings, type Trade } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import type { ParameterValues } from '../../extension/contracts/strategy.ts';

/*
 * The work of the engine's benchmarks: minute bars, a cross of two averages, long only, all cash, fee 0.1 % a
 * side, fill at the next open.
 */
const chunk = 4096;
export const settings: RunSettings = { ...defaultRunSettings, slippage: 0 };

export const defineStrategy = define as typeof import('strategy-lab').defineStrategy;

/** Buys where one average crosses above the other, and closes where it crosses below. */
export const smaCross: AnyStrategy = defineStrategy({
  name: 'SMA cross',
  params: {
    fast: { type: 'integer', default: 10, min: 1, max: 500 },
    slow: { type: 'integer', default: 30, min: 2, max: 1000 },
  },
  setup: ({ indicators, params }) => ({
    fast: indicators.sma(params.fast),
    slow: indicators.sma(params.slow),
  }),
  next({ position, orders }, averages) {
    if (position.isFlat && crossAbove(averages.fast, averages.slow)) orders.buy();
    else if (position.isLong && crossBelow(averages.fast, averages.slow)) orders.close();
  },
});

export interface CrossParameters {
  readonly fast: number;
  readonly slow: number;
}

/** The parameters of the benchmarks of one run. */
export const usual: CrossParameters = { fast: 10, slow: 30 };

/** A random walk of minute bars from a fixed linear congruential generator. */
export function randomWalk(bars: number, seed = 12_345): CandleColumns {
  const column = (): Float64Array => new Float64Array(bars);
  const columns = {
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  let price = 100;
  for (let bar = 0; bar < bars; bar++) {
    const open = price;
    price *= 1 + (random() - 0.5) * 0.002;
    columns.time[bar] = 1_577_836_800_000 + bar * 60_000;
    columns.open[bar] = open;
    columns.high[bar] = Math.max(open, price) * (1 + random() * 0.0005);
    columns.low[bar] = Math.min(open, price) * (1 - random() * 0.0005);
    columns.close[bar] = price;
    columns.volume[bar] = random();
  }
  return columns;
}

interface LoopState {
  fastSum: number;
  slowSum: number;
  wasAbove: boolean;
}

/** The strategy of the minimal loop: 1 to buy, -1 to close, 0 to wait. */
function loopStrategy(
  { fast, slow }: CrossParameters,
  state: LoopState,
  close: Float64Array,
  bar: number,
  isLong: boolean,
): number {
  state.fastSum += close[bar] as number;
  state.slowSum += close[bar] as number;
  if (bar >= fast) state.fastSum -= close[bar - fast] as number;
  if (bar >= slow) state.slowSum -= close[bar - slow] as number;
  if (bar < slow - 1) return 0;
  const isAbove = state.fastSum / fast > state.slowSum / slow;
  const crossed = isAbove !== state.wasAbove && bar >= slow;
  state.wasAbove = isAbove;
  if (!crossed) return 0;
  if (isAbove) return isLong ? 0 : 1;
  return isLong ? -1 : 0;
}

/**
 * The least that an event-driven backtest of the same strategy can be: a call of the strategy a bar, two
 * averages kept up to date, a stop checked, the equity curve, trades in columns. Returns the number of closed
 * trades.
 */
export function minimalLoop({ open, low, close }: CandleColumns, params = usual): number {
  const bars = close.length;
  const equity = new Float64Array(bars);
  const trades = {
    entryBar: new Int32Array(bars / 2),
    exitBar: new Int32Array(bars / 2),
    entryPrice: new Float64Array(bars / 2),
    exitPrice: new Float64Array(bars / 2),
    profit: new Float64Array(bars / 2),
  };
  const { fee } = settings;
  const state: LoopState = { fastSum: 0, slowSum: 0, wasAbove: false };
  let { cash } = settings;
  let quantity = 0;
  let entryPrice = 0;
  let entryBar = 0;
  const stop = 0;
  let waiting = 0;
  let count = 0;
  const exit = (bar: number, price: number): void => {
    cash += quantity * price * (1 - fee);
    trades.entryBar[count] = entryBar;
    trades.exitBar[count] = bar;
    trades.entryPrice[count] = entryPrice;
    trades.exitPrice[count] = price;
    trades.profit[count] = quantity * (price * (1 - fee) - entryPrice * (1 + fee));
    count++;
    quantity = 0;
  };
  for (let bar = 0; bar < bars; bar++) {
    const price = open[bar] as number;
    if (waiting > 0) {
      quantity = cash / (price * (1 + fee));
      cash -= quantity * price * (1 + fee);
      entryPrice = price;
      entryBar = bar;
    } else if (waiting < 0) exit(bar, price);
    if (quantity > 0 && (low[bar] as number) <= stop) exit(bar, stop);
    equity[bar] = cash + quantity * (close[bar] as number);
    waiting = loopStrategy(params, state, close, bar, quantity > 0);
  }
  return count;
}

export interface PlayOptions {
  readonly params?: ParameterValues;
  /** Names of the markets, where there are several. */
  readonly symbols?: readonly string[];
  readonly ledger?: Ledger;
}

export function sessionOf(strategy: AnyStrategy, options: PlayOptions = {}): StrategySession {
  return new StrategySession(strategy, {
    settings,
    timeframe: '1m',
    params: { ...usual },
    intentsPerBar: 16,
    log: () => undefined,
    ...options,
  });
}

export interface Played {
  readonly ledger: Ledger;
  readonly trades: readonly Trade[];
  readonly equity: Float64Array;
}

/** A run of the engine over markets of equal times, with ledger and equity, fed in chunks as in a sandbox. */
export function play(
  strategy: AnyStrategy,
  markets: readonly CandleColumns[],
  options: Omit<PlayOptions, 'ledger'> = {},
): Played {
  const bars = markets[0]?.time.length ?? 0;
  const ledger = new Ledger();
  const equity = new Float64Array(bars);
  const session = sessionOf(strategy, { ...options, ledger });
  for (let from = 0; from < bars; from += chunk) {
    const to = Math.min(bars, from + chunk);
    session.intents.clear();
    session.feed(
      markets.map((columns) => ({ columns, from, to })),
      equity,
      from,
    );
  }
  return { ledger, trades: ledger.trades, equity };
}

/** Milliseconds of the fastest of several rounds, the tasks taking turns so that load hits all alike. */
export function fastest(tasks: readonly (() => void)[], rounds = 15, warmUps = 12): number[] {
  const best = tasks.map(() => Number.POSITIVE_INFINITY);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const start = performance.now();
      task();
      if (round >= 0) best[index] = Math.min(best[index] as number, performance.now() - start);
    }
  }
  return best;
}

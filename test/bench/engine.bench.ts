import { Ledger } from '../../extension/backtest/ledger.ts';
import { computeMetrics } from '../../extension/backtest/metrics/computeMetrics.ts';
import { excursionsOf } from '../../extension/backtest/metrics/excursions.ts';
import { StrategySession } from '../../extension/backtest/session.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import {
  type AnyStrategy,
  crossAbove,
  crossBelow,
  defineStrategy as define,
} from '../../extension/backtest/strategyApi.ts';
import { defaultRunSettings, type RunSettings, type Trade } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * The engine against the least that an event-driven backtest of the same strategy can be: a call of the
 * strategy a bar, two averages kept up to date, a stop checked, the equity curve, trades in columns.
 * Work: minute bars, SMA(10/30) cross, long only, all cash, fee 0.1 % a side, fill at the next open.
 */
const bars = 1_000_000;
const chunk = 4096;
const warmUps = 12;
const rounds = 15;
const fast = 10;
const slow = 30;
const settings: RunSettings = { ...defaultRunSettings, slippage: 0 };

const defineStrategy = define as typeof import('strategy-lab').defineStrategy;

const smaCross: AnyStrategy = defineStrategy({
  name: 'SMA cross',
  setup: ({ indicators }) => ({ fast: indicators.sma(fast), slow: indicators.sma(slow) }),
  next({ position, orders }, averages) {
    if (position.isFlat && crossAbove(averages.fast, averages.slow)) orders.buy();
    else if (position.isLong && crossBelow(averages.fast, averages.slow)) orders.close();
  },
});

/** Buys and closes so often that `bars` bars give `trades` trades. */
function tradingEvery(trades: number): AnyStrategy {
  const pause = Math.floor(bars / trades);
  return defineStrategy({
    name: 'every so often',
    setup: ({ indicators }) => indicators.sma(fast),
    next({ bar, position, orders }) {
      if (bar.index % pause === 0 && position.isFlat) orders.buy();
      else if (position.isLong) orders.close();
    },
  });
}

/** A random walk of minute bars from a fixed linear congruential generator. */
function randomWalk(): CandleColumns {
  const column = (): Float64Array => new Float64Array(bars);
  const columns = {
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let state = 12_345;
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
function loopStrategy(state: LoopState, close: Float64Array, bar: number, isLong: boolean): number {
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

/** Returns the number of closed trades. */
function minimalLoop({ open, low, close }: CandleColumns): number {
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
    waiting = loopStrategy(state, close, bar, quantity > 0);
  }
  return count;
}

function sessionOf(strategy: AnyStrategy, ledger?: Ledger): StrategySession {
  const options = { settings, timeframe: '1m' as const, params: {}, intentsPerBar: 16, log: () => undefined };
  return new StrategySession(strategy, ledger === undefined ? options : { ...options, ledger });
}

/** A run of the engine with ledger and equity; returns its trades. */
function play(strategy: AnyStrategy, columns: CandleColumns): { trades: Trade[]; equity: Float64Array } {
  const ledger = new Ledger();
  const equity = new Float64Array(bars);
  const session = sessionOf(strategy, ledger);
  for (let from = 0; from < bars; from += chunk) {
    session.intents.clear();
    session.feed([{ columns, from, to: Math.min(bars, from + chunk) }], equity, from);
  }
  return { trades: ledger.trades, equity };
}

function metricsOf(columns: CandleColumns, run: { trades: readonly Trade[]; equity: Float64Array }): void {
  computeMetrics({
    ...run,
    excursions: excursionsOf(run.trades, columns),
    timeframe: '1m',
    bases: settings,
    time: columns.time,
    close: columns.close,
    invested: new Uint8Array(bars),
    cash: settings.cash,
    from: 0,
    to: bars,
  });
}

/** Milliseconds of the fastest of several rounds, the tasks taking turns so that load hits all alike. */
function fastest(tasks: readonly (() => void)[]): number[] {
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

async function run(): Promise<BenchResult[]> {
  const columns = randomWalk();
  const session = sessionOf(smaCross);
  session.feed([{ columns, from: 0, to: bars }]);
  const intents = session.intents.used;
  const rare = tradingEvery(1);
  const busy = tradingEvery(100_000);
  const { trades } = play(smaCross, columns);
  const expected = minimalLoop(columns);
  if (trades.length !== expected) {
    throw new Error(`the engine made ${trades.length} trades and the minimal loop ${expected}`);
  }
  const [loop = 0, whole = 0, engine = 0, settlement = 0, oneTrade = 0, manyTrades = 0] = fastest([
    () => void minimalLoop(columns),
    () => metricsOf(columns, play(smaCross, columns)),
    () => void play(smaCross, columns),
    () => {
      const settling = new Settlement(settings, [{ columns }], '1m');
      settling.feed(0, bars, intents, session.intents.rows);
      settling.finish();
    },
    () => void play(rare, columns),
    () => void play(busy, columns),
  ]);
  const rate = (milliseconds: number): number => (bars / milliseconds) * 1000;
  const against = (name: string, milliseconds: number, reference: number): BenchResult => ({
    name,
    value: rate(milliseconds),
    unit: 'bars/s',
    reference: rate(reference),
    ratio: reference / milliseconds,
  });
  return [
    against('engine with ledger and metrics, against a minimal loop', whole, loop),
    against('engine with ledger, against a minimal loop', engine, loop),
    against('settlement of given orders, against a minimal loop', settlement, loop),
    against('100,000 trades, against 1 trade', manyTrades, oneTrade),
  ];
}

export const group: BenchGroup = { name: 'engine', run };

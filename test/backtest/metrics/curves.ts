import { computeMetrics, type MetricsInput } from '../../../extension/backtest/metrics/computeMetrics.ts';
import type { Metrics, Trade } from '../../../extension/contracts/backtest.ts';
import { type Timeframe, timeframeMilliseconds } from '../../../extension/contracts/timeframes.ts';
import { numbersFrom, startTime } from '../support/market.ts';

export const day = 86_400_000;

/** Metrics of an equity curve; each bar is a day, starting at 100 in cash, unless told otherwise. */
export function metricsOf(equity: readonly number[], changes: Partial<MetricsInput> = {}): Metrics {
  const bars = equity.length;
  const step = timeframeMilliseconds[changes.timeframe ?? '1d'];
  return computeMetrics({
    timeframe: '1d',
    time: Float64Array.from(equity, (_, bar) => startTime + bar * step),
    close: new Float64Array(bars).fill(1),
    equity: Float64Array.from(equity),
    invested: new Uint8Array(bars),
    trades: [],
    cash: 100,
    from: 0,
    to: bars,
    ...changes,
  });
}

export function tradeOf(changes: Partial<Trade> = {}): Trade {
  return {
    side: 'long',
    entryTime: startTime,
    entryPrice: 100,
    exitTime: startTime + day,
    exitPrice: 101,
    markPrice: null,
    quantity: 1,
    fees: 0.1,
    profit: 1,
    profitFraction: 0.01,
    bars: 1,
    exitReason: 'signal',
    ...changes,
  };
}

export interface Course {
  readonly timeframe: Timeframe;
  readonly time: Float64Array;
  readonly close: Float64Array;
  readonly equity: Float64Array;
  readonly invested: Uint8Array;
  readonly trades: Trade[];
  readonly cash: number;
}

/** A seeded market, an equity that follows it half the time, and trades over it; equal seeds, equal courses. */
export function courseOf(seed: number, bars: number, timeframe: Timeframe = '1h'): Course {
  const random = numbersFrom(seed);
  const step = timeframeMilliseconds[timeframe];
  const time = Float64Array.from({ length: bars }, (_, bar) => startTime + bar * step);
  const close = new Float64Array(bars);
  const equity = new Float64Array(bars);
  const invested = new Uint8Array(bars);
  const trades: Trade[] = [];
  let price = 100;
  let money = 10_000;
  for (let bar = 0; bar < bars; bar++) {
    const move = (random() - 0.49) * 0.02;
    price *= 1 + move;
    const isIn = bar % 10 >= 5;
    if (isIn) money *= 1 + move * 0.7;
    close[bar] = price;
    equity[bar] = money;
    invested[bar] = isIn ? 1 : 0;
    if (bar % 10 !== 9) continue;
    const profit = (random() - 0.45) * 100;
    const isOpen = bar + 10 >= bars;
    trades.push(
      tradeOf({
        entryTime: time[bar - 4] as number,
        entryPrice: close[bar - 4] as number,
        exitTime: isOpen ? null : (time[bar] as number),
        exitPrice: isOpen ? null : price,
        markPrice: isOpen ? price : null,
        quantity: 10,
        fees: random(),
        profit,
        profitFraction: profit / (10 * (close[bar - 4] as number)),
        bars: 4,
        exitReason: isOpen ? 'open' : 'signal',
      }),
    );
  }
  return { timeframe, time, close, equity, invested, trades, cash: 10_000 };
}

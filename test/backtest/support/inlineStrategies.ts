import type { defineStrategy as Define, NextContext } from 'strategy-lab';
import {
  type AnyStrategy,
  crossAbove,
  crossBelow,
  defineStrategy as define,
} from '../../../extension/backtest/strategyApi.ts';

export const defineStrategy = define as typeof Define;

export type Context = NextContext<Readonly<Record<string, number>>>;

/** A strategy without indicators: `next` is called from bar 0 on. */
export function strategyOf(next: (context: Context) => void): AnyStrategy {
  return defineStrategy({ name: 'inline', setup: () => null, next });
}

/** Gives the orders of `script[bar]` on the close of that bar. */
export function scripted(script: Readonly<Record<number, (orders: Context['orders']) => void>>): AnyStrategy {
  return strategyOf(({ bar, orders }) => {
    script[bar.index]?.(orders);
  });
}

// Levels made of averages are rounded to ticks, so that two ways to sum give one price.
const tick = (price: number): number => Math.round(price * 64) / 64;

/** Long and short by risk, with stops that follow, targets, pyramids, partial exits and reversals. */
export const everyOrder = defineStrategy({
  name: 'every order',
  setup({ indicators, bars }) {
    return {
      fast: indicators.ema(12),
      slow: indicators.sma(40),
      range: indicators.atr(14),
      strength: indicators.rsi(14),
      trend: indicators.macd(8, 21, 5),
      change: indicators.change(24),
      activity: indicators.sma(10, bars.volume),
    };
  },
  next({ bar, bars, position, account, orders }, series) {
    const { fast, slow, range, strength, trend, change, activity } = series;
    const { close } = bar;
    if (crossAbove(fast, slow)) {
      const stopLoss = tick(close - 3 * range.value);
      if (stopLoss > 0) orders.buy({ riskPercent: 1, stopLoss, takeProfitPercent: 8 });
    } else if (crossBelow(fast, slow)) {
      orders.sell({ percent: 40, stopLossPercent: 4, takeProfit: close * 0.9 });
    } else if (position.isLong && position.lots < 4 && crossAbove(strength, 55)) {
      orders.buy({ cash: account.equity * 0.1, stopLossPercent: 2.5 });
    } else if (position.isShort && position.lots < 3 && crossBelow(trend.line, trend.signal)) {
      orders.sell({ units: (account.equity * 0.05) / close });
    } else if (position.isLong && change.value < -0.03) {
      orders.close({ percent: 50 });
    } else if (position.isShort && trend.histogram.value > 0 && position.bars > 30) {
      orders.close({ units: position.quantity / 3 });
    } else if (position.isLong && position.profit > account.equity * 0.02) {
      orders.protect({ stopLoss: tick(Math.max(position.entryPrice * 1.001, close - 2 * range.value)) });
    } else if (position.isShort && activity.value > 560 && bars.close.ago(5) < close) {
      orders.protect({ stopLoss: close * 1.03, takeProfit: close * 0.96 });
    }
  },
});

/** Doubles a short position on every rise until nothing is left of the account. */
export const ruinousShort = defineStrategy({
  name: 'ruinous short',
  setup: ({ indicators }) => ({ top: indicators.highest(50) }),
  next({ bar, orders }, { top }) {
    if (bar.high >= top.value) orders.sell({ percent: 100 });
  },
});

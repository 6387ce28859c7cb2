import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Hourly cross in the trend of the day',
  params: {
    fast: { type: 'integer', default: 5, min: 2, max: 100 },
    slow: { type: 'integer', default: 13, min: 3, max: 400 },
    trend: { type: 'integer', default: 4, min: 2, max: 50, description: 'Days of the trend' },
  },
  setup({ params, indicators, timeframe }) {
    const daily = timeframe('1d');
    return {
      fast: indicators.ema(params.fast),
      slow: indicators.sma(params.slow),
      daily,
      trend: daily.indicators.sma(params.trend),
      strength: timeframe('4h').indicators.rsi(7),
    };
  },
  next({ position, orders, log }, { fast, slow, daily, trend, strength }) {
    const isUp = daily.bars.close.value > trend.value;
    if (daily.isNew) log(`day closed at ${daily.bars.close.value.toFixed(2)}`);
    if (position.isFlat && isUp && crossAbove(fast, slow) && strength.value < 70) {
      orders.buy({ riskPercent: 1, stopLossPercent: 2 });
    } else if (position.isLong && (crossBelow(fast, slow) || !isUp)) {
      orders.close();
    }
  },
});

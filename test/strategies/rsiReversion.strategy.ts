import { crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'RSI reversion',
  params: {
    period: { type: 'integer', default: 14, min: 2, max: 100, description: 'Bars of the RSI' },
    buyBelow: { type: 'number', default: 30, min: 1, max: 50, description: 'RSI that counts as oversold' },
    sellAbove: {
      type: 'number',
      default: 60,
      min: 50,
      max: 99,
      description: 'RSI at which a rebound is over',
    },
    stop: { type: 'number', default: 6, min: 0.5, max: 50, description: 'Stop loss in percent' },
    target: { type: 'number', default: 9, min: 0.5, max: 200, description: 'Take profit in percent' },
  },
  setup({ params, indicators, plot }) {
    const rsi = indicators.rsi(params.period);
    plot('RSI', rsi, { pane: 'below' });
    return { rsi };
  },
  next({ params, position, orders }, { rsi }) {
    if (position.isFlat && crossBelow(rsi, params.buyBelow)) {
      orders.buy({ percent: 90, stopLossPercent: params.stop, takeProfitPercent: params.target });
    } else if (position.isLong && rsi.value > params.sellAbove) {
      orders.close();
    }
  },
});

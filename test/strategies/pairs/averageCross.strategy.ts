import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Moving-average cross',
  params: {
    fast: { type: 'integer', default: 10, min: 2, max: 100 },
    slow: { type: 'integer', default: 30, min: 5, max: 400 },
    stop: { type: 'number', default: 5, min: 0.5, max: 50, description: 'Stop loss in percent' },
  },
  setup({ params, indicators, plot }) {
    const fast = indicators.sma(params.fast);
    const slow = indicators.sma(params.slow);
    plot('Fast average', fast);
    return { fast, slow };
  },
  next({ params, position, orders }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) {
      orders.buy({ percent: 100, stopLossPercent: params.stop });
    } else if (position.isLong && crossBelow(fast, slow)) {
      orders.close();
    }
  },
});

import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'EMA cross, long and short',
  params: {
    fast: { type: 'integer', default: 12, min: 2, max: 100, description: 'Bars of the fast average' },
    slow: { type: 'integer', default: 26, min: 5, max: 400, description: 'Bars of the slow average' },
    size: {
      type: 'number',
      default: 50,
      min: 1,
      max: 100,
      description: 'Percent of the equity in one entry',
    },
  },
  setup({ params, indicators, plot }) {
    const fast = indicators.ema(params.fast);
    const slow = indicators.ema(params.slow);
    plot('Fast average', fast);
    plot('Slow average', slow);
    return { fast, slow };
  },
  next({ params, position, orders }, { fast, slow }) {
    if (!position.isLong && crossAbove(fast, slow)) {
      orders.buy({ percent: params.size });
    } else if (!position.isShort && crossBelow(fast, slow)) {
      orders.sell({ percent: params.size });
    }
  },
});

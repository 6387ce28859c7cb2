import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Above or below the average',
  params: {
    period: { type: 'integer', default: 30, min: 2, max: 400 },
    size: { type: 'number', default: 0.5, min: 0.1, max: 1, description: 'Share of the equity' },
  },
  setup: ({ params, indicators }) => ({ average: indicators.sma(params.period) }),
  next({ params, bar, position, orders }, { average }) {
    const percent = params.size * 100;
    if (bar.close > average.value && !position.isLong) orders.buy({ percent });
    else if (bar.close < average.value && !position.isShort) orders.sell({ percent });
  },
});

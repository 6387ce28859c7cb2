import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Donchian breakout',
  params: {
    entry: { type: 'integer', default: 20, min: 2, max: 400, description: 'Bars of the channel that opens' },
    exit: { type: 'integer', default: 10, min: 1, max: 200, description: 'Bars of the channel that closes' },
    stop: { type: 'number', default: 8, min: 0.5, max: 50, description: 'Stop loss in percent' },
  },
  setup({ params, indicators, plot }) {
    const entry = indicators.donchian(params.entry);
    const exit = indicators.donchian(params.exit);
    plot('Entry high', entry.upper);
    plot('Exit low', exit.lower);
    plot('Entry low', entry.lower);
    plot('Exit high', exit.upper);
    return { entry, exit };
  },
  next({ params, bar, position, orders }, { entry, exit }) {
    if (position.isFlat && bar.close > entry.upper.previous) {
      orders.buy({ percent: 100, stopLossPercent: params.stop });
    } else if (position.isFlat && bar.close < entry.lower.previous) {
      orders.sell({ percent: 100, stopLossPercent: params.stop });
    } else if (position.isLong && bar.close < exit.lower.previous) {
      orders.close();
    } else if (position.isShort && bar.close > exit.upper.previous) {
      orders.close();
    }
  },
});

import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Bracketed breakout',
  params: {
    period: { type: 'integer', default: 24, min: 2, max: 400, description: 'Bars of the channel' },
    wait: { type: 'integer', default: 12, min: 1, max: 100, description: 'Bars that an entry waits' },
    stop: { type: 'number', default: 2, min: 0.5, max: 50, description: 'Stop loss in percent' },
    target: { type: 'number', default: 4, min: 0.5, max: 50, description: 'Take profit in percent' },
    trail: { type: 'number', default: 1.5, min: 0.1, max: 50, description: 'Trailing stop in percent' },
  },
  setup({ params, indicators, plot }) {
    const channel = indicators.donchian(params.period);
    const range = indicators.atr(14);
    plot('High', channel.upper);
    plot('Range', range, { pane: 'below' });
    return { channel, range };
  },
  next({ params, bar, position, orders, log, random }, { channel, range }) {
    if (position.isFlat && bar.index % params.wait === 0) {
      orders.cancel();
      const bracket = {
        percent: 40,
        stopLossPercent: params.stop,
        takeProfitPercent: params.target,
        trailingStopPercent: params.trail,
        goodForBars: params.wait,
      };
      const up = orders.buy({ ...bracket, stop: channel.upper.value });
      orders.sell({ ...bracket, stop: channel.lower.value, oco: up });
    } else if (position.isLong && position.bars === 5) {
      orders.protect({ stopLoss: bar.low - 2 * range.value });
    } else if (position.bars > 20 && random() < 0.2) {
      log(`bar ${bar.index}: out after ${position.bars} bars`);
      orders.close({ percent: 50 });
    }
  },
});

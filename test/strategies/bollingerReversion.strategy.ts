import { crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Bollinger reversion',
  params: {
    period: { type: 'integer', default: 20, min: 2, max: 400, description: 'Bars of the middle band' },
    deviations: {
      type: 'number',
      default: 2,
      min: 0.5,
      max: 5,
      description: 'Deviations from middle to band',
    },
    stop: { type: 'number', default: 4, min: 0.5, max: 50, description: 'Stop loss in percent' },
  },
  setup({ params, indicators, plot }) {
    const bands = indicators.bollinger(params.period, params.deviations);
    plot('Upper band', bands.upper);
    plot('Middle band', bands.middle);
    plot('Lower band', bands.lower);
    return { bands };
  },
  next({ params, bar, bars, position, orders }, { bands }) {
    if (position.isFlat && crossBelow(bars.close, bands.lower)) {
      orders.buy({ percent: 100, stopLossPercent: params.stop });
    } else if (position.isLong && bar.close >= bands.middle.value) {
      orders.close();
    }
  },
});

/** A strategy in TypeScript that runs as it stands. */
export const typeScriptTemplate = (
  name: string,
): string => `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: '${name}',
  params: {
    fast: { type: 'integer', default: 10, min: 2, max: 100 },
    slow: { type: 'integer', default: 30, min: 5, max: 400 },
    stop: { type: 'number', default: 5, min: 0.5, max: 50, description: 'Stop loss in percent' },
  },
  setup({ params, indicators, plot }) {
    const fast = indicators.sma(params.fast);
    const slow = indicators.sma(params.slow);
    plot('fast', fast);
    plot('slow', slow);
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
`;

/** The same in Python. */
export const pythonTemplate = (
  name: string,
): string => `from strategy_lab import Strategy, cross_above, cross_below, integer, number


class ${className(name)}(Strategy):
    name = '${name}'
    params = {
        'fast': integer(10, min=2, max=100),
        'slow': integer(30, min=5, max=400),
        'stop': number(5, min=0.5, max=50, description='Stop loss in percent'),
    }

    def setup(self, lab):
        self.fast = lab.indicators.sma(lab.params.fast)
        self.slow = lab.indicators.sma(lab.params.slow)
        lab.plot('fast', self.fast)
        lab.plot('slow', self.slow)

    def next(self, lab):
        if lab.position.is_flat and cross_above(self.fast, self.slow):
            lab.orders.buy(percent=100, stop_loss_percent=lab.params.stop)
        elif lab.position.is_long and cross_below(self.fast, self.slow):
            lab.orders.close()
`;

/** A class is named in one word, each part of it with a capital letter; the last part keeps it off the words of Python. */
function className(name: string): string {
  const parts = name.split(/[-_]+/).map((part) => part.slice(0, 1).toUpperCase() + part.slice(1));
  return `${parts.join('')}Strategy`;
}

export const javascript = {
  found: [
    `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ timeframe }) => { const daily = timeframe('1d'); return { daily, fast: daily.indicators.ema(10), slow: daily.indicators.ema(30) }; },
  next: ({ orders }, { fast, slow }) => { if (crossAbove(fast, slow)) orders.buy({ percent: 10, trailingStopPercent: 5 }); },
});
`,
    `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ timeframe }) => { const daily = timeframe('1d'); return { daily, fast: daily.indicators.ema(10), slow: daily.indicators.ema(30) }; },
  next: ({ orders, bars }, { fast }) => { if (crossBelow(bars.close, fast)) orders.buy({ percent: 10, trailingStopPercent: 5 }); },
});
`,
  ],
  clean: [
    `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ timeframe }) => { const daily = timeframe('1d'); return { daily, fast: daily.indicators.ema(10), slow: daily.indicators.ema(30) }; },
  next: ({ orders }, { daily, fast, slow }) => { if (daily.isNew && crossAbove(fast, slow)) orders.buy({ percent: 10, trailingStopPercent: 5 }); },
});
`,
    `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ timeframe }) => { const daily = timeframe('1d'); return { daily, fast: daily.indicators.ema(10), slow: daily.indicators.ema(30) }; },
  next: ({ orders, bars }, { fast }) => { if (crossAbove(bars.close, fast.value)) orders.buy({ percent: 10, trailingStopPercent: 5 }); },
});
`,
  ],
};

export const python = {
  found: [
    `from strategy_lab import Strategy, cross_above\n\n\nclass Daily(Strategy):\n    name = 'Daily'\n\n    def setup(self, lab):\n        self.daily = lab.timeframe('1d')\n        self.fast = self.daily.indicators.ema(5)\n        self.slow = self.daily.indicators.ema(20)\n        self.own = lab.indicators.ema(9)\n\n    def next(self, lab):\n        if cross_above(self.fast, self.slow):\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
    `from strategy_lab import Strategy, cross_above\n\n\nclass Daily(Strategy):\n    name = 'Daily'\n\n    def setup(self, lab):\n        self.daily = lab.timeframe('1d')\n        self.fast = self.daily.indicators.ema(5)\n        self.slow = self.daily.indicators.ema(20)\n        self.own = lab.indicators.ema(9)\n\n    def next(self, lab):\n        if cross_above(self.own, self.fast):\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
  ],
  clean: [
    `from strategy_lab import Strategy, cross_above\n\n\nclass Daily(Strategy):\n    name = 'Daily'\n\n    def setup(self, lab):\n        self.daily = lab.timeframe('1d')\n        self.fast = self.daily.indicators.ema(5)\n        self.slow = self.daily.indicators.ema(20)\n        self.own = lab.indicators.ema(9)\n\n    def next(self, lab):\n        if self.daily.is_new and cross_above(self.fast, self.slow):\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
    `from strategy_lab import Strategy, cross_above\n\n\nclass Daily(Strategy):\n    name = 'Daily'\n\n    def setup(self, lab):\n        self.daily = lab.timeframe('1d')\n        self.fast = self.daily.indicators.ema(5)\n        self.slow = self.daily.indicators.ema(20)\n        self.own = lab.indicators.ema(9)\n\n    def next(self, lab):\n        if cross_above(self.own, 30):\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
  ],
};

export const javascript = {
  found: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ low: indicators.lowest(50) }),
  next: ({ orders }, { low }) => { orders.buy({ percent: 5, limit: low.value, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ low: indicators.lowest(50) }),
  next: ({ orders }, { low }) => { orders.sell({ percent: 5, stop: low.value, stopLossPercent: 5 }); },
});
`,
  ],
  clean: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ low: indicators.lowest(50) }),
  next: ({ orders }, { low }) => { orders.buy({ percent: 5, limit: low.value, stopLossPercent: 5, goodForBars: 1 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ low: indicators.lowest(50) }),
  next: ({ orders, position }, { low }) => { if (position.isFlat) orders.buy({ percent: 5, limit: low.value, stopLossPercent: 5 }); },
});
`,
  ],
};

export const python = {
  found: [
    `from strategy_lab import Strategy\n\n\nclass Pile(Strategy):\n    name = 'Pile'\n\n    def next(self, lab):\n        lab.orders.buy(limit=lab.bar.close * 0.98, units=1, stop_loss_percent=5)\n`,
    `from strategy_lab import Strategy\n\n\nclass Pile(Strategy):\n    name = 'Pile'\n\n    def next(self, lab):\n        lab.orders.buy(stop=lab.bar.high, units=1, stop_loss_percent=5)\n`,
  ],
  clean: [
    `from strategy_lab import Strategy\n\n\nclass Pile(Strategy):\n    name = 'Pile'\n\n    def next(self, lab):\n        lab.orders.buy(units=1, stop_loss_percent=5)\n`,
    `from strategy_lab import Strategy\n\n\nclass Pile(Strategy):\n    name = 'Pile'\n\n    def next(self, lab):\n        lab.orders.buy(limit=1, units=1, stop_loss_percent=5, good_for_bars=2)\n`,
  ],
};

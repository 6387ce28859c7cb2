import { inNext } from '../corpus/build.ts';

export const javascript = {
  found: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  params: { p0: { type: 'number', default: 1, min: 0, max: 2 }, p1: { type: 'number', default: 1, min: 0, max: 2 }, p2: { type: 'number', default: 1, min: 0, max: 2 }, p3: { type: 'number', default: 1, min: 0, max: 2 }, p4: { type: 'number', default: 1, min: 0, max: 2 }, p5: { type: 'number', default: 1, min: 0, max: 2 }, },
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ params, orders }, { rsi }) => { if (rsi.value > params.p0 + params.p1 + params.p2 + params.p3 + params.p4 + params.p5) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  params: { p0: { type: 'number', default: 1, min: 0, max: 2 }, p1: { type: 'number', default: 1, min: 0, max: 2 }, p2: { type: 'number', default: 1, min: 0, max: 2 }, p3: { type: 'number', default: 1, min: 0, max: 2 }, p4: { type: 'number', default: 1, min: 0, max: 2 }, p5: { type: 'number', default: 1, min: 0, max: 2 }, p6: { type: 'number', default: 1, min: 0, max: 2 }, p7: { type: 'number', default: 1, min: 0, max: 2 }, p8: { type: 'number', default: 1, min: 0, max: 2 }, },
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ params, orders }, { rsi }) => { if (rsi.value > params.p0 + params.p1 + params.p2 + params.p3 + params.p4 + params.p5 + params.p6 + params.p7 + params.p8) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
  ],
  clean: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  params: { p0: { type: 'number', default: 1, min: 0, max: 2 }, p1: { type: 'number', default: 1, min: 0, max: 2 }, p2: { type: 'number', default: 1, min: 0, max: 2 }, p3: { type: 'number', default: 1, min: 0, max: 2 }, p4: { type: 'number', default: 1, min: 0, max: 2 }, },
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ params, orders }, { rsi }) => { if (rsi.value > params.p0 + params.p1 + params.p2 + params.p3 + params.p4) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    inNext(''),
  ],
};

export const python = {
  found: [
    `from strategy_lab import Strategy, integer\n\n\nclass Many(Strategy):\n    name = 'Many'\n    params = {'a': integer(1, min=1, max=9), 'b': integer(1, min=1, max=9), 'c': integer(1, min=1, max=9), 'd': integer(1, min=1, max=9), 'e': integer(1, min=1, max=9), 'f': integer(1, min=1, max=9)}\n\n    def next(self, lab):\n        if lab.position.is_flat:\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
    `from strategy_lab import Strategy, integer\n\n\nclass Many(Strategy):\n    name = 'Many'\n    params = {'a': integer(1, min=1, max=9), 'b': integer(1, min=1, max=9), 'c': integer(1, min=1, max=9), 'd': integer(1, min=1, max=9), 'e': integer(1, min=1, max=9), 'f': integer(1, min=1, max=9), 'g': integer(1, min=1, max=9), 'h': integer(1, min=1, max=9)}\n\n    def next(self, lab):\n        if lab.position.is_flat:\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
  ],
  clean: [
    `from strategy_lab import Strategy, integer\n\n\nclass Many(Strategy):\n    name = 'Many'\n    params = {'a': integer(1, min=1, max=9), 'b': integer(1, min=1, max=9), 'c': integer(1, min=1, max=9), 'd': integer(1, min=1, max=9), 'e': integer(1, min=1, max=9)}\n\n    def next(self, lab):\n        if lab.position.is_flat:\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
    `from strategy_lab import Strategy, integer\n\n\nclass Many(Strategy):\n    name = 'Many'\n    params = {'a': integer(1, min=1, max=9)}\n\n    def next(self, lab):\n        if lab.position.is_flat:\n            lab.orders.buy(percent=50, stop_loss_percent=5)\n`,
  ],
};

import { inPythonNext, inSignals } from '../corpus/buildPython.ts';

export const javascript = {
  found: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ orders }, { rsi }) => { if (rsi.value < 30) orders.buy({ percent: 10 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ orders }, { rsi }) => { const { sell } = orders; if (rsi.value > 70) sell({ percent: 10 }); },
});
`,
  ],
  clean: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ orders }, { rsi }) => { if (rsi.value < 30) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: ({ indicators }) => ({ rsi: indicators.rsi(14) }),
  next: ({ orders }, { rsi }) => { if (rsi.value < 30) orders.buy({ percent: 10 }); else orders.sell({ percent: 10 }); },
});
`,
  ],
};

export const python = {
  found: [
    `from strategy_lab import Strategy\n\n\nclass A(Strategy):\n    name = 'A'\n\n    def next(self, lab):\n        lab.orders.buy(units=1)\n`,
    `from strategy_lab import Strategy\n\n\nclass A(Strategy):\n    name = 'A'\n\n    def next(self, lab):\n        if lab.bar.close > 1:\n            lab.orders.sell(percent=1)\n`,
  ],
  clean: [inPythonNext('x = 1'), inSignals("return frame['close']")],
};

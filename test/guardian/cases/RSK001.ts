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

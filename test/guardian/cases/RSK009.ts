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

export const javascript = {
  found: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); const change = bar.close - closes[closes.length - 20]; if (position.isFlat && !(change < 0)) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); if (position.isFlat && closes.at(-10) < bar.close) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
  ],
  clean: [
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); if (closes.length < 20) return; if (position.isFlat && bar.close > closes[closes.length - 20]) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); if (closes.length >= 10 && closes.at(-10) < bar.close) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); const isReady = closes.length >= 10; const isUp = isReady && bar.close > 1; if (isUp && closes.at(-10) < bar.close) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); if (bar.index < 50) return; if (closes.at(-10) < bar.close) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); if ((closes.at(-10) ?? 0) < bar.close) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: [] as number[] }),
  next: ({ bar, position, orders }, { closes }) => { closes.push(bar.close); if (closes.length > 50) closes.shift(); if (closes[closes.length - 1] > 5) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
    `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Case',
  setup: () => ({ closes: new Array(50).fill(0) }),
  next: ({ bar, orders, position }, { closes }) => { closes.push(bar.close); closes.shift(); if (position.isFlat && closes.at(-10) < bar.close) orders.buy({ percent: 10, stopLossPercent: 5 }); },
});
`,
  ],
};

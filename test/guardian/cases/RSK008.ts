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

/** A strategy that takes its time over every bar, so that a test can come between. */
export const slowStrategy = `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Slow',
  params: { work: { type: 'integer', default: 20000, min: 1, max: 100000 } },
  setup: ({ indicators }) => ({ average: indicators.sma(20) }),
  next({ params, bar, position, orders }, { average }) {
    let sum = 0;
    for (let step = 0; step < params.work; step++) sum += Math.sqrt(step);
    if (sum < 0) return;
    if (position.isFlat && bar.close > average.value) orders.buy({ percent: 50, stopLossPercent: 5 });
    else if (position.isLong && bar.close < average.value) orders.close();
  },
});
`;

/** Bars over which it runs for some ten seconds at the preview level; thirty are too long for one answer. */
export const slowBars = 2000;

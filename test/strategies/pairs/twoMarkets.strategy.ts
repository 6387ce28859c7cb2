import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'The weaker of two markets',
  params: { period: { type: 'integer', default: 20, min: 2, max: 200 } },
  setup({ params, markets }) {
    return { changes: markets.map(({ indicators }) => indicators.roc(params.period)) };
  },
  next({ markets }, { changes }) {
    const [first, second] = markets;
    const [firstChange, secondChange] = changes;
    if (!first || !second || !firstChange || !secondChange) return;
    if (!first.isFresh || !second.isFresh) return;
    const [weak, strong] = firstChange.value < secondChange.value ? [first, second] : [second, first];
    if (strong.position.isLong) strong.orders.close();
    if (weak.position.isFlat) weak.orders.buy({ percent: 45, stopLossPercent: 5 });
  },
});

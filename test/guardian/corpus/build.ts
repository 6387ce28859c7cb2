/** A strategy whose `next` runs the given code; `#{x}` in it stands for `${x}`. */
export function inNext(code: string, before = ''): string {
  const source = `import { defineStrategy } from 'strategy-lab';
${before}
export default defineStrategy({
  name: 'Sample',
  params: {
    lag: { type: 'integer', default: 1, min: 1, max: 10 },
  },
  setup({ indicators }) {
    const [fast, slow] = [indicators.sma(10), indicators.sma(30)];
    return { average: indicators.ema(10), fast, slow, levels: [1, 2, 3], losses: 0 };
  },
  next({ params, bar, bars, position, account, orders, random, log }, { average, fast, slow, levels, losses }) {
    ${code}
    if (position.isFlat) orders.buy({ percent: 10, stopLossPercent: 5 });
    else orders.close();
  },
});
`;
  return source.replaceAll('#{', '\u0024{');
}

/** A strategy with the given code before it. */
export function atTop(code: string): string {
  return inNext('', code);
}

/** A strategy with several markets and a higher timeframe, whose `next`, or `setup`, runs the given code. */
export function inMarkets(next: string, setup = ''): string {
  const source = `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Sample',
  setup({ markets, timeframe, bars, indicators }) {
    ${setup}
    const daily = timeframe('1d');
    return { daily, trend: daily.indicators.ema(20), levels: [1, 2, 3], first: markets[0] };
  },
  next({ markets, bar, position, orders }, state) {
    ${next}
    if (position.isFlat && bar.close > state.trend.value) orders.buy({ percent: 10, trailingStopPercent: 5 });
  },
});
`;
  return source.replaceAll('#{', '\u0024{');
}

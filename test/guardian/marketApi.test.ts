import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { apiMembers, apiTypes, orderOptions } from '../../language-server/guardian/javascript/strategyApi.ts';
import { nameOfTimeframe, timeframeNames } from '../../language-server/guardian/javascript/timeframeNames.ts';
import { play, sourceOf } from '../runner/support/realm.ts';
import { inMarkets, inNext } from './corpus/build.ts';

const declarations = readFileSync(
  new URL('../../extension/backtest/strategy-lab.d.ts', import.meta.url),
  'utf8',
).replace(/\/\*\*[\s\S]*?\*\//g, '');

/** The members that the declaration of an interface lists, with those of what it extends. */
function declared(name: string): string[] {
  const [, parent, body = ''] =
    new RegExp(`interface ${name}(?:<[^{]*>)?(?: extends (\\w+))? \\{([^}]*)\\}`).exec(declarations) ?? [];
  const own = [...body.matchAll(/^\s*(?:readonly )?(\w+)\??[:(]/gm)].map((match) => match[1] ?? '');
  return [...own, ...(parent === undefined ? [] : declared(parent))].sort();
}

/** Messages of all findings. */
function messages(source: string): string[] {
  return guard(source, { author: 'agent' }).map(({ message }) => message);
}

function rules(source: string): string[] {
  return [...new Set(guard(source, { author: 'agent' }).map(({ rule }) => rule))];
}

describe('Guardian knows as they are declared', () => {
  test.each([
    'SetupContext',
    'NextContext',
    'SetupMarket',
    'Market',
    'HigherTimeframe',
    'Orders',
    'Position',
    'Account',
    'Bar',
    'Bars',
  ] as const)('the members of %s', (name) => {
    expect(Object.keys(apiMembers[name]).sort()).toEqual(declared(name));
    expect(apiTypes.has(name)).toBe(true);
  });

  test.each([
    ['buy', 'EntryOptions'],
    ['sell', 'EntryOptions'],
    ['close', 'CloseOptions'],
    ['protect', 'ProtectOptions'],
    ['replace', 'ReplaceOptions'],
  ])('the options of orders.%s', (method, name) => {
    expect([...(orderOptions[method] ?? [])].sort()).toEqual(declared(name));
    expect(apiTypes.has(name)).toBe(true);
  });

  test('the names of timeframes', () => {
    const [, union = ''] = /type TimeframeName =([^;]*);/.exec(declarations) ?? [];
    expect(timeframeNames).toEqual([...union.matchAll(/'(\w+)'/g)].map((match) => match[1]));
  });
});

describe('Guardian and the engine agree about', () => {
  test.each([
    'orders.buy({ limit: 95 });',
    'orders.buy({ limit: 0 });',
    'orders.buy({ limit: -5 });',
    'orders.buy({ stop: 105, limit: 106 });',
    'orders.buy({ stop: 0 });',
    "orders.buy({ stop: '105' });",
    'orders.buy({ limit: 95, goodForBars: 1 });',
    'orders.buy({ limit: 95, goodForBars: 0 });',
    'orders.buy({ limit: 95, goodForBars: 1.5 });',
    'orders.buy({ limit: 95, goodTill: 1.5 });',
    'orders.buy({ limit: 95, goodTill: 0 });',
    'orders.buy({ limit: 95, goodTill: 100 });',
    'orders.buy({ limit: 95, goodTill: 100, goodForBars: 1 });',
    'orders.sell({ oco: 0 });',
    "orders.sell({ oco: 'first' });",
    'orders.sell({ oco: orders.buy({ limit: 95 }), stop: 90 });',
    'orders.buy({ trailingStop: 5 });',
    'orders.buy({ trailingStop: 0 });',
    'orders.buy({ trailingStopPercent: 99 });',
    'orders.buy({ trailingStopPercent: 100 });',
    'orders.buy({ trailingStop: 5, trailingStopPercent: 5 });',
    'orders.buy({ stopLossPercent: 100 });',
    'orders.buy({ stopLossPercent: 99 });',
    'orders.buy({ takeProfitPercent: 200 });',
    'orders.buy({ riskPercent: 1, trailingStopPercent: 5 });',
    'orders.buy({ reduceOnly: true });',
    'orders.buy({ reduceOnly: false });',
    'orders.buy({ reduceOnly: 1, units: 1 });',
    'orders.sell({ reduceOnly: true, units: 1 });',
    'orders.sell({ reduceOnly: true, percent: 50 });',
    'orders.sell({ reduceOnly: true, units: 1, stopLoss: 5 });',
    'orders.sell({ reduceOnly: true, units: 1, trailingStopPercent: 5 });',
    'orders.close({ limit: 105, percent: 50 });',
    'orders.close({ percent: 50, units: 1 });',
    'orders.close({ trailingStop: 5 });',
    'orders.close({ reduceOnly: true });',
    'orders.protect({});',
    'orders.protect();',
    'orders.protect({ trailingStop: 5 });',
    'orders.protect({ trailingStop: 5, trailingStopPercent: 5 });',
    'orders.protect({ trailingStopPercent: 100 });',
    'orders.protect({ stopLossPercent: 5 });',
    'orders.cancel();',
    'orders.cancel(orders.buy({ limit: 95 }));',
    "orders.cancel('all');",
    'orders.cancel({});',
    'orders.cancel(0);',
    'orders.replace(orders.buy({ limit: 95 }), { limit: 96 });',
    'orders.replace(orders.buy({ limit: 95 }), {});',
    'orders.replace(orders.buy({ limit: 95 }));',
    'orders.replace(orders.buy({ limit: 95 }), { percent: 5 });',
    'orders.replace({ limit: 96 });',
    'orders.isOpen(orders.buy({ limit: 95 }));',
  ])('%s', (code) => {
    const { intents } = play(sourceOf(code));
    expect(rules(inNext(code)).includes('API001')).toBe(intents < 0);
  });
});

describe('API001 suggests', () => {
  test.each([
    ['orders.buy({ stopPrice: 105 });', 'stop'],
    ['orders.buy({ limitPrice: 95 });', 'limit'],
    ['orders.buy({ trailingPercent: 5 });', 'trailingStopPercent'],
    ['orders.buy({ trail: 5 });', 'trailingStop'],
    ['orders.buy({ limit: 95, expiry: 5 });', 'goodTill'],
    ['orders.buy({ limit: 95, gtd: 5 });', 'goodTill'],
    ['orders.protect({ stop: 95 });', 'stopLoss'],
    ['orders.cancelOrder(1);', 'cancel'],
    ['orders.cancelAll();', 'cancel'],
    ['orders.modify(1, { limit: 5 });', 'replace'],
    ['orders.replace(1, { price: 5 });', 'limit'],
    ['if (orders.isPending(1)) orders.cancel();', 'isOpen'],
    ['markets[0].symbols;', 'symbol'],
    ['markets[0].isNew;', 'isFresh'],
    ['markets.find((one) => one.isFresh).orders.short();', 'sell'],
    ['markets.at(-1)?.position.pnl;', 'profit'],
    ['markets.filter((one) => one.isFresh).toSorted(() => 1)[0]?.bar.timestamp;', 'time'],
    ['for (const { bar } of markets) bar.timestamp;', 'time'],
    ['for (const [, { bar }] of markets.entries()) bar.timestamp;', 'time'],
    ['markets.forEach(({ bar }) => bar.timestamp);', 'time'],
    ['markets.reduce((a, b) => (a.isFresh ? a : b)).bar.timestamp;', 'time'],
    ['Object.values(markets)[0]?.bar.timestamp;', 'time'],
    ['[...markets].sort(() => 1)[0]?.bar.timestamp;', 'time'],
    ['const [, { bar: second }] = markets; second.timestamp;', 'time'],
    ['markets.sort(() => 1);', 'toSorted'],
    ['state.daily.isClosed;', 'isNew'],
    ['state.trend.prev;', 'previous'],
    ['state.first.timeframes;', 'timeframe'],
  ])('for %s the name %s', (code, name) => {
    const [finding] = guard(inMarkets(code), { author: 'agent' });
    expect(finding?.rule).toBe('API001');
    expect(finding?.advice).toContain(`Write ${name}.`);
  });

  test.each([
    ['symbols', 'markets'],
    ['pairs', 'markets'],
    ['instruments', 'markets'],
    ['data', 'markets'],
    ['resample', 'timeframe'],
    ['higherTimeframe', 'timeframe'],
    ['tf', 'timeframe'],
  ])('for %s of setup the name %s', (other, name) => {
    const source = inMarkets('').replace('timeframe, bars', `timeframe, ${other}: other, bars`);
    expect(guard(source, { author: 'agent' })[0]?.advice).toBe(`Write ${name}.`);
  });

  test.each([
    ['1D', '1d'],
    ['D', '1d'],
    ['daily', '1d'],
    ['24h', '1d'],
    ['1 day', '1d'],
    ['60m', '1h'],
    ['60', '1h'],
    ['240', '4h'],
    ['4H', '4h'],
    ['hourly', '1h'],
    ['15min', '15m'],
    ['W', '1w'],
    ['weekly', '1w'],
    ['7d', '1w'],
    ['1M', undefined],
    ['7h', undefined],
    ['monthly', undefined],
  ])('for the timeframe %s the name %s', (other, name) => {
    expect(nameOfTimeframe(other)).toBe(name);
    const [finding] = guard(inMarkets('', `timeframe('${other}');`), { author: 'agent' });
    expect(finding).toMatchObject({ rule: 'API001', message: `There is no higher timeframe '${other}'.` });
    expect(finding?.fix?.newText).toBe(name && `'${name}'`);
  });
});

describe('API001 finds', () => {
  test.each([
    ['', 'timeframe();'],
    ['', 'timeframe(60);'],
    ['', 'markets[0].orders.buy();'],
    ['', 'indicators.sma(3, daily.bars.close);'.replace('daily', "timeframe('1d')")],
    ['', "timeframe('1d').indicators.sma(3, bars.close);"],
    ['', "indicators.rsi(3, { source: timeframe('1d').bars.close });"],
    ['markets[0].indicators.sma(3);', ''],
    ["state.first.timeframe('1w');", ''],
    ['state.first.orders.buy();', ''],
    ['state.daily.indicators.sma(3);', ''],
    ['if (markets[0] > 1) orders.close();', ''],
    ['if (markets[0].bars.close > 1) orders.close();', ''],
    ['if (state.trend > 1) orders.close();', ''],
  ])('%s%s', (next, setup) => expect(rules(inMarkets(next, setup))).toContain('API001'));

  test('timeframe and plot are of setup, and a plot shows series of the run', () => {
    const source = (
      setup: string,
      next: string,
      names: string,
    ) => `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'x',
  setup({ timeframe, plot }) { const daily = timeframe('1d'); ${setup} return { daily, timeframe }; },
  next({ orders${names} }, state) { ${next} orders.buy({ percent: 1, trailingStop: 2 }); },
});`;
    expect(messages(source('', '', ''))).toEqual([]);
    expect(messages(source("plot('Daily', daily.bars.close);", '', ''))).toEqual([
      'daily.bars.close belongs to a higher timeframe.',
    ]);
    expect(messages(source('', "state.timeframe('1w');", ''))).toEqual([
      'A higher timeframe is taken on every bar.',
    ]);
    expect(messages(source('', '', ', timeframe'))).toEqual(['NextContext has no member timeframe.']);
  });
});

describe('nothing is wrong with', () => {
  test.each([
    'if (markets[1] === undefined || markets[0] !== markets[1]) orders.close();',
    'const eth = markets.find(({ symbol }) => symbol === "ETH"); if (eth === undefined) return;',
    'if (markets.length > 1 && markets.every(({ isFresh }) => isFresh)) orders.cancel();',
    'const held = {}; for (const { symbol, position } of markets) held[symbol] = position.quantity;',
    'const best = markets.toSorted((a, b) => b.bar.close - a.bar.close)[0]; if (best?.isFresh) best.orders.close();',
    'const own = [...markets]; own.reverse(); own.pop()?.orders.close();',
    'for (let i = 0; i < markets.length; i += 1) if (markets[i]?.isFresh) markets[i].orders.close();',
    'const byName = new Map(markets.map((one) => [one.symbol, one])); byName.get("ETH")?.orders.close();',
    'const i = markets.findIndex(({ isFresh }) => isFresh); if (i >= 0) markets[i].orders.close();',
    'if (state.daily.isNew && state.daily.bars.close.value > state.trend.value) orders.protect({ trailingStop: 2 });',
  ])('%s', (code) => expect(rules(inMarkets(code))).toEqual([]));
});

describe('RSK001', () => {
  test.each(['trailingStop: 5', 'trailingStopPercent: 5', 'stopLossPercent: 5'])('%s is an exit', (level) => {
    const source = inMarkets('').replace('trailingStopPercent: 5', level);
    expect(rules(source)).toEqual([]);
    expect(rules(source.replace(level, 'limit: 5, goodForBars: 1'))).toEqual(['RSK001']);
  });

  test('a close in another market is an exit', () => {
    const source = inMarkets('for (const { orders: own } of markets) own.close();');
    expect(rules(source.replace(', trailingStopPercent: 5', ''))).toEqual([]);
  });
});

describe('RSK008', () => {
  const crossing = (
    condition: string,
  ) => `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'x',
  setup({ timeframe, indicators, markets }) {
    const daily = timeframe('1d');
    return { daily, a: daily.indicators.ema(5), bands: markets[0].timeframe('1w').indicators.bollinger(), own: indicators.ema(9), seen: 0 };
  },
  next({ bar, bars, orders }, state) {
    if (${condition}) orders.buy({ percent: 1, stopLossPercent: 2 });
  },
});`;
  test.each([
    'crossAbove(state.a, 100)',
    'crossBelow(state.a, state.bands.lower)',
    'crossAbove(state.daily.bars.close, state.a)',
    'crossAbove(bars.close, state.a)',
    'bar.close > 5 && crossAbove(state.a, state.daily.bars.close)',
  ])('finds %s', (condition) => expect(rules(crossing(condition))).toEqual(['RSK008']));
  test.each([
    'crossAbove(bars.close, state.own)',
    'crossAbove(bars.close, state.a.value)',
    'state.daily.isNew && crossAbove(state.a, 100)',
    'state.daily.bars.time.value > state.seen && crossAbove(state.a, 100)',
    'state.a.value > state.bands.upper.value',
  ])('leaves %s', (condition) => expect(rules(crossing(condition))).toEqual([]));
});

describe('RSK009 and RSK010', () => {
  const waiting = (
    next: string,
    context = 'bar, orders, markets',
  ) => `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'x', setup: ({ indicators }) => ({ low: indicators.lowest(9), last: 0 }), next({ ${context} }, state) { ${next} } });`;
  const entry = 'percent: 1, stopLossPercent: 2, limit: state.low.value';
  test.each([
    `orders.buy({ ${entry} });`,
    `const options = { ${entry} }; orders.buy(options);`,
    `for (const market of markets) market.orders.buy({ ${entry} });`,
    `orders.sell({ percent: 1, stopLossPercent: 2, stop: state.low.value });`,
  ])('finds %s', (code) => expect(rules(waiting(code))).toEqual(['RSK009']));
  test.each([
    `orders.buy({ ${entry}, goodForBars: 1 });`,
    `orders.buy({ ${entry}, goodTill: bar.time + 86400000 });`,
    `if (bar.close > 5) orders.buy({ ${entry} });`,
    `if (bar.close > 5) return; orders.buy({ ${entry} });`,
    `orders.cancel(); orders.buy({ ${entry} });`,
    `if (!orders.isOpen(state.last)) log('x'); state.last = orders.buy({ ${entry} });`,
    `for (const market of markets) { if (!market.isFresh) continue; market.orders.buy({ ${entry} }); }`,
    `orders.buy({ percent: 1, stopLossPercent: 2 });`,
  ])('leaves %s', (code) => expect(rules(waiting(code, 'bar, orders, markets, log'))).toEqual([]));
  test('an order beside a test of the position is left', () => {
    expect(
      rules(waiting(`if (position.isLong) orders.close(); orders.buy({ ${entry} });`, 'position, orders')),
    ).toEqual([]);
  });
  test.each([
    'orders.buy({ percent: 1, stop: bar.close * 0.95 });',
    'orders.buy({ percent: 1, stop: bar.close - 5 });',
    'const { close } = bar; orders.buy({ percent: 1, stop: close / 1.05 });',
    'const level = bar.close * 1.05; orders.sell({ percent: 1, stop: level });',
    'markets[0].orders.sell({ percent: 1, stop: 5 + markets[0].bar.close });',
  ])('finds the wrong side in %s', (code) =>
    expect(rules(waiting(`if (bar.close > 5) { ${code} orders.close(); }`))).toEqual(['RSK010']),
  );
  test.each([
    'orders.buy({ percent: 1, stop: bar.close * 1.05 });',
    'orders.sell({ percent: 1, stop: bar.close - 5 });',
    'orders.buy({ percent: 1, limit: bar.close * 0.95 });',
    'orders.buy({ percent: 1, stopLoss: bar.close * 0.95 });',
    'orders.buy({ percent: 1, stop: bar.high * 0.95 });',
    'orders.close({ stop: bar.close * 0.95 });',
  ])('leaves %s', (code) =>
    expect(rules(waiting(`if (bar.close > 5) { ${code} orders.close(); }`))).toEqual([]),
  );
});

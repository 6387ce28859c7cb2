import type { Orders } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { intentColumns, intentWidth, OrderError } from '../../extension/backtest/intents.ts';
import { fillWidth } from '../../extension/backtest/ledger.ts';
import { NextError } from '../../extension/backtest/session.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import { plainSettings, runEngine } from './support/engineRun.ts';
import { defineStrategy, scripted, strategyOf } from './support/inlineStrategies.ts';
import { hour, marketOf, startTime, syntheticMarket } from './support/market.ts';

const market = syntheticMarket({ bars: 10, seed: 3 });

/** What the order throws inside `next`. */
function refusal(order: (orders: Orders) => unknown): unknown {
  let thrown: unknown;
  runEngine(
    scripted({
      3: (orders) => {
        try {
          order(orders);
        } catch (error) {
          thrown = error;
        }
      },
    }),
    market,
  );
  return thrown;
}

/** A call that TypeScript would refuse and JavaScript does not. */
function untyped(method: 'buy' | 'sell' | 'close' | 'protect', ...options: unknown[]) {
  return (orders: Orders): unknown =>
    (orders[method] as unknown as (...values: unknown[]) => unknown)(...options);
}

describe('an order is refused with an OrderError when it', () => {
  const bad: readonly (readonly [string, (orders: Orders) => unknown])[] = [
    ['has two sizes', ({ buy }) => buy({ units: 1, percent: 10 })],
    ['has a size of 0', ({ buy }) => buy({ units: 0 })],
    ['has a negative size', ({ sell }) => sell({ cash: -5 })],
    ['has a size that is no number', untyped('buy', { units: '5' })],
    ['has a NaN size', ({ buy }) => buy({ cash: Number.NaN })],
    ['has an endless size', ({ buy }) => buy({ units: Number.POSITIVE_INFINITY })],
    ['asks for more than all', ({ buy }) => buy({ percent: 101 })],
    ['risks without a stop', ({ buy }) => buy({ riskPercent: 1 })],
    ['risks more than all', ({ buy }) => buy({ riskPercent: 101, stopLoss: 1 })],
    ['has a stop as price and as percent', ({ buy }) => buy({ stopLoss: 1, stopLossPercent: 5 })],
    ['has a stop that is no price', ({ buy }) => buy({ stopLoss: -1 })],
    ['has a NaN stop', ({ buy }) => buy({ stopLoss: Number.NaN })],
    ['has a stop 100 % away', ({ buy }) => buy({ stopLossPercent: 100 })],
    ['has a stop 0 % away', ({ sell }) => sell({ stopLossPercent: 0 })],
    ['has a target as price and as percent', ({ buy }) => buy({ takeProfit: 1, takeProfitPercent: 5 })],
    ['has a NaN target', ({ sell }) => sell({ takeProfit: Number.NaN })],
    ['misspells an option', untyped('buy', { stoploss: 5 })],
    ['takes a number for its options', untyped('buy', 0.5)],
    ['takes null for its options', untyped('sell', null)],
    ['closes by a number', untyped('close', 50)],
    ['closes by percent and units', ({ close }) => close({ percent: 5, units: 1 })],
    ['closes more than all', ({ close }) => close({ percent: 100.1 })],
    ['closes nothing', ({ close }) => close({ units: 0 })],
    ['protects with nothing', ({ protect }) => protect({})],
    ['protects by percent', untyped('protect', { stopLossPercent: 5 })],
    ['protects at a price of 0', ({ protect }) => protect({ stopLoss: 0 })],
    ['trails by a price and by percent', ({ buy }) => buy({ trailingStop: 1, trailingStopPercent: 5 })],
    ['trails 100 % away', ({ buy }) => buy({ trailingStopPercent: 100 })],
    ['has a limit of 0', ({ buy }) => buy({ limit: 0 })],
    ['has a NaN stop to wait for', ({ sell }) => sell({ stop: Number.NaN })],
    ['is good for no bar', ({ buy }) => buy({ limit: 5, goodForBars: 0 })],
    ['is good for half a bar', ({ close }) => close({ limit: 5, goodForBars: 0.5 })],
    ['is good till a broken time', ({ buy }) => buy({ limit: 5, goodTill: 1.5 })],
    ['is good for bars and till a time', ({ buy }) => buy({ goodForBars: 2, goodTill: startTime })],
    ['excludes an order that was never given', ({ buy }) => buy({ limit: 5, oco: 99 })],
    ['only reduces by percent', ({ sell }) => sell({ percent: 50, reduceOnly: true })],
    ['only reduces and has a level', ({ sell }) => sell({ units: 1, stopLoss: 5, reduceOnly: true })],
    ['cancels an order that was never given', ({ cancel }) => cancel(99)],
    ['cancels half an order', ({ cancel }) => cancel(0.5)],
    ['replaces an order that was never given', ({ replace }) => replace(99, { units: 1 })],
    ['replaces nothing of an order', ({ buy, replace }) => replace(buy({ limit: 5 }), {})],
    ['replaces units by none', ({ buy, replace }) => replace(buy({ limit: 5 }), { units: 0 })],
  ];
  for (const [name, order] of bad) {
    it(name, () => expect(refusal(order)).toBeInstanceOf(OrderError));
  }

  it('comes in setup, or after next is over', () => {
    let kept: Orders | undefined;
    const keeping = strategyOf(({ orders }) => {
      kept = orders;
    });
    runEngine(keeping, market);
    expect(() => kept?.buy()).toThrow(OrderError);
  });

  it('is one too many on its bar', () => {
    const greedy = strategyOf(({ orders }) => {
      for (let count = 0; count < 6; count++) orders.buy({ percent: 1 });
    });
    expect(() => runEngine(greedy, market, { intentsPerBar: 6 })).not.toThrow();
    expect(() => runEngine(greedy, market, { intentsPerBar: 5 })).toThrow(NextError);
  });
});

it('orders are numbered from 1 in the order in which they were given', () => {
  const numbers: number[] = [];
  const strategy = strategyOf(({ bar, orders: { buy, close, protect } }) => {
    if (bar.index > 1) return;
    numbers.push(buy({ percent: 10 }), protect({ stopLoss: 1 }), close());
  });
  const { ledger } = runEngine(strategy, market);
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  const ids = [...ledger.fills.used].filter((_, index) => index % fillWidth === 6);
  expect(ids).toEqual([1, 3, 4, 6]);
});

it('orders of one bar are filled in their order', () => {
  const { trades } = runEngine(
    scripted({
      1: ({ buy, close, sell }) => {
        buy({ units: 1 });
        buy({ units: 2 });
        close({ units: 2 });
        sell({ units: 3 });
      },
    }),
    market,
  );
  expect(trades.map(({ side, quantity, exitReason }) => [side, quantity, exitReason])).toEqual([
    ['long', 1, 'signal'],
    ['long', 1, 'signal'],
    ['long', 1, 'reverse'],
    ['short', 3, 'open'],
  ]);
});

it('an order is open while it is on its way or waits', () => {
  const open: boolean[][] = [];
  const strategy = strategyOf(({ bar, orders: { buy, isOpen } }) => {
    if (bar.index === 0) [buy({ units: 1 }), buy({ limit: 5, goodForBars: 2 })];
    open.push([isOpen(1), isOpen(2), isOpen(3)]);
  });
  runEngine(strategy, market, { settings: { ...plainSettings, latencyBars: 1 } });
  // Both arrive at the open of bar 2; the second waits on bars 2 and 3.
  expect(open.slice(0, 5)).toEqual([
    [true, true, false],
    [true, true, false],
    [false, true, false],
    [false, true, false],
    [false, false, false],
  ]);
});

it('position and account show the state at the close of the bar', () => {
  const rows = [100, 100, 120, 90, 90].map((price) => [price, price, price, price] as const);
  const seen: unknown[] = [];
  const strategy = strategyOf(({ bar, position, account, orders }) => {
    if (bar.index === 0) orders.buy({ units: 10 });
    if (bar.index === 1) orders.buy({ units: 5 });
    if (bar.index === 2) orders.sell({ units: 4 });
    const { isFlat, isLong, isShort, quantity, entryPrice, profit, bars, lots } = position;
    const { cash, equity } = account;
    seen.push({ isFlat, isLong, isShort, quantity, entryPrice, profit, bars, lots, cash, equity });
  });
  runEngine(strategy, marketOf(rows), { settings: { ...plainSettings, fee: 0.01 } });
  const flags = { isFlat: false, isLong: true, isShort: false };
  expect(seen).toEqual([
    {
      isFlat: true,
      isLong: false,
      isShort: false,
      quantity: 0,
      entryPrice: Number.NaN,
      profit: 0,
      bars: 0,
      lots: 0,
      cash: 10_000,
      equity: 10_000,
    },
    // The profit is what the entry fee of 1 % leaves.
    { ...flags, quantity: 10, entryPrice: 100, profit: -10, bars: 0, lots: 1, cash: 8990, equity: 9990 },
    {
      ...flags,
      quantity: 15,
      entryPrice: 1600 / 15,
      profit: 200 - 16,
      bars: 1,
      lots: 2,
      cash: 8384,
      equity: 10_184,
    },
    {
      isFlat: false,
      isLong: false,
      isShort: true,
      quantity: 4,
      entryPrice: 90,
      profit: expect.closeTo(-3.6, 9),
      bars: 0,
      lots: 1,
      cash: expect.closeTo(8384 + 1350 - 13.5 + 360 - 3.6, 9),
      equity: expect.closeTo(8384 + 1350 - 13.5 - 3.6, 9),
    },
    expect.objectContaining({ isShort: true, bars: 1 }),
  ]);
});

describe('a strategy that fails', () => {
  it('in next is reported with its bar, time and cause', () => {
    const cause = new Error('boom');
    const failing = strategyOf(({ bar }) => {
      if (bar.index === 7) throw cause;
    });
    let thrown: unknown;
    try {
      runEngine(failing, market, { chunks: [2] });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NextError);
    expect(thrown).toMatchObject({ bar: 7, time: startTime + 7 * hour, cause });
  });

  it('by an async next or setup, or a generator, is refused; a number that next answers is ignored', () => {
    const returning = (value: unknown) =>
      defineStrategy({ name: 'x', setup: () => null, next: () => value as undefined });
    expect(() => runEngine(returning(Promise.resolve()), market)).toThrow(NextError);
    expect(() => runEngine(returning([].values()), market)).toThrow(NextError);
    expect(() => runEngine(returning(1), market)).not.toThrow();
    const late = defineStrategy({ name: 'x', setup: () => Promise.resolve(1), next: () => undefined });
    expect(() => runEngine(late, market)).toThrow(TypeError);
  });
});

describe('the settlement refuses intents that no strategy could have given', () => {
  const row = (changes: Partial<Record<keyof typeof intentColumns, number>>): Float64Array => {
    const values = new Float64Array(intentWidth);
    const good = { bar: 2, id: 1, operation: 1, sizeKind: 3, size: 50 };
    for (const [name, value] of Object.entries({ ...good, ...changes })) {
      values[intentColumns[name as keyof typeof intentColumns]] = value;
    }
    return values;
  };
  const settle = (intents: Float64Array, from = 0): void => {
    const settlement = new Settlement(plainSettings, [{ columns: market }], '1h');
    settlement.feed(from, 8, intents, intents.length / intentWidth);
  };

  it('and takes a good one', () => expect(() => settle(row({}))).not.toThrow());

  const bad: readonly (readonly [string, Parameters<typeof row>[0]])[] = [
    ['an unknown operation', { operation: 7 }],
    ['no operation', { operation: 0 }],
    ['a broken operation', { operation: Number.NaN }],
    ['an unknown size', { sizeKind: 7 }],
    ['a size between two kinds', { sizeKind: 2.5 }],
    ['no size', { sizeKind: 0, size: 0 }],
    ['a NaN size', { size: Number.NaN }],
    ['an endless size', { sizeKind: 1, size: Number.POSITIVE_INFINITY }],
    ['a negative size', { size: -1 }],
    ['above 100 percent', { size: 150 }],
    ['a risk without stop', { sizeKind: 4, size: 1 }],
    ['an unknown level', { stopKind: 3, stop: 5 }],
    ['a NaN kind of level', { targetKind: Number.NaN }],
    ['a level without kind', { stop: 5 }],
    ['a NaN level', { stopKind: 1, stop: Number.NaN }],
    ['a negative level', { targetKind: 1, target: -5 }],
    ['a stop of 100 percent', { stopKind: 2, stop: 100 }],
    ['a close in cash', { operation: 3, sizeKind: 2, size: 5 }],
    ['a protect with a size', { operation: 4, sizeKind: 1, size: 5 }],
    ['a market that the run has not', { market: 1 }],
    ['a broken market', { market: Number.NaN }],
    ['an unknown trailing stop', { trailKind: 3, trail: 5 }],
    ['a NaN limit', { limit: Number.NaN }],
    ['a negative price to wait for', { trigger: -5 }],
    ['an unknown expiry', { expiryKind: 3, expiry: 5 }],
    ['an expiry without kind', { expiry: 5 }],
    ['half a bar to live', { expiryKind: 2, expiry: 0.5 }],
    ['a broken time to live till', { expiryKind: 1, expiry: Number.NaN }],
    ['a broken order to exclude', { reference: 0.5 }],
    ['half a reduction', { reduceOnly: 0.5 }],
    ['a reduction by percent', { reduceOnly: 1 }],
    ['a close with a level', { operation: 3, stopKind: 1, stop: 5 }],
    ['a protect that waits', { operation: 4, sizeKind: 0, size: 0, stopKind: 1, stop: 5, limit: 5 }],
    ['a cancel with a size', { operation: 5 }],
    ['a replace of no order', { operation: 6, sizeKind: 0, size: 0, limit: 5 }],
    ['a replace by percent', { operation: 6, reference: 1 }],
  ];
  for (const [name, changes] of bad) {
    it(name, () => expect(() => settle(row(changes))).toThrow(OrderError));
  }

  it('outside their chunk or out of order', () => {
    const rows = (...parts: Float64Array[]): Float64Array =>
      Float64Array.from(parts.flatMap((part) => [...part]));
    expect(() => settle(row({ bar: 8 }))).toThrow(RangeError);
    expect(() => settle(row({ bar: 2 }), 3)).toThrow(RangeError);
    expect(() => settle(row({ bar: 2.5 }))).toThrow(RangeError);
    expect(() => settle(row({ bar: Number.NaN }))).toThrow(RangeError);
    expect(() => settle(row({ bar: -1 }))).toThrow(RangeError);
    expect(() => settle(rows(row({ bar: 5 }), row({ bar: 4 })))).toThrow(RangeError);
  });
});

import { expect } from 'vitest';
import { hour, type Row, startTime } from '../support/market.ts';
import {
  entries,
  flat,
  lifeOf,
  meet,
  reasonsOf,
  run,
  slippage,
  statesOf,
  still,
} from '../support/ruleRun.ts';

/** The rules about orders that wait: when they are filled, at what price, and how they end. */
export const orderChecks = {
  market() {
    expect(entries([flat(107)], { 0: ({ buy }) => buy({ units: 1 }) })).toEqual([107]);
    const { trades } = run(
      [still, still, still, flat(107), still],
      { 0: ({ sell }) => sell({ units: 1 }) },
      {
        latencyBars: 2,
      },
    );
    expect(trades[0]).toMatchObject({ entryPrice: 107, entryTime: startTime + 3 * hour });
  },

  limit() {
    const buy = (limit: number, ...rows: Row[]): number[] =>
      entries(rows, { 0: (orders) => orders.buy({ limit, units: 1 }) }, { slippage });
    expect(buy(105, still)).toEqual([101]);
    expect(buy(100.5, still)).toEqual([100.5]);
    expect(buy(95, [100, 100, 95, 100])).toEqual([95]);
    expect(buy(95, still, [100, 100, 95, 100])).toEqual([95]);
    expect(buy(95, still, [93, 99, 92, 98])).toEqual([93]);
    expect(buy(95, [100, 100, 95.01, 100])).toEqual([]);
    const sell = (limit: number, ...rows: Row[]): number[] =>
      entries(rows, { 0: (orders) => orders.sell({ limit, units: 1 }) }, { slippage });
    expect(sell(95, still)).toEqual([99]);
    expect(sell(99.5, still)).toEqual([99.5]);
    expect(sell(105, still, [100, 105, 100, 100])).toEqual([105]);
    expect(sell(105, still, [107, 108, 101, 102])).toEqual([107]);
  },

  limitThrough() {
    const through = { limitFills: 'through' } as const;
    const buy = (row: Row): number[] =>
      entries([row], { 0: (orders) => orders.buy({ limit: 95, units: 1 }) }, through);
    expect(buy([100, 100, 95, 100])).toEqual([]);
    expect(buy([100, 100, 94.99, 100])).toEqual([95]);
    // What finds the market at its limit does not wait.
    expect(entries([still], { 0: (orders) => orders.buy({ limit: 100, units: 1 }) }, through)).toEqual([100]);
    const long = ({ buy: enter }: { buy: (options: object) => number }): number =>
      enter({ units: 1, takeProfit: 110 });
    expect(meet([100, 110, 100, 100], long, through).reason).toBe('open');
    expect(meet([100, 110.01, 100, 100], long, through)).toEqual({ price: 110, reason: 'take-profit' });
  },

  stop() {
    const buy = (...rows: Row[]): number[] =>
      entries(rows, { 0: (orders) => orders.buy({ stop: 105, units: 1 }) }, { slippage });
    expect(buy([100, 104.99, 100, 100])).toEqual([]);
    expect(buy([100, 105, 100, 100])).toEqual([105 * 1.01]);
    expect(buy(still, [107, 108, 100, 100])).toEqual([107 * 1.01]);
    expect(buy([107, 108, 100, 100])).toEqual([107 * 1.01]);
    const sell = (...rows: Row[]): number[] =>
      entries(rows, { 0: (orders) => orders.sell({ stop: 95, units: 1 }) }, { slippage });
    expect(sell([100, 100, 95.01, 100])).toEqual([]);
    expect(sell([100, 100, 95, 100])).toEqual([95 * 0.99]);
    expect(sell(still, [93, 100, 92, 100])).toEqual([93 * 0.99]);
  },

  stopLimit() {
    const buy = (limit: number, ...rows: Row[]): number[] =>
      entries(rows, { 0: (orders) => orders.buy({ stop: 105, limit, units: 1 }) }, { slippage });
    // Triggered inside the bar it takes what the market gives, up to its limit.
    expect(buy(107, [100, 105, 100, 100])).toEqual([105 * 1.01]);
    expect(buy(106, [100, 105, 100, 100])).toEqual([106]);
    // A better limit needs a bar that comes back to it after the stop: here the last one, which opens at 100.
    expect(buy(104, [100, 106, 103, 105])).toEqual([100]);
    expect(buy(104, [100, 106, 103, 105], [105, 105, 104, 104])).toEqual([104]);
    expect(buy(104, [106, 106, 104, 105])).toEqual([104]);
    expect(buy(106, [107, 108, 105, 106])).toEqual([106]);
    expect(buy(106, [107, 108, 106.01, 107])).toEqual([100]);
    const sold = entries(
      [[100, 100, 95, 96]],
      { 0: ({ sell }) => sell({ stop: 95, limit: 94.5, units: 1 }) },
      { slippage },
    );
    expect(sold).toEqual([94.5]);
  },

  oco() {
    const result = run([still, still, [100, 106, 100, 106], [106, 106, 90, 90], still], {
      0: ({ buy, sell }) => sell({ stop: 95, units: 1, oco: buy({ stop: 105, units: 1 }) }),
    });
    expect(result.trades).toMatchObject([{ side: 'long', entryPrice: 105, exitReason: 'open' }]);
    expect(lifeOf(result, 1)).toEqual([
      ['accepted', 1],
      ['triggered', 2],
      ['filled', 2],
    ]);
    expect(lifeOf(result, 2)).toEqual([
      ['accepted', 1],
      ['cancelled', 2],
    ]);
    // The pair works both ways.
    const down = run([still, still, [100, 100, 94, 94], [94, 110, 94, 110], still], {
      0: ({ buy, sell }) => sell({ stop: 95, units: 1, oco: buy({ stop: 105, units: 1 }) }),
    });
    expect(down.trades).toMatchObject([{ side: 'short', entryPrice: 95, exitReason: 'open' }]);
    expect(statesOf(down, 1)).toEqual(['accepted', 'cancelled']);
  },

  expiry() {
    const dips: Row = [100, 100, 90, 100];
    const bars = (count: number): number[] =>
      entries([still, still, dips], { 0: ({ buy }) => buy({ limit: 95, units: 1, goodForBars: count }) });
    expect(bars(2)).toEqual([]);
    expect(bars(3)).toEqual([95]);
    const till = (time: number): number[] =>
      entries([still, still, dips], { 0: ({ buy }) => buy({ limit: 95, units: 1, goodTill: time }) });
    expect(till(startTime + 3 * hour)).toEqual([]);
    expect(till(startTime + 3 * hour + 1)).toEqual([95]);
    const expired = run([still, still, still, still], {
      0: ({ buy }) => buy({ limit: 95, goodForBars: 1 }),
    });
    expect(lifeOf(expired, 1)).toEqual([
      ['accepted', 1],
      ['expired', 2],
    ]);
  },

  cancel() {
    const rows: Row[] = [still, still, [90, 100, 80, 100], still];
    const cancelled = run(rows, { 0: ({ buy }) => buy({ limit: 95 }), 1: ({ cancel }) => cancel(1) });
    expect(cancelled.trades).toEqual([]);
    expect(lifeOf(cancelled, 1)).toEqual([
      ['accepted', 1],
      ['cancelled', 2],
    ]);
    const all = run(rows, {
      0: ({ buy, sell }) => [buy({ limit: 95 }), sell({ limit: 105 })],
      1: ({ cancel }) => cancel(),
    });
    expect([statesOf(all, 1), statesOf(all, 2)].map((states) => states.at(-1))).toEqual([
      'cancelled',
      'cancelled',
    ]);
    const replaced = run(rows, {
      0: ({ buy }) => buy({ limit: 95, units: 1 }),
      1: ({ replace }) => replace(1, { limit: 85, units: 3 }),
    });
    expect(replaced.trades).toMatchObject([{ entryPrice: 85, quantity: 3 }]);
    expect(statesOf(replaced, 1)).toEqual(['accepted', 'replaced', 'filled']);
    const late = run(rows, {
      0: ({ buy }) => buy({ units: 1 }),
      1: ({ cancel, replace }) => [cancel(1), replace(1, { limit: 5 })],
    });
    expect(reasonsOf(late)).toEqual(['unknown-order', 'unknown-order']);
  },

  reduceOnly() {
    const gone = run([still, still, still, [100, 100, 94, 100], [100, 120, 100, 120], still], {
      0: ({ buy }) => buy({ units: 2, stopLoss: 95 }),
      1: ({ close, sell }) => [close({ limit: 110 }), sell({ limit: 111, units: 9, reduceOnly: true })],
    });
    expect(gone.trades).toMatchObject([{ exitReason: 'stop-loss', quantity: 2 }]);
    expect(lifeOf(gone, 2)).toEqual([
      ['accepted', 2],
      ['cancelled', 3],
    ]);
    expect(statesOf(gone, 3)).toEqual(['accepted', 'cancelled']);
    const reduced = run([still, still, [100, 112, 100, 112], still], {
      0: ({ buy }) => buy({ units: 2 }),
      1: ({ sell }) => sell({ limit: 111, units: 9, reduceOnly: true }),
    });
    expect(reduced.trades).toMatchObject([{ exitPrice: 111, exitReason: 'limit', quantity: 2 }]);
    const refused = run([still, still, still, still], {
      0: ({ close, sell }) => [close(), close({ limit: 110 }), sell({ units: 1, reduceOnly: true })],
      1: ({ buy }) => buy({ units: 1 }),
      2: ({ buy }) => [buy({ units: 1, reduceOnly: true }), buy({ limit: 9, units: 1, reduceOnly: true })],
    });
    expect(reasonsOf(refused)).toEqual([
      ...['no-position', 'no-position', 'no-position'],
      ...['would-increase', 'would-increase'],
    ]);
  },

  partialFill() {
    const volumeLimit = 0.5;
    const market = run(
      [still, flat(100, 8), flat(110, 6), flat(120, 100)],
      { 0: ({ buy }) => buy({ units: 9 }) },
      {
        volumeLimit,
        slippage,
      },
    );
    // Half of 8, half of 6 and the rest, each at an open with slippage.
    expect(market.trades.map(({ entryPrice, quantity }) => [entryPrice, quantity])).toEqual([
      [101, 4],
      [110 * 1.01, 3],
      [120 * 1.01, 2],
    ]);
    expect(statesOf(market, 1)).toEqual(['accepted', 'partially-filled', 'partially-filled', 'filled']);
    const stop = run(
      [still, [100, 106, 100, 106, 8], flat(103, 100)],
      { 0: ({ buy }) => buy({ stop: 105, units: 9 }) },
      {
        volumeLimit,
      },
    );
    expect(stop.trades.map(({ entryPrice, quantity }) => [entryPrice, quantity])).toEqual([
      [105, 4],
      [103, 5],
    ]);
    const limit = run(
      [still, [100, 100, 94, 94, 8], flat(96, 100), [96, 96, 95, 96, 100]],
      { 0: ({ buy }) => buy({ limit: 95, units: 9 }) },
      { volumeLimit },
    );
    expect(
      limit.trades.map(({ entryPrice, quantity, entryTime }) => [entryPrice, quantity, entryTime]),
    ).toEqual([
      [95, 4, startTime + hour],
      [95, 5, startTime + 3 * hour],
    ]);
    // Two orders share the volume; levels need volume as orders do.
    const shared = run(
      [still, flat(100, 8), flat(100, 100)],
      {
        0: ({ buy }) => [buy({ units: 3 }), buy({ units: 2 })],
      },
      { volumeLimit },
    );
    expect(shared.trades.map(({ quantity }) => quantity)).toEqual([3, 1, 1]);
    const levels = run(
      [still, flat(100, 100), [100, 100, 94, 96, 8], flat(97, 100)],
      { 0: ({ buy }) => buy({ units: 9, stopLoss: 95 }) },
      { volumeLimit },
    );
    expect(
      levels.trades.map(({ exitPrice, quantity, exitReason }) => [exitPrice, quantity, exitReason]),
    ).toEqual([
      [95, 4, 'stop-loss'],
      [97, 5, 'stop-loss'],
    ]);
  },
};

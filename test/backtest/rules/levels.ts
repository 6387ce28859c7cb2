import type { Orders } from 'strategy-lab';
import { expect } from 'vitest';
import { hour, type Row, startTime } from '../support/market.ts';
import { entries, flat, meet, reasonsOf, run, slippage, still } from '../support/ruleRun.ts';

const long = (orders: Orders): number => orders.buy({ units: 10, stopLoss: 95, takeProfit: 110 });
const short = (orders: Orders): number => orders.sell({ units: 10, stopLoss: 105, takeProfit: 90 });

/** The rules about stop losses, take profits and trailing stops. */
export const levelChecks = {
  trailingStop() {
    // 95 on the entry bar; its high of 110 counts from the next bar on.
    const rows: Row[] = [still, [100, 110, 96, 108], [108, 109, 105, 106], still];
    const followed = run(rows, { 0: ({ buy }) => buy({ units: 1, trailingStop: 5 }) });
    expect(followed.trades[0]).toMatchObject({
      exitPrice: 105,
      exitReason: 'trailing-stop',
      exitTime: startTime + 2 * hour,
    });
    const percent = run([still, [100, 110, 96, 108], [108, 108, 99, 100], still], {
      0: ({ buy }) => buy({ units: 1, trailingStopPercent: 10 }),
    });
    expect(percent.trades[0]).toMatchObject({ exitPrice: 99, exitReason: 'trailing-stop' });
    const sold = run([still, [100, 104, 90, 92], [92, 95, 91, 94], still], {
      0: ({ sell }) => sell({ units: 1, trailingStop: 5 }),
    });
    expect(sold.trades[0]).toMatchObject({ exitPrice: 95, exitReason: 'trailing-stop' });
    // protect counts from the next open on: 104 - 3, and not 110 - 3.
    const protectedRows: Row[] = [still, [100, 110, 100, 104], [104, 104, 101, 102], still];
    const late = run(protectedRows, {
      0: ({ buy }) => buy({ units: 1 }),
      1: ({ protect }) => protect({ trailingStop: 3 }),
    });
    expect(late.trades[0]).toMatchObject({ exitPrice: 101, exitReason: 'trailing-stop' });
    // The high of 108 may have been before the limit order was filled: what counts is the close of 97.
    const dip: Row[] = [still, [100, 108, 95, 97], [97, 97, 94.5, 95], still];
    const bought = run(dip, { 0: ({ buy }) => buy({ units: 1, limit: 96, trailingStop: 3 }) });
    expect(bought.trades[0]?.exitReason).toBe('open');
    const nearer = run(rows, { 0: ({ buy }) => buy({ units: 1, trailingStop: 20, stopLoss: 97 }) });
    expect(nearer.trades[0]).toMatchObject({ exitPrice: 97, exitReason: 'stop-loss' });
  },

  takeProfit() {
    expect(meet([100, 111, 100, 100], long, { slippage })).toEqual({ price: 110, reason: 'take-profit' });
    expect(meet([100, 100, 89, 100], short, { slippage })).toEqual({ price: 90, reason: 'take-profit' });
  },

  gapStop() {
    for (const open of [95, 94]) {
      const expected = { price: open * 0.99, reason: 'stop-loss' };
      expect(meet([open, 100, 90, 100], long, { slippage })).toEqual(expected);
    }
    for (const open of [105, 106]) {
      const expected = { price: open * 1.01, reason: 'stop-loss' };
      expect(meet([open, 110, 100, 100], short, { slippage })).toEqual(expected);
    }
    const moved = run([still, still, flat(104), still], {
      0: ({ buy }) => buy({ units: 1 }),
      1: ({ protect }) => protect({ stopLoss: 105 }),
    });
    expect(moved.trades[0]).toMatchObject({ exitPrice: 104, exitReason: 'stop-loss' });
  },

  gapTarget() {
    for (const open of [110, 111]) {
      const expected = { price: open, reason: 'take-profit' };
      expect(meet([open, 120, 100, 100], long, { slippage })).toEqual(expected);
    }
    for (const open of [90, 89]) {
      const expected = { price: open, reason: 'take-profit' };
      expect(meet([open, 100, 80, 100], short, { slippage })).toEqual(expected);
    }
    // A take profit that protect sets where the open already is saves no slippage.
    const left = run(
      [still, still, still, still],
      { 0: ({ buy }) => buy({ units: 1 }), 1: ({ protect }) => protect({ takeProfit: 1 }) },
      { slippage },
    );
    expect(left.trades[0]).toMatchObject({ exitReason: 'take-profit', exitPrice: 100 * (1 - slippage) });
    // The open comes before the touch of the stop in the same bar.
    expect(meet([111, 120, 90, 100], long)).toEqual({ price: 111, reason: 'take-profit' });
    expect(meet([89, 120, 80, 100], short)).toEqual({ price: 89, reason: 'take-profit' });
  },

  touch() {
    expect(meet([100, 100, 95, 100], long)).toEqual({ price: 95, reason: 'stop-loss' });
    expect(meet([100, 110, 100, 100], long)).toEqual({ price: 110, reason: 'take-profit' });
    expect(meet([100, 105, 100, 100], short)).toEqual({ price: 105, reason: 'stop-loss' });
    expect(meet([100, 100, 90, 100], short)).toEqual({ price: 90, reason: 'take-profit' });
    expect(meet([100, 109.99, 95.01, 100], long).reason).toBe('open');
    expect(meet([100, 104.99, 90.01, 100], short).reason).toBe('open');
  },

  stopFirst() {
    expect(meet([100, 111, 94, 100], long)).toEqual({ price: 95, reason: 'stop-loss' });
    expect(meet([100, 106, 89, 100], short)).toEqual({ price: 105, reason: 'stop-loss' });
    // Of two stop orders the one at 98 is nearer to 100 than that at 103, which then turns the position.
    const stops = run([still, [100, 104, 97, 100], still], {
      0: ({ buy, sell }) => [buy({ stop: 103, units: 1 }), sell({ stop: 98, units: 1 })],
    });
    expect(stops.trades).toMatchObject([
      { side: 'short', entryPrice: 98, exitPrice: 103, exitReason: 'reverse' },
      { side: 'long', entryPrice: 103, exitReason: 'open' },
    ]);
    // The close at 103 is met before the nearer one at 98, which is a limit order.
    const kinds = run([still, still, [100, 104, 97, 100], still], {
      0: ({ sell }) => sell({ units: 1 }),
      1: ({ close }) => [close({ limit: 98 }), close({ stop: 103 })],
    });
    expect(kinds.trades).toMatchObject([{ exitPrice: 103, exitReason: 'stop' }]);
    const limits = run([still, [100, 100, 94, 100], still], {
      0: ({ buy }) => [buy({ limit: 95, units: 1 }), buy({ limit: 97, units: 2 })],
    });
    expect(limits.trades.map(({ entryPrice }) => entryPrice)).toEqual([97, 95]);
  },

  entryBar() {
    const rows: Row[] = [still, [100, 111, 94, 100], still];
    const { trades } = run(rows, { 0: long });
    expect(trades[0]).toMatchObject({ exitPrice: 95, exitReason: 'stop-loss', bars: 0 });
    const target = run(rows, {
      0: ({ sell }) => sell({ units: 1, stopLossPercent: 50, takeProfitPercent: 5 }),
    });
    expect(target.trades[0]).toMatchObject({ exitPrice: 95, exitReason: 'take-profit', bars: 0 });
    const follow = run([still, still, [120, 121, 94, 120], still], {
      0: ({ buy }) => buy({ units: 1 }),
      1: ({ protect }) => protect({ stopLoss: 115 }),
    });
    expect(follow.trades[0]).toMatchObject({ exitPrice: 115, exitTime: startTime + 2 * hour });
    // An entry inside the bar: after a stop order the high comes later, after a limit order it may not.
    const inside = (row: Row, wait: object): (number | string | null)[] => {
      const { trades: made } = run([still, row, still], {
        0: ({ buy }) => buy({ units: 1, stopLossPercent: 5, takeProfitPercent: 5, ...wait }),
      });
      const [trade] = made;
      return [trade?.exitReason ?? null, trade?.exitPrice ?? null, trade?.bars ?? null];
    };
    expect(inside([100, 111, 99, 105], { stop: 104 })).toEqual(['take-profit', 104 * 1.05, 0]);
    expect(inside([100, 111, 98, 105], { stop: 104 })).toEqual(['stop-loss', 104 * 0.95, 0]);
    expect(inside([100, 111, 95, 96], { limit: 96 })).toEqual(['open', null, 1]);
    expect(inside([100, 100, 91, 92], { limit: 96 })).toEqual(['stop-loss', 96 * 0.95, 0]);
  },

  finerBars() {
    const rows: Row[] = [still, still, [100, 111, 94, 100], still];
    const halves = (first: Row, second: Row): Row[] => [
      ...[still, still, still, still],
      ...[first, second],
      ...[still, still],
    ];
    const play = (finer: Row[]): (number | string | null)[] => {
      const { trades } = run(rows, { 0: long }, {}, finer);
      expect(trades).toHaveLength(1);
      const [trade] = trades;
      return [trade?.exitReason ?? null, trade?.exitPrice ?? null];
    };
    expect(play(halves([100, 111, 100, 105], [105, 105, 94, 100]))).toEqual(['take-profit', 110]);
    expect(play(halves([100, 100, 94, 95], [95, 111, 95, 100]))).toEqual(['stop-loss', 95]);
    // The second half opens beyond the stop loss.
    expect(play(halves([100, 100, 100, 100], [94, 111, 94, 100]))).toEqual(['stop-loss', 94]);
    // The strategy decides at the closes of the two bars, whatever lies inside.
    const decided: number[] = [];
    const script = Object.fromEntries([0, 1, 2, 3].map((bar) => [bar, () => decided.push(bar)]));
    run(rows, script, {}, halves(still, still));
    expect(decided).toEqual([0, 1, 2, 3]);
  },

  wrongSide() {
    const orders: readonly [(orders: Orders) => number, string][] = [
      [({ buy }) => buy({ stopLoss: 101 }), 'stop-on-wrong-side'],
      [({ buy }) => buy({ stopLoss: 100 }), 'stop-on-wrong-side'],
      [({ buy }) => buy({ takeProfit: 100 }), 'target-on-wrong-side'],
      [({ sell }) => sell({ stopLoss: 99 }), 'stop-on-wrong-side'],
      [({ sell }) => sell({ stopLoss: 100 }), 'stop-on-wrong-side'],
      [({ sell }) => sell({ takeProfit: 100 }), 'target-on-wrong-side'],
      [({ buy }) => buy({ limit: 95, stopLoss: 96 }), 'stop-on-wrong-side'],
      [({ buy }) => buy({ stop: 105, takeProfit: 104 }), 'target-on-wrong-side'],
      [({ sell }) => sell({ limit: 105, stopLoss: 104 }), 'stop-on-wrong-side'],
    ];
    for (const [order, reason] of orders) {
      const result = run([still, still, still], { 0: order });
      expect(reasonsOf(result)).toEqual([reason]);
      expect(result.fills).toBe(0);
    }
    // A gap fills the order beyond its own stop loss.
    const gap = run([still, still, flat(85), still], { 0: ({ buy }) => buy({ limit: 95, stopLoss: 90 }) });
    expect(reasonsOf(gap)).toEqual(['stop-on-wrong-side']);
    expect(entries([flat(85)], { 0: ({ buy }) => buy({ limit: 95, stopLossPercent: 5, units: 1 }) })).toEqual(
      [85],
    );
  },
};

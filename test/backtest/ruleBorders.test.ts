import type { Orders } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import type { RunSettings } from '../../extension/contracts/backtest.ts';
import { type EngineRun, plainSettings, runEngine } from './support/engineRun.ts';
import { scripted } from './support/inlineStrategies.ts';
import { hour, marketOf, type Row } from './support/market.ts';
import { flat, reasonsOf, run, statesOf, still } from './support/ruleRun.ts';

/** Where two rules meet: which one decides, and that none is got around. */

const perpetual = { market: 'perpetual', leverage: 10, maintenanceMargin: 0.01 } as const;

describe('within one bar', () => {
  it('a stop order is met before a take profit', () => {
    const { trades } = run([still, still, [100, 111, 94, 100], still], {
      0: ({ buy }) => buy({ units: 10, takeProfit: 110 }),
      1: ({ close }) => close({ stop: 95 }),
    });
    expect(trades[0]).toMatchObject({ exitPrice: 95, exitReason: 'stop' });
  });

  it('a stop order is met before a stop loss that is farther from the open', () => {
    const { trades } = run([still, still, [100, 100, 94, 96], still], {
      0: ({ buy }) => buy({ units: 10, stopLoss: 95 }),
      1: ({ sell }) => sell({ stop: 97, units: 10 }),
    });
    expect(trades[0]).toMatchObject({ side: 'long', exitPrice: 97, exitReason: 'reverse' });
    expect(trades[1]).toMatchObject({ side: 'short', entryPrice: 97, exitReason: 'open' });
  });

  it('a stop order that is nearer than the price of liquidation spares it', () => {
    const { trades } = run(
      [still, still, [100, 100, 85, 90], still],
      { 0: ({ buy }) => buy({ units: 900 }), 1: ({ close }) => close({ stop: 95 }) },
      perpetual,
    );
    // 80,000 borrowed are 99 % of 900 units at 89.79.
    expect(trades[0]).toMatchObject({ exitPrice: 95, exitReason: 'stop' });
  });

  it('the stop losses of two entries are met in the order of their distance from the open', () => {
    const { trades } = run([still, still, still, [100, 100, 94, 94], still], {
      0: ({ buy }) => buy({ units: 1, stopLoss: 95 }),
      1: ({ buy }) => buy({ units: 1, stopLoss: 97 }),
    });
    expect(trades.map(({ exitPrice }) => exitPrice)).toEqual([97, 95]);
  });

  it('a take profit is taken where a stop loss of another entry has moved the liquidation out of reach', () => {
    // 9,900 borrowed on 199 units are lost at 49.7; the stop loss at 60 leaves one unit and cash.
    const { trades } = run(
      [still, still, [100, 120, 40, 100], still],
      {
        0: ({ buy }) => {
          buy({ units: 1, takeProfit: 110 });
          buy({ units: 198, stopLoss: 60 });
        },
      },
      { ...perpetual, leverage: 2, maintenanceMargin: 0 },
    );
    expect(trades.map(({ exitReason, exitPrice }) => [exitReason, exitPrice])).toEqual([
      ['stop-loss', 60],
      ['take-profit', 110],
    ]);
  });

  it('what an entry inside the bar cannot carry is liquidated at its price, not at the open before the entry', () => {
    const { trades } = run(
      [still, still, [100, 106, 99, 100], still],
      { 0: ({ buy }) => buy({ stop: 105, units: 4700 }) },
      { ...perpetual, leverage: 50 },
    );
    // 493,500 - 10,000 borrowed are 99 % of 4,700 units at 103.9.
    const [trade] = trades;
    expect(trade).toMatchObject({ entryPrice: 105, exitReason: 'liquidation' });
    expect(trade?.exitPrice).toBeCloseTo(483_500 / (4700 * 0.99), 9);
  });
});

describe('a gap', () => {
  it('beyond a stop loss and the liquidation behind it closes by the stop loss', () => {
    const { trades } = run(
      [still, still, [85, 90, 80, 85], still],
      { 0: ({ buy }) => buy({ units: 900, stopLoss: 95 }) },
      { ...perpetual, liquidationFee: 0.1 },
    );
    expect(trades[0]).toMatchObject({ exitPrice: 85, exitReason: 'stop-loss', fees: 0 });
  });

  it('beyond the liquidation and a stop loss behind it liquidates', () => {
    const { trades } = run(
      [still, still, [80, 90, 80, 85], still],
      { 0: ({ buy }) => buy({ units: 900, stopLoss: 85 }) },
      perpetual,
    );
    expect(trades[0]).toMatchObject({ exitPrice: 80, exitReason: 'liquidation' });
  });

  it('that triggers a stop-limit order makes it pay slippage and the taker fee', () => {
    const { trades } = run(
      [still, still, [107, 108, 106, 107], still],
      { 0: ({ buy }) => buy({ stop: 105, limit: 110, units: 1 }) },
      { slippage: 0.01, fee: 0.002, makerFee: 0 },
    );
    expect(trades[0]?.entryPrice).toBeCloseTo(107 * 1.01, 9);
    expect(trades[0]?.fees).toBeCloseTo(107 * 1.01 * 0.002, 9);
  });

  it('to the very price of a limit order does not fill it where limits are filled through', () => {
    const rows: Row[] = [still, still, [95, 100, 95, 100], still];
    const through = { limitFills: 'through' } as const;
    expect(run(rows, { 0: ({ buy }) => buy({ limit: 95, units: 1 }) }, through).trades).toEqual([]);
    const up: Row[] = [still, still, [110, 110, 100, 100], still];
    const held = run(up, { 0: ({ buy }) => buy({ units: 1, takeProfit: 110 }) }, through);
    expect(held.trades[0]?.exitReason).toBe('open');
  });
});

describe('no order gets around what an entry is checked for', () => {
  it('with a stop loss between the stop and the limit of a stop-limit order', () => {
    const result = run([still, still, [100, 106, 99, 100], still], {
      0: ({ buy }) => buy({ stop: 105, limit: 106, stopLoss: 105.5, units: 1 }),
    });
    expect(result.trades).toEqual([]);
    expect(reasonsOf(result)).toEqual(['stop-on-wrong-side']);
  });

  it('with a limit that is replaced by one beyond its stop loss', () => {
    const result = run([still, still, [100, 100, 85, 100], still], {
      0: ({ buy }) => buy({ limit: 95, stopLoss: 90, units: 1 }),
      1: ({ replace }) => replace(1, { limit: 85 }),
    });
    expect(result.finalCash).toBeLessThanOrEqual(10_000);
    expect(reasonsOf(result)).toEqual(['stop-on-wrong-side']);
  });

  it('with a slippage that lifts its price over the take profit', () => {
    const result = run(
      [still, [100, 101, 100, 100, 10], still],
      { 0: ({ buy }) => buy({ units: 10, takeProfit: 101 }) },
      { volumeSlippage: 0.1 },
    );
    expect(result.trades).toEqual([]);
    expect(reasonsOf(result)).toEqual(['target-on-wrong-side']);
  });

  it('with the rest of an order that is set off', () => {
    const rows: Row[] = [still, still, still, still];
    const rest = (sell: Parameters<Orders['sell']>[0], settings: Partial<RunSettings> = {}): string[] =>
      reasonsOf(
        run(
          rows,
          { 0: ({ buy }) => buy({ units: 1 }), 1: (orders) => orders.sell(sell) },
          { positionMode: 'net', ...settings },
        ),
      );
    expect(rest({ units: 2, stopLoss: 90 })).toEqual(['stop-on-wrong-side']);
    expect(rest({ units: 50 }, { maximumQuantity: 10 })).toEqual(['above-maximum-quantity']);
    expect(rest({ units: 1.1 }, { minimumNotional: 50 })).toEqual(['below-minimum-notional']);
    expect(rest({ units: 1.000001 })).toEqual(['too-small']);
  });

  it('with replaced units', () => {
    const entered = (units: number, settings: Partial<RunSettings>): EngineRun =>
      run(
        [still, still, [100, 100, 90, 100], still],
        {
          0: ({ buy }) => buy({ limit: 95, units: 1 }),
          1: ({ replace }) => replace(1, { units }),
        },
        settings,
      );
    expect(entered(2.5, { quantityStep: 1 }).trades[0]?.quantity).toBe(2);
    expect(reasonsOf(entered(20, { maximumQuantity: 10 }))).toEqual(['above-maximum-quantity']);
    expect(reasonsOf(entered(0.1, { minimumNotional: 50 }))).toEqual(['below-minimum-notional']);
  });

  it('with a rest that higher prices cut', () => {
    const { trades } = run(
      [
        [100, 100, 100, 100, 100],
        [100, 100, 100, 100, 50],
        [130, 130, 130, 130, 1000],
      ],
      { 0: ({ buy }) => buy() },
      { volumeLimit: 1, quantityStep: 1 },
    );
    // 50 units for 5,000, and 38.46 would cost the other 5,000.
    expect(trades.map(({ quantity }) => quantity)).toEqual([50, 38]);
  });
});

describe('a change of an order', () => {
  it('reaches one that was given before it on the same bar', () => {
    const cancelled = run([still, still, still], {
      0: ({ buy, cancel }) => cancel(buy({ units: 1 })),
    });
    expect(cancelled.trades).toEqual([]);
    const all = run([still, still, still], {
      0: ({ buy, cancel }) => {
        buy({ units: 1 });
        cancel();
        buy({ units: 2 });
      },
    });
    expect(all.trades.map(({ quantity }) => quantity)).toEqual([2]);
    const replaced = run([still, still, still], {
      0: ({ buy, replace }) => replace(buy({ units: 1 }), { units: 3 }),
    });
    expect(replaced.trades.map(({ quantity }) => quantity)).toEqual([3]);
  });

  it('to a price that the market has reached pays slippage and the taker fee', () => {
    const { trades } = run(
      [still, still, still, still],
      { 0: ({ buy }) => buy({ limit: 50, units: 1 }), 1: ({ replace }) => replace(1, { limit: 200 }) },
      { slippage: 0.01, fee: 0.002, makerFee: 0 },
    );
    expect(trades[0]).toMatchObject({ entryPrice: 101 });
    expect(trades[0]?.fees).toBeCloseTo(101 * 0.002, 9);
  });
});

describe('of two orders that exclude each other', () => {
  it('one lives on where the other was cancelled, for only a fill excludes', () => {
    const result = run([still, still, still, still, still], {
      0: ({ buy }) => buy({ limit: 90, units: 1 }),
      1: ({ cancel }) => cancel(1),
      2: ({ buy }) => buy({ limit: 80, units: 1, oco: 1 }),
    });
    expect(statesOf(result, 3)).toEqual(['accepted', 'expired']);
  });

  it('one is cancelled where the other has a part of its fill when it comes', () => {
    const result = run(
      [still, [100, 100, 90, 100], still, still],
      {
        0: ({ buy }) => buy({ limit: 95, units: 2 }),
        1: ({ buy }) => buy({ limit: 80, units: 1, oco: 1 }),
      },
      { volumeLimit: 1 },
    );
    expect(statesOf(result, 1)).toEqual(['accepted', 'partially-filled', 'expired']);
    expect(statesOf(result, 2)).toEqual(['accepted', 'cancelled']);
  });
});

describe('what an order costs', () => {
  it('is bounded by the cash also where the maker fee is the higher one', () => {
    const result = run(
      [still, still, [100, 100, 90, 100], still],
      { 0: ({ buy }) => buy({ limit: 95 }) },
      { fee: 0, makerFee: 0.01 },
    );
    expect(reasonsOf(result)).toEqual([]);
    expect(result.finalCash).toBeCloseTo(0, 6);
  });

  it('is its cash, the fixed fee included', () => {
    const { trades, finalCash } = run(
      [still, still, still],
      { 0: ({ buy }) => buy({ cash: 10_000 }) },
      { fixedFee: 10 },
    );
    expect(trades[0]?.quantity).toBeCloseTo(99.9, 9);
    expect(finalCash).toBeCloseTo(0, 9);
  });

  it('goes by the trade of the last 30 days alone, also after a time without any', () => {
    const rows = Array.from({ length: 40 }, (): Row => still);
    const { ledger } = runEngine(
      scripted({ 0: ({ buy }) => buy({ units: 20 }), 35: ({ close }) => close() }),
      marketOf(rows, 24 * hour),
      {
        settings: {
          ...plainSettings,
          fee: 0.01,
          feeTiers: [{ tradedValue: 1000, fee: 0.001, makerFee: 0.001 }],
        },
        timeframe: '1d',
      },
    );
    expect(ledger.fills.used[9 + 4]).toBeCloseTo(2000 * 0.01, 9);
  });

  it('moves the price by its share in the volume of the finer bar that fills it', () => {
    const quarter: Row = [100, 100, 100, 100, 25];
    const { trades } = run(
      [still, [100, 100, 100, 100, 100], still],
      { 0: ({ buy }) => buy({ units: 10 }) },
      { volumeSlippage: 0.1 },
      Array.from({ length: 12 }, () => quarter),
    );
    expect(trades[0]?.entryPrice).toBeCloseTo(100 * (1 + 0.1 * (10 / 25) ** 2), 9);
  });
});

it('a stop loss that finds no volume closes at the next open that has some', () => {
  const { trades } = run(
    [still, flat(100, 100), [100, 100, 94, 94, 0], flat(96, 100), still],
    { 0: ({ buy }) => buy({ units: 9, stopLoss: 95 }) },
    { volumeLimit: 0.5 },
  );
  expect(trades).toMatchObject([{ quantity: 9, exitPrice: 96, exitReason: 'stop-loss' }]);
});

it('a close is taken however many entries wait', () => {
  const result = run([still, still, still, still, [100, 100, 94, 94]], {
    0: ({ buy }) => buy({ units: 1 }),
    1: ({ buy }) => Array.from({ length: 1000 }, () => buy({ limit: 10, units: 0.1 })),
    2: ({ close }) => close({ stop: 95 }),
  });
  expect(result.trades[0]).toMatchObject({ exitPrice: 95, exitReason: 'stop' });
});

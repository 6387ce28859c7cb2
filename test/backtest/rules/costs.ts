import type { Orders } from 'strategy-lab';
import { expect } from 'vitest';
import type { RunSettings } from '../../../extension/contracts/backtest.ts';
import { plainSettings, runEngine } from '../support/engineRun.ts';
import { scripted } from '../support/inlineStrategies.ts';
import { hour, marketOf, type Row, startTime } from '../support/market.ts';
import { entries, flat, meet, run, type Script, slippage, still } from '../support/ruleRun.ts';

const rounded = (value: number): number => Number(value.toFixed(9));

const buyOne: Script = { 0: ({ buy }) => buy({ units: 1 }) };

/** The rules about prices and what is paid besides them. */
export const costChecks = {
  slippage() {
    const rows: Row[] = [still, still, still, still];
    const bought = run(rows, { ...buyOne, 1: ({ close }) => close() }, { slippage });
    expect(bought.trades[0]).toMatchObject({ entryPrice: 101, exitPrice: 99 });
    const sold = run(rows, { 0: ({ sell }) => sell({ units: 1 }), 1: ({ close }) => close() }, { slippage });
    expect(sold.trades[0]).toMatchObject({ entryPrice: 99, exitPrice: 101 });
    const long = meet([100, 100, 94, 100], ({ buy }) => buy({ units: 10, stopLoss: 95 }), { slippage });
    expect(long).toEqual({ price: 95 * 0.99, reason: 'stop-loss' });
    const short = meet([100, 106, 100, 100], ({ sell }) => sell({ units: 10, stopLoss: 105 }), { slippage });
    expect(short).toEqual({ price: 105 * 1.01, reason: 'stop-loss' });
    const { trades } = run(rows, { ...buyOne, 1: ({ close }) => close() }, { slippage, spread: 0.02 });
    expect(trades[0]).toMatchObject({ entryPrice: 102, exitPrice: 98 });
  },

  slippageModels() {
    // Ranges of 4 and 2 in the bars before, the first of all not counted: half of 3 % is 1.5 %.
    const rows: Row[] = [[100, 150, 50, 100], [100, 102, 98, 100], [100, 101, 99, 100], still, still];
    const byRange = run(rows, { 2: ({ buy }) => buy({ units: 1 }) }, { volatilitySlippage: 0.5, slippage });
    expect(byRange.trades[0]?.entryPrice).toBeCloseTo(100 * (1 + 0.015 + 0.01), 9);
    // A gap is part of a true range, and of many bars the last 14 count: (16 + 13 * 2) / 14 is 3 %.
    const many: Row[] = [
      ...Array.from({ length: 6 }, (): Row => [100, 150, 50, 100]),
      [100, 108, 92, 100],
      ...Array.from({ length: 13 }, (): Row => [100, 101, 99, 100]),
      ...[still, still],
    ];
    const last = run(many, { 19: ({ sell }) => sell({ units: 1 }) }, { volatilitySlippage: 1 });
    expect(last.trades[0]?.entryPrice).toBeCloseTo(97, 9);
    const gap = run(
      [still, flat(104), flat(104), still],
      { 1: ({ buy }) => buy({ units: 1 }) },
      {
        volatilitySlippage: 1,
      },
    );
    expect(gap.trades[0]?.entryPrice).toBeCloseTo(104 * (1 + 4 / 104), 9);
    const byVolume = (units: number, volume: number, volumeSlippage: number): number[] =>
      entries([flat(100, volume)], { 0: ({ buy }) => buy({ units }) }, { volumeSlippage }).map(rounded);
    // Half of the volume, squared, times 0.1; a bar without volume counts as if all of it were taken.
    expect(byVolume(5, 10, 0.1)).toEqual([102.5]);
    expect(byVolume(5, 0, 0.1)).toEqual([110]);
    expect(byVolume(10, 10, 10)).toEqual([150]);
  },

  priceSteps() {
    const step = { priceStep: 5 };
    expect(entries([flat(101)], { 0: ({ buy }) => buy({ units: 1 }) }, step)).toEqual([105]);
    expect(entries([flat(104)], { 0: ({ sell }) => sell({ units: 1 }) }, step)).toEqual([100]);
    const limit = (low: number): number[] =>
      entries([[100, 100, low, 100]], { 0: ({ buy }) => buy({ limit: 98, units: 1 }) }, step);
    expect(limit(96)).toEqual([]);
    expect(limit(95)).toEqual([95]);
    const stop = (high: number): number[] =>
      entries([[100, high, 100, 100]], { 0: ({ buy }) => buy({ stop: 102, units: 1 }) }, step);
    expect(stop(104)).toEqual([]);
    expect(stop(105)).toEqual([105]);
    const levels = (row: Row) =>
      meet(row, ({ buy }) => buy({ units: 1, stopLoss: 93, takeProfit: 108 }), step);
    expect(levels([100, 109, 91, 100]).reason).toBe('open');
    expect(levels([100, 100, 90, 100])).toEqual({ price: 90, reason: 'stop-loss' });
    expect(levels([100, 110, 100, 100])).toEqual({ price: 110, reason: 'take-profit' });
  },

  fees() {
    const rows: Row[] = [still, still, flat(120)];
    const { trades, finalCash, ledger } = run(
      rows,
      { 0: ({ buy }) => buy({ units: 10 }), 1: ({ close }) => close() },
      { fee: 0.001 },
    );
    expect(trades[0]?.fees).toBeCloseTo(1 + 1.2, 12);
    expect(trades[0]?.profit).toBeCloseTo(200 - 2.2, 12);
    expect(finalCash).toBeCloseTo(10_200 - 2.2, 9);
    expect([ledger.fills.used[4], ledger.fills.used[13]]).toEqual([10 * 100 * 0.001, 10 * 120 * 0.001]);

    const feesOf = (script: Script, settings: Partial<RunSettings>, row: Row): number[] => {
      const result = run([still, still, row, still], script, settings);
      const { used } = result.ledger.fills;
      return Array.from({ length: result.fills }, (_, fill) => rounded(used[fill * 9 + 4] as number));
    };
    const made = { fee: 0.01, makerFee: 0.002 };
    const dips: Row = [100, 100, 90, 90];
    // 100 bought at 1 %; 110 taken as a profit at 0.2 %; a stop loss of 95 at 1 %.
    expect(
      feesOf({ 0: ({ buy }) => buy({ units: 1, takeProfit: 110 }) }, made, [100, 111, 100, 100]),
    ).toEqual([1, 0.22]);
    expect(feesOf({ 0: ({ buy }) => buy({ units: 1, stopLoss: 95 }) }, made, dips)).toEqual([1, 0.95]);
    expect(feesOf({ 0: ({ buy }) => buy({ units: 1, limit: 95 }) }, made, dips)).toEqual([0.19]);
    expect(feesOf({ 0: ({ buy }) => buy({ units: 1, limit: 105 }) }, made, dips)).toEqual([1]);
    expect(feesOf({ 0: ({ sell }) => sell({ units: 1, stop: 95 }) }, made, dips)).toEqual([0.95]);
    expect(feesOf(buyOne, { ...made, fixedFee: 3 }, still)).toEqual([4]);

    // 60 units at 100 a day: from a traded value of 10,000 on half the fee, and after 30 days the old one.
    const tiers = { feeTiers: [{ tradedValue: 10_000, fee: 0.005, makerFee: 0.001 }], fee: 0.01 };
    const turn: Script = Object.fromEntries(
      [0, 1, 2, 29, 31, 32].map((day, fill) => [
        day,
        ({ buy, close }) => (fill % 2 === 0 ? buy({ units: 60 }) : close()),
      ]),
    );
    const days = marketOf(
      Array.from({ length: 40 }, () => still),
      24 * hour,
    );
    const tiered = runEngine(scripted(turn as Parameters<typeof scripted>[0]), days, {
      settings: { ...plainSettings, cash: 100_000, ...tiers },
      timeframe: '1d',
    });
    const { used } = tiered.ledger.fills;
    const paid = Array.from({ length: tiered.fills }, (_, fill) => used[fill * 9 + 4] as number);
    // Filled on days 1, 2, 3, 30, 32 and 33; before the last two, days 3 and on, then 4 and on, count.
    expect(paid).toEqual([60, 60, 30, 30, 30, 30]);
  },

  funding() {
    const perpetual = { market: 'perpetual', fundingRate: 0.001, fundingHours: 8 } as const;
    const rows = Array.from({ length: 20 }, (_, bar): Row => flat(bar === 8 ? 120 : 100));
    const enter = (bar: number, side: 'buy' | 'sell') =>
      run(rows, { [bar]: (orders) => orders[side]({ units: 10 }), 14: ({ close }) => close() }, perpetual);
    // Held at 08:00 alone, at an open of 120.
    const long = enter(2, 'buy');
    expect(long.trades[0]?.funding).toBeCloseTo(10 * 120 * 0.001, 12);
    expect(long.trades[0]?.profit).toBeCloseTo(-1.2, 12);
    expect(long.finalCash).toBeCloseTo(10_000 - 1.2, 9);
    expect(enter(2, 'sell').trades[0]?.funding).toBeCloseTo(-1.2, 12);
    // An entry at the open of 08:00 was not held then; one that is closed there was.
    expect(enter(7, 'buy').trades[0]?.funding).toBeUndefined();
    const closed = run(rows, { 2: ({ buy }) => buy({ units: 10 }), 7: ({ close }) => close() }, perpetual);
    expect(closed.trades[0]?.funding).toBeCloseTo(1.2, 12);
    // A bar a day: three funding times lie between two opens.
    const days = runEngine(
      scripted({ 0: ({ buy }) => buy({ units: 10 }) } as Parameters<typeof scripted>[0]),
      marketOf([still, still, flat(110)], 24 * hour),
      { settings: { ...plainSettings, ...perpetual }, timeframe: '1d' },
    );
    expect(days.trades[0]?.funding).toBeCloseTo(3 * 10 * 110 * 0.001, 12);
  },

  recordedFunding() {
    const columns = marketOf(Array.from({ length: 10 }, (_, bar): Row => flat(100 + bar)));
    const at = (bars: number) => startTime + bars * hour;
    const funding = {
      // At the open of bar 3, half an hour after that of bar 4, and two that meet at the open of bar 7.
      time: Float64Array.of(at(3), at(4.5), at(6.25), at(7)),
      rate: Float64Array.of(0.01, -0.02, 0.03, 0.001),
    };
    const paid = (enter: number, leave: number, side: 'buy' | 'sell' = 'buy') => {
      const script = {
        [enter - 1]: (orders: Orders): void => void orders[side]({ units: 10 }),
        [leave - 1]: ({ close }: Orders): void => void close(),
      };
      const settings = { ...plainSettings, market: 'perpetual' } as const;
      const { trades } = runEngine(scripted(script), [{ columns, funding }], { settings, chunks: [3, 1] });
      return trades[0]?.funding ?? 0;
    };
    // Opened at the open of bar 3, it does not pay what falls due there; held there, it does.
    expect(paid(3, 4)).toBe(0);
    expect(paid(2, 4)).toBeCloseTo(10 * 103 * 0.01, 12);
    expect(paid(2, 4, 'sell')).toBeCloseTo(-10 * 103 * 0.01, 12);
    // Closed at the open at which it falls due, it has paid it.
    expect(paid(4, 5)).toBeCloseTo(10 * 105 * -0.02, 12);
    expect(paid(5, 7)).toBeCloseTo(10 * 107 * 0.031, 12);
    expect(paid(5, 6)).toBe(0);
    expect(paid(2, 9)).toBeCloseTo(10 * (103 * 0.01 - 105 * 0.02 + 107 * 0.031), 12);
  },
};

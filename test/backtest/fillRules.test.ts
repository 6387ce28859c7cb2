import type { Orders } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { fillRules } from '../../extension/backtest/rules.ts';
import type { RunSettings } from '../../extension/contracts/backtest.ts';
import { type EngineRun, plainSettings, runEngine } from './support/engineRun.ts';
import { defineStrategy, scripted } from './support/inlineStrategies.ts';
import { hour, marketOf, startTime } from './support/market.ts';

type Row = readonly [open: number, high: number, low: number, close: number];
type Script = Readonly<Record<number, (orders: Orders) => void>>;

const still: Row = [100, 100, 100, 100];

/** Runs orders by bar over the rows; 10,000 in cash, no fee and no slippage unless told otherwise. */
function run(rows: readonly Row[], script: Script, settings: Partial<RunSettings> = {}): EngineRun {
  return runEngine(scripted(script), marketOf(rows), { settings: { ...plainSettings, ...settings } });
}

/** Enters on bar 0, at the open 100 of bar 1, and meets `row` as bar 2. */
function meet(row: Row, enter: (orders: Orders) => void, settings: Partial<RunSettings> = {}) {
  const { trades } = run([still, still, row, still], { 0: enter }, settings);
  const [trade] = trades;
  return { price: trade?.exitPrice, reason: trade?.exitReason };
}

function reasonsOf({ ledger }: EngineRun): string[] {
  return ledger.rejections.map(({ reason }) => reason);
}

const long = (orders: Orders): number => orders.buy({ units: 10, stopLoss: 95, takeProfit: 110 });
const short = (orders: Orders): number => orders.sell({ units: 10, stopLoss: 105, takeProfit: 90 });
const slippage = 0.01;

/** One check for each entry of `fillRules`, under its name. */
const checks: Readonly<Record<string, () => void>> = {
  decision() {
    const rows: Row[] = [
      [10, 12, 9, 11],
      [20, 22, 19, 21],
      [30, 32, 29, 31],
    ];
    const { trades } = run(rows, { 0: ({ buy }) => buy({ units: 1 }), 1: ({ close }) => close() });
    expect(trades).toHaveLength(1);
    expect(trades[0]).toMatchObject({
      entryTime: startTime + hour,
      entryPrice: 20,
      exitTime: startTime + 2 * hour,
      exitPrice: 30,
      bars: 1,
      profit: 10,
    });
  },

  warmUp() {
    const first: number[] = [];
    const strategy = defineStrategy({
      name: 'slowest of three',
      setup: ({ indicators }) => [indicators.sma(3), indicators.rsi(4), indicators.ema(2, indicators.sma(3))],
      next({ bar }, series) {
        first.push(bar.index, ...series.map(({ value }) => value));
      },
    });
    const rows = [1, 2, 3, 4, 5, 6].map((price): Row => [price, price, price, price]);
    const { warmUp } = runEngine(strategy, marketOf(rows));
    // RSI(4) needs four changes: bar 4, counted from 0.
    expect(warmUp).toBe(4);
    expect(first.slice(0, 4)).toEqual([4, 4, 100, 3.5]);
  },

  slippage() {
    const rows: Row[] = [still, still, still, still];
    const bought = run(rows, { 0: ({ buy }) => buy({ units: 1 }), 1: ({ close }) => close() }, { slippage });
    expect(bought.trades[0]).toMatchObject({ entryPrice: 101, exitPrice: 99 });
    const sold = run(rows, { 0: ({ sell }) => sell({ units: 1 }), 1: ({ close }) => close() }, { slippage });
    expect(sold.trades[0]).toMatchObject({ entryPrice: 99, exitPrice: 101 });
    expect(meet([100, 100, 94, 100], long, { slippage })).toEqual({ price: 95 * 0.99, reason: 'stop-loss' });
    expect(meet([100, 106, 100, 100], short, { slippage })).toEqual({
      price: 105 * 1.01,
      reason: 'stop-loss',
    });
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
    const rows: Row[] = [still, still, still, still];
    const left = run(
      rows,
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
  },

  wrongSide() {
    const orders: readonly [(orders: Orders) => number, string][] = [
      [({ buy }) => buy({ stopLoss: 101 }), 'stop-on-wrong-side'],
      [({ buy }) => buy({ stopLoss: 100 }), 'stop-on-wrong-side'],
      [({ buy }) => buy({ takeProfit: 100 }), 'target-on-wrong-side'],
      [({ sell }) => sell({ stopLoss: 99 }), 'stop-on-wrong-side'],
      [({ sell }) => sell({ stopLoss: 100 }), 'stop-on-wrong-side'],
      [({ sell }) => sell({ takeProfit: 100 }), 'target-on-wrong-side'],
    ];
    for (const [order, reason] of orders) {
      const result = run([still, still, still], { 0: order });
      expect(reasonsOf(result)).toEqual([reason]);
      expect(result.fills).toBe(0);
    }
  },

  sizing() {
    const fee = 0.01;
    const rows: Row[] = [still, still, still];
    const quantities = (script: Script, settings: Partial<RunSettings> = { fee }): number[] =>
      run(rows, script, settings).trades.map(({ quantity }) => quantity);
    expect(quantities({ 0: ({ buy }) => buy() })).toEqual([10_000 / 101]);
    expect(quantities({ 0: ({ buy }) => buy({ percent: 50 }) })).toEqual([5000 / 101]);
    expect(quantities({ 0: ({ buy }) => buy({ cash: 505 }) })).toEqual([5]);
    expect(quantities({ 0: ({ sell }) => sell() })).toEqual([10_000 / 101]);
    // The half that is left of the cash, and nothing borrowed.
    const twice = run(rows, { 0: ({ buy }) => buy({ percent: 50 }), 1: ({ buy }) => buy() }, { fee });
    expect(twice.trades).toHaveLength(2);
    expect(Math.abs(twice.finalCash)).toBeLessThan(1e-9);
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy(), 1: ({ buy }) => buy() }, { fee }))).toEqual([
      'insufficient-cash',
    ]);
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy({ units: 100 }) }, { fee }))).toEqual([
      'insufficient-cash',
    ]);
    expect(reasonsOf(run(rows, { 0: ({ sell }) => sell({ units: 101 }) }))).toEqual(['insufficient-cash']);
    expect(quantities({ 0: ({ sell }) => sell({ units: 60 }), 1: ({ sell }) => sell() }, {})).toEqual([
      60, 40,
    ]);
    // 1 % of 10,000 at a risk of 5 a unit; a risk too near is bounded by the cash.
    expect(quantities({ 0: ({ buy }) => buy({ riskPercent: 1, stopLoss: 95 }) })).toEqual([20]);
    expect(quantities({ 0: ({ buy }) => buy({ riskPercent: 1, stopLossPercent: 0.1 }) })).toEqual([
      10_000 / 101,
    ]);
    expect(quantities({ 0: ({ buy }) => buy({ units: 1.2345 }) }, { quantityStep: 0.01 })).toEqual([1.23]);
    expect(quantities({ 0: ({ buy }) => buy({ units: 0.3 }) }, { quantityStep: 0.1 })[0]).toBeCloseTo(
      0.3,
      12,
    );
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy({ units: 0.009 }) }, { quantityStep: 0.01 }))).toEqual([
      'below-step',
    ]);
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy({ units: 0.1 }) }, { minimumNotional: 10.01 }))).toEqual(
      ['below-minimum-notional'],
    );
  },

  smallest() {
    const rows: Row[] = [still, still, still, still];
    // A millionth of the equity of 10,000 is 0.01: a ten-thousandth of a unit at a price of 100.
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy({ units: 0.00009 }) }))).toEqual(['too-small']);
    expect(run(rows, { 0: ({ buy }) => buy({ units: 0.00011 }) }).trades).toHaveLength(1);
    const dust = run(rows, {
      0: ({ buy }) => buy({ units: 10 }),
      1: ({ close }) => close({ units: 5e-324 }),
    });
    expect(reasonsOf(dust)).toEqual(['too-small']);
  },

  reversal() {
    const rows: Row[] = [still, still, [120, 120, 120, 120]];
    const { trades } = run(rows, {
      0: ({ buy }) => buy({ units: 10 }),
      1: ({ sell }) => sell({ units: 5 }),
    });
    expect(trades).toHaveLength(2);
    expect(trades[0]).toMatchObject({ side: 'long', quantity: 10, exitPrice: 120, exitReason: 'reverse' });
    expect(trades[1]).toMatchObject({ side: 'short', quantity: 5, entryPrice: 120, exitTime: null });
  },

  closing() {
    const script: Script = {
      0: ({ buy }) => buy({ units: 3 }),
      1: ({ buy }) => buy({ units: 5 }),
      2: ({ close }) => close({ units: 4 }),
      3: ({ close }) => close({ percent: 25 }),
      4: ({ close }) => close(),
      5: ({ close }) => close(),
    };
    const rows = [100, 101, 102, 103, 104, 105, 106].map((price): Row => [price, price, price, price]);
    const result = run(rows, script);
    const parts = result.trades.map(({ entryPrice, exitPrice, quantity }) => [
      entryPrice,
      exitPrice,
      quantity,
    ]);
    expect(parts).toEqual([
      [101, 103, 3],
      [102, 103, 1],
      [102, 104, 1],
      [102, 105, 3],
    ]);
    expect(reasonsOf(result)).toEqual(['no-position']);
    // Parts whose sum rounds to a little more or less than the whole leave nothing behind.
    const tenths = run(
      Array.from({ length: 6 }, () => still),
      {
        0: ({ buy }) => buy({ units: 0.3 }),
        1: ({ close }) => close({ units: 0.1 }),
        2: ({ close }) => close({ units: 0.1 }),
        3: ({ close }) => close({ units: 0.1 }),
        4: ({ close }) => close(),
      },
      { quantityStep: 0.1 },
    );
    expect(tenths.trades).toHaveLength(3);
    expect(reasonsOf(tenths)).toEqual(['no-position']);
  },

  fees() {
    const rows: Row[] = [still, still, [120, 120, 120, 120]];
    const { trades, finalCash, ledger } = run(
      rows,
      { 0: ({ buy }) => buy({ units: 10 }), 1: ({ close }) => close() },
      { fee: 0.001 },
    );
    expect(trades[0]?.fees).toBeCloseTo(1 + 1.2, 12);
    expect(trades[0]?.profit).toBeCloseTo(200 - 2.2, 12);
    expect(finalCash).toBeCloseTo(10_200 - 2.2, 9);
    const perFill = [ledger.fills.used[4], ledger.fills.used[12]];
    expect(perFill).toEqual([10 * 100 * 0.001, 10 * 120 * 0.001]);
  },

  openAtEnd() {
    const rows: Row[] = [still, still, [100, 130, 100, 130]];
    const { trades, equity } = run(rows, { 0: ({ buy }) => buy({ units: 10 }) }, { fee: 0.001 });
    expect(trades).toEqual([
      {
        side: 'long',
        entryTime: startTime + hour,
        entryPrice: 100,
        exitTime: null,
        exitPrice: null,
        markPrice: 130,
        quantity: 10,
        fees: 1,
        profit: 299,
        profitFraction: 0.299,
        bars: 1,
        exitReason: 'open',
      },
    ]);
    expect(equity[2]).toBe(10_299);
  },

  lastBar() {
    const result = run([still, still], { 1: ({ buy }) => buy() });
    expect(result.fills).toBe(0);
    expect(result.ledger.rejections).toEqual([{ time: startTime + hour, reason: 'end-of-data' }]);
  },

  bankrupt() {
    const rows: Row[] = [still, still, [100, 250, 100, 200], still, still];
    const sellAll = ({ sell }: Orders): number => sell();
    const result = run(rows, { 0: sellAll, 2: ({ buy }) => buy() }, { slippage });
    expect(result.trades).toHaveLength(1);
    expect(result.trades[0]).toMatchObject({ exitPrice: 202, exitReason: 'bankrupt', bars: 1 });
    expect(reasonsOf(result)).toEqual(['bankrupt']);
    expect(result.equity[2]).toBe(result.finalCash);
    expect(result.finalCash).toBeLessThanOrEqual(0);
    // A stop that a gap jumps over can ruin an account as well.
    const jumped = run([still, still, [250, 250, 240, 245], still, still], {
      0: ({ sell }) => sell({ stopLossPercent: 5 }),
      2: ({ buy }) => buy({ units: 1 }),
    });
    expect(jumped.trades.map(({ exitReason }) => exitReason)).toEqual(['stop-loss']);
    expect(jumped.finalCash).toBe(-5000);
    expect(reasonsOf(jumped)).toEqual(['bankrupt']);
  },
};

describe('fill rules', () => {
  it('each have a test of their name here', () => {
    expect(Object.keys(checks).sort()).toEqual(Object.keys(fillRules).sort());
  });

  for (const [name, check] of Object.entries(checks)) it(`${name}: ${fillRules[name]}`, check);
});

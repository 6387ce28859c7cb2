import type { Market, Orders } from 'strategy-lab';
import { expect } from 'vitest';
import type { RunSettings } from '../../../extension/contracts/backtest.ts';
import { plainSettings, runEngine } from '../support/engineRun.ts';
import { strategyOf } from '../support/inlineStrategies.ts';
import { hour, keptBars, marketOf, type Row, startTime } from '../support/market.ts';
import { flat, reasonsOf, run, type Script, slippage, statesOf, still } from '../support/ruleRun.ts';

/** The rules about how much is bought and sold, and about what the account carries. */
export const accountChecks = {
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
    // The equity is that of the fill: half of 10,000 at 100, then half of 10,500 at 110.
    const later = run([still, still, flat(110), still], {
      0: ({ buy }) => buy({ percent: 50 }),
      1: ({ buy }) => buy({ percent: 50 }),
    });
    expect(later.trades.map(({ quantity }) => quantity)).toEqual([50, 5000 / 110]);
    const levered = { market: 'perpetual', leverage: 3 } as const;
    expect(quantities({ 0: ({ buy }) => buy({ units: 300 }) }, levered)).toEqual([300]);
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy({ units: 301 }) }, levered))).toEqual([
      'insufficient-cash',
    ]);
    expect(quantities({ 0: ({ sell }) => [sell(), sell(), sell(), sell()] }, levered)).toEqual([
      100, 100, 100,
    ]);
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
    const give = (count: number, order: (orders: Orders) => number): Script => ({
      0: (orders) => Array.from({ length: count }, () => order(orders)),
    });
    const lots = run(
      rows,
      give(10_002, ({ buy }) => buy({ units: 0.001 })),
      {},
    );
    expect([lots.trades.length, ...reasonsOf(lots)]).toEqual([
      10_000,
      'too-many-entries',
      'too-many-entries',
    ]);
    const waiting = run(
      rows,
      give(1001, ({ buy }) => buy({ limit: 10, units: 0.1 })),
    );
    expect(reasonsOf(waiting)).toEqual(['too-many-entries']);
  },

  largest() {
    const rows: Row[] = [still, still, still];
    const most = { maximumQuantity: 7 };
    expect(reasonsOf(run(rows, { 0: ({ buy }) => buy({ units: 7.5 }) }, most))).toEqual([
      'above-maximum-quantity',
    ]);
    expect(reasonsOf(run(rows, { 0: ({ sell }) => sell({ cash: 701 }) }, most))).toEqual([
      'above-maximum-quantity',
    ]);
    for (const options of [{ percent: 50 }, { riskPercent: 1, stopLoss: 99 }, { units: 7 }]) {
      expect(run(rows, { 0: ({ buy }) => buy(options) }, most).trades).toMatchObject([{ quantity: 7 }]);
    }
  },

  reversal() {
    const { trades } = run([still, still, flat(120)], {
      0: ({ buy }) => buy({ units: 10 }),
      1: ({ sell }) => sell({ units: 5 }),
    });
    expect(trades).toHaveLength(2);
    expect(trades[0]).toMatchObject({ side: 'long', quantity: 10, exitPrice: 120, exitReason: 'reverse' });
    expect(trades[1]).toMatchObject({ side: 'short', quantity: 5, entryPrice: 120, exitTime: null });
  },

  netting() {
    const net = (units: number) =>
      run(
        [still, still, still, flat(120)],
        {
          0: ({ buy }) => buy({ units: 10 }),
          1: ({ buy }) => buy({ units: 2 }),
          2: ({ sell }) => sell({ units }),
        },
        { positionMode: 'net' },
      ).trades.map(({ side, quantity, exitPrice }) => [side, quantity, exitPrice]);
    expect(net(5)).toEqual([
      ['long', 5, 120],
      ['long', 5, null],
      ['long', 2, null],
    ]);
    expect(net(15)).toEqual([
      ['long', 10, 120],
      ['long', 2, 120],
      ['short', 3, null],
    ]);
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
    const result = run(
      [100, 101, 102, 103, 104, 105, 106].map((price) => flat(price)),
      script,
    );
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

  liquidation() {
    const settings = { market: 'perpetual', leverage: 10, maintenanceMargin: 0.1 / 9, slippage } as const;
    // 900 units at 100 without slippage of the entry: 80,000 borrowed are 89 / 90 of 900 units at 89.887...
    const enter = ({ buy }: Orders): unknown => [
      buy({ limit: 100, units: 900 }),
      buy({ limit: 50, units: 1 }),
    ];
    const level = 80_000 / (900 * (1 - settings.maintenanceMargin));
    const play = (row: Row) =>
      run([still, still, row, still], { 0: enter }, { ...settings, fee: 0, liquidationFee: 0.02 });
    const inside = play([100, 101, 89, 95]);
    const [trade] = inside.trades;
    expect(trade?.exitReason).toBe('liquidation');
    expect(trade?.exitPrice).toBeCloseTo(level * 0.99, 9);
    expect(trade?.fees).toBeCloseTo(900 * level * 0.99 * 0.02, 6);
    expect(statesOf(inside, 2)).toEqual(['accepted', 'cancelled']);
    expect(play([85, 90, 80, 88]).trades[0]?.exitPrice).toBeCloseTo(85 * 0.99, 9);
    expect(play([100, 101, 90, 95]).trades[0]?.exitReason).toBe('open');
    // A short position that is worth the equity is gone where the price has doubled.
    const { trades } = run([still, still, [100, 201, 100, 150], still], { 0: ({ sell }) => sell() });
    expect(trades[0]).toMatchObject({ exitPrice: 200, exitReason: 'bankrupt', profit: -10_000 });
    const stopped = run([still, still, [100, 201, 100, 150], still], {
      0: ({ sell }) => sell({ stopLoss: 150 }),
    });
    expect(stopped.trades[0]).toMatchObject({ exitPrice: 150, exitReason: 'stop-loss' });
  },

  bankrupt() {
    const rows: Row[] = [still, still, [100, 250, 100, 200], still, still];
    const result = run(rows, { 0: ({ sell }) => sell(), 2: ({ buy }) => buy() }, { slippage });
    expect(result.trades).toHaveLength(1);
    expect(result.trades[0]).toMatchObject({ exitReason: 'bankrupt', bars: 1 });
    expect(reasonsOf(result)).toEqual(['bankrupt']);
    expect(result.equity[2]).toBe(result.finalCash);
    expect(result.finalCash).toBeLessThanOrEqual(0);
    // A stop that a gap jumps over can ruin an account as well.
    const jumped = run([still, still, [250, 250, 240, 245], still, still], {
      0: ({ sell }) => sell({ stopLossPercent: 5 }),
      2: ({ buy }) => buy({ units: 1 }),
    });
    expect(jumped.trades).toHaveLength(1);
    expect(jumped.finalCash).toBe(-5000);
    expect(reasonsOf(jumped)).toEqual(['bankrupt']);
  },

  markets() {
    const settings = { ...plainSettings, market: 'perpetual' } as const;
    const play = (
      columns: ReturnType<typeof marketOf>[],
      script: Record<number, (markets: readonly Market[]) => unknown>,
      leverage = 10,
    ) =>
      runEngine(
        strategyOf(({ markets: given }) => {
          const now = Math.max(...given.map(({ bar }) => bar.time));
          script[(now - startTime) / hour]?.(given);
        }),
        columns.map((each) => ({ columns: each })),
        { settings: { ...settings, leverage } },
      );
    // The second market lacks the bar at 01:00; its order is filled at 02:00, that of the first at 01:00.
    const whole = marketOf([still, flat(101), flat(102), flat(103)]);
    const lacking = keptBars(marketOf([still, still, flat(52), flat(53)]), (bar) => bar !== 1);
    const aligned = play([whole, lacking], {
      0: (markets) => markets.map(({ orders }) => orders.buy({ units: 1 })),
    });
    expect(
      aligned.trades.map(({ market, entryTime, entryPrice }) => [market, entryTime, entryPrice]),
    ).toEqual([
      [0, startTime + hour, 101],
      [1, startTime + 2 * hour, 52],
    ]);
    expect([...aligned.equity]).toEqual([10_000, 10_000, 10_001, 10_003]);
    // The first market's stop is hit inside the bar at whose open the second wants its money.
    const stopped = marketOf([still, still, [100, 100, 85, 85], still]);
    const quiet = marketOf([still, still, still, still]);
    const late = play(
      [stopped, quiet],
      {
        0: ([first]) => first?.orders.buy({ percent: 100, stopLoss: 90 }),
        1: ([, second]) => second?.orders.buy({ cash: 5000 }),
      },
      1,
    );
    expect(late.trades.map(({ market, exitReason }) => [market, exitReason])).toEqual([[0, 'stop-loss']]);
    expect(late.ledger.rejections.map(({ reason }) => reason)).toEqual(['insufficient-cash']);
    // What is sold at an open pays for what is bought at the same open, in the order of the markets.
    const sold = play(
      [quiet, quiet],
      {
        0: ([first]) => first?.orders.buy({ percent: 100 }),
        1: ([first, second]) => [first?.orders.close(), second?.orders.buy({ cash: 5000 })],
      },
      1,
    );
    expect(sold.trades.map(({ market }) => market)).toEqual([0, 1]);
    // 450 units of each on 80,000 borrowed. While the other is marked at 100 each could fall to 77.78; together
    // they are gone at the closes.
    const fallen = (): ReturnType<typeof marketOf> => marketOf([still, still, [100, 100, 88, 88], still]);
    const ruined = play([fallen(), fallen()], {
      0: (markets) => markets.map(({ orders }) => orders.buy({ units: 450 })),
    });
    expect(ruined.trades.map(({ market, exitReason }) => [market, exitReason])).toEqual([
      [0, 'bankrupt'],
      [1, 'bankrupt'],
    ]);
    expect(ruined.trades.map(({ exitPrice }) => exitPrice)).toEqual([88, 88]);
    // Half in the first; half of the equity in the second by a limit order that is met inside its bar, alone and
    // on its second quarter: neither size knows the close of the first one's bar.
    const dip: Row = [100, 100, 95, 100];
    const quarters = marketOf(
      Array.from({ length: 16 }, (_, at) => (at === 9 ? dip : still)),
      hour / 4,
    );
    for (const finer of [undefined, quarters]) {
      const held = { columns: marketOf([still, still, [100, 120, 100, 120], flat(120)]) };
      const met = { columns: marketOf([still, still, dip, still]) };
      const { trades } = runEngine(
        strategyOf(({ bar, markets: [first, second] }) => {
          if (bar.time === startTime) first?.orders.buy({ percent: 50 });
          if (bar.time === startTime + hour) second?.orders.buy({ percent: 50, limit: 96 });
        }),
        [held, finer === undefined ? met : { ...met, finer }],
        { settings: { ...settings, leverage: 10 } },
      );
      expect(trades.find(({ market }) => market === 1)?.quantity).toBeCloseTo((10_000 * 0.5) / 96, 9);
    }
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
    const result = run([still, still], { 0: ({ buy }) => buy({ limit: 50 }), 1: ({ buy }) => buy() });
    expect(result.fills).toBe(0);
    expect(result.ledger.rejections).toEqual([{ time: startTime + hour, reason: 'end-of-data' }]);
    expect(statesOf(result, 1)).toEqual(['accepted', 'expired']);
    expect(statesOf(result, 2)).toEqual(['rejected']);
  },
};

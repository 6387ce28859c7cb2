import type { Market } from 'strategy-lab';
import { expect, it } from 'vitest';
import type { RunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { orderEventsOf } from './support/compare.ts';
import { type EngineRun, plainSettings, runEngine } from './support/engineRun.ts';
import { strategyOf } from './support/inlineStrategies.ts';
import { hour, keptBars, marketOf, type Row, startTime } from './support/market.ts';

const still: Row = [100, 100, 100, 100];

/** Runs orders by the number of the time over markets of one account. */
function run(
  markets: readonly CandleColumns[],
  script: Readonly<Record<number, (markets: readonly Market[]) => unknown>>,
  settings: Partial<RunSettings> = {},
): EngineRun {
  const strategy = strategyOf(({ markets: given }) => {
    const now = Math.max(...given.map(({ bar }) => bar.time));
    script[(now - startTime) / hour]?.(given);
  });
  return runEngine(
    strategy,
    markets.map((columns) => ({ columns })),
    { settings: { ...plainSettings, ...settings } },
  );
}

it('the price of liquidation moves with what the other markets have lost', () => {
  // 450 units of each; when the second is at 95, the first is liquidated at 94.85.
  const first = marketOf([still, still, still, [100, 100, 94, 100], still]);
  const second = marketOf([still, still, [100, 100, 95, 95], [95, 95, 95, 95], [95, 95, 95, 95]]);
  const { trades } = run(
    [first, second],
    { 0: (markets) => markets.map(({ orders }) => orders.buy({ units: 450 })) },
    { market: 'perpetual', leverage: 10, maintenanceMargin: 0.06 },
  );
  // cash -80,000 + 450 * 95 * 0.94 + 450 * price * 0.94 = 0
  const price = (80_000 - 450 * 95 * 0.94) / (450 * 0.94);
  expect(trades[0]).toMatchObject({ market: 0, exitReason: 'liquidation' });
  expect(trades[0]?.exitPrice).toBeCloseTo(price, 9);
});

it('an entry at an open counts for what the same bar then reaches, in its own market and in the others', () => {
  const leverage = { market: 'perpetual', leverage: 10 } as const;
  // 900 units on 80,000 borrowed are gone at 88.89.
  const own = run(
    [marketOf([still, [100, 100, 85, 100], still]), marketOf([still, still, still])],
    { 0: ([first]) => first?.orders.buy({ units: 900 }) },
    leverage,
  );
  expect(own.trades).toMatchObject([{ market: 0, exitReason: 'bankrupt' }]);
  expect(own.trades[0]?.exitPrice).toBeCloseTo(80_000 / 900, 9);
  // Alone the first would fall to 82.74 before its margin is gone; with 450 units of the second, to 89.13.
  const other = run(
    [marketOf([still, still, [100, 100, 88, 100], still]), marketOf([still, still, still, still])],
    {
      0: ([first]) => first?.orders.buy({ units: 450 }),
      1: ([, second]) => second?.orders.buy({ units: 450 }),
    },
    { ...leverage, maintenanceMargin: 0.06 },
  );
  expect(other.trades[0]).toMatchObject({ market: 0, exitReason: 'liquidation' });
  expect(other.trades[0]?.exitPrice).toBeCloseTo((80_000 - 45_000 * 0.94) / (450 * 0.94), 9);
});

it('an account whose last position a gap has ruined takes no order', () => {
  const jumps = marketOf([still, still, [250, 250, 240, 245], [245, 245, 245, 245], [245, 245, 245, 245]]);
  const calm = marketOf([still, still, still, still, still]);
  const { ledger, finalCash } = run(
    [jumps, calm],
    {
      0: ([first]) => first?.orders.sell({ stopLossPercent: 5 }),
      2: ([, second]) => second?.orders.buy({ units: 1 }),
    },
    { maintenanceMargin: 0.01 },
  );
  expect(finalCash).toBeLessThan(0);
  expect(ledger.rejections.map(({ reason }) => reason)).toEqual(['bankrupt']);
});

it('an order that is good for two bars can be filled on two bars of its market, whatever bars it lacks', () => {
  const whole = marketOf(Array.from({ length: 8 }, () => still));
  const play = (lost: readonly number[]) =>
    orderEventsOf(
      run([whole, keptBars(whole, (bar) => !lost.includes(bar))], {
        0: ([, second]) => second?.orders.buy({ limit: 50, units: 1, goodForBars: 2 }),
      }),
    ).map(({ bar, state }) => [bar, state]);
  expect(play([])).toEqual([
    [1, 'accepted'],
    [3, 'expired'],
  ]);
  expect(play([1])).toEqual([
    [2, 'accepted'],
    [4, 'expired'],
  ]);
  expect(play([2])).toEqual([
    [1, 'accepted'],
    [4, 'expired'],
  ]);
});

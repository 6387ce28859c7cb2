import { expect, it } from 'vitest';
import { plainSettings, runEngine } from './support/engineRun.ts';
import { strategyOf } from './support/inlineStrategies.ts';
import { hour, marketOf, type Row, startTime } from './support/market.ts';

const still: Row = [100, 100, 100, 100];

/**
 * Holds the coarse market; a limit order of the other, half of the equity, is met by its second quarter of an
 * hour. Answers its units.
 */
function unitsBought(coarse: readonly Row[]): number | undefined {
  // The dip comes at 02:15; at 02:00 nothing is met.
  const quarters = marketOf(
    Array.from({ length: 16 }, (_, at): Row => (at === 9 ? [100, 100, 95, 100] : still)),
    hour / 4,
  );
  const hours = marketOf([still, still, [100, 100, 95, 100], still]);
  const { trades } = runEngine(
    strategyOf(({ bar, markets: [held, other] }) => {
      if (bar.time === startTime) held?.orders.buy({ percent: 50 });
      if (bar.time === startTime + hour) other?.orders.buy({ percent: 50, limit: 96 });
    }),
    [{ columns: marketOf([...coarse]) }, { columns: hours, finer: quarters }],
    { settings: { ...plainSettings, market: 'perpetual', leverage: 5 } },
  );
  return trades.find(({ market }) => market === 1)?.quantity;
}

it('an order that a finer bar fills is sized by no price that another market shows only later', () => {
  const flat = unitsBought([still, still, still, still]);
  // The same until 02:00; at its close of 03:00 the market that is held stands elsewhere.
  const risen = unitsBought([still, still, [100, 160, 100, 160], [160, 160, 160, 160]]);
  expect(flat).toBeGreaterThan(0);
  expect(risen).toBe(flat);
});

it('what a limit order has bought inside a bar is worth what it paid, where another market is sized by it', () => {
  const dip: Row = [100, 100, 90, 100];
  const bars = { columns: marketOf([still, still, dip, still]) };
  const { trades } = runEngine(
    strategyOf(({ bar, markets }) => {
      if (bar.time !== startTime + hour) return;
      for (const { orders } of markets) orders.buy({ percent: 50, limit: 95 });
    }),
    [bars, bars],
    { settings: plainSettings },
  );
  expect(trades.map(({ quantity }) => quantity)).toEqual([
    expect.closeTo(5000 / 95, 9),
    expect.closeTo(5000 / 95, 9),
  ]);
});

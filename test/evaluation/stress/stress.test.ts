import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trade } from '../../../extension/contracts/backtest.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import { tradeOrder } from '../../../extension/evaluation/statistics/tradeOrder.ts';
import { chanceReport } from '../../../extension/evaluation/stress/chance.ts';
import { crisisFigures } from '../../../extension/evaluation/stress/crisisBars.ts';
import {
  barReturns,
  heldSides,
  heldTrades,
  tradeReturns,
} from '../../../extension/evaluation/stress/held.ts';
import { scenarioRows } from '../../../extension/evaluation/stress/summary.ts';
import { makeCandles } from '../../../extension/market/candles.ts';
import {
  emptyColumns,
  hour,
  numbersFrom,
  startTime,
  syntheticMarket,
} from '../../backtest/support/market.ts';

const columns = syntheticMarket({ bars: 900, seed: 4 });
const meta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
const candles = makeCandles(meta, columns);
const { time } = candles;
const at = (bar: number): number => time[bar] as number;

function trade(side: Trade['side'], entry: number, exit: number | null, profit = 1): Trade {
  return {
    side,
    entryTime: at(entry),
    entryPrice: 10,
    exitTime: exit === null ? null : at(exit),
    exitPrice: exit === null ? null : 11,
    markPrice: exit === null ? 11 : null,
    quantity: 1,
    fees: 0,
    profit,
    profitFraction: profit / 10,
    bars: 1,
    exitReason: exit === null ? 'open' : 'signal',
  };
}

/** Bars of 24 steps of a random walk without drift. */
function walkOf(seed: number) {
  const random = numbersFrom(seed);
  const columns = emptyColumns(3000);
  let price = 100;
  for (let bar = 0; bar < 3000; bar++) {
    const path = Array.from({ length: 24 }, () => (price *= 1 + (random() - 0.5) * 0.014));
    const open = columns.close[bar - 1] ?? 100;
    columns.time[bar] = startTime + bar * hour;
    columns.open[bar] = open;
    columns.high[bar] = Math.max(open, ...path);
    columns.low[bar] = Math.min(open, ...path);
    columns.close[bar] = price;
  }
  return makeCandles(meta, columns);
}

/** Entries by the toss of a coin: five bars at most with a stop, or two bars behind a stop order. */
function coinTosses({ open, high, low, time: opens }: ReturnType<typeof walkOf>, kind: string, seed: number) {
  const random = numbersFrom(100 + seed);
  const trades: Trade[] = [];
  for (let bar = 10; bar < opens.length - 12; bar++) {
    if (random() > 0.1) continue;
    const entry = open[bar] as number;
    const isOrder = kind === 'stop order';
    if (isOrder && (high[bar] as number) < entry * 1.01) continue;
    let exit = bar;
    let exitReason: Trade['exitReason'] = 'signal';
    const last = bar + (isOrder ? 2 : 5);
    for (; exit < last; exit++) {
      if (isOrder || (low[exit] as number) > entry * 0.98) continue;
      exitReason = 'stop-loss';
      break;
    }
    const times = { entryTime: opens[bar] as number, exitTime: opens[exit] as number };
    trades.push({ ...trade('long', 0, 1), ...times, exitReason, ...(isOrder && { entryInsideBar: true }) });
    bar = exit;
  }
  return trades;
}

describe('what was held', () => {
  it('counts no bar inside which it began, and all of one inside which it ended', () => {
    const inside = { ...trade('long', 2, 4), entryInsideBar: true, exitReason: 'stop-loss' } as const;
    const lost = { ...trade('long', 6, 6), entryInsideBar: true, exitReason: 'stop-loss' } as const;
    expect([...heldSides([inside, lost], time).subarray(0, 8)]).toEqual([0, 0, 0, 1, 1, 0, 0, 0]);
  });

  it('is each bar from that of the entry to the one before the exit, and to the end where it is open', () => {
    const sides = heldSides([trade('long', 2, 4), trade('short', 6, 7), trade('long', 898, null)], time);
    expect([...sides.subarray(0, 8)]).toEqual([0, 0, 1, 1, 0, 0, -1, 0]);
    expect([...sides.subarray(896)]).toEqual([0, 0, 1, 1]);
    expect(heldTrades(sides)).toEqual([
      { entry: 2, bars: 2, direction: 1 },
      { entry: 6, bars: 1, direction: -1 },
      { entry: 898, bars: 2, direction: 1 },
    ]);
  });

  it('is one trade where lots overlap, so that trades always stand side by side within the bars', () => {
    const lots = fc.array(fc.tuple(fc.nat({ max: 800 }), fc.integer({ min: 1, max: 90 })), { maxLength: 30 });
    fc.assert(
      fc.property(lots, (spans) => {
        const sides = heldSides(
          spans.map(([entry, bars]) => trade('long', entry, entry + bars)),
          time,
        );
        const held = heldTrades(sides);
        const bars = held.reduce((sum, each) => sum + each.bars, 0);
        expect(bars).toBe(
          new Set(spans.flatMap(([from, length]) => [...Array(length).keys()].map((n) => from + n))).size,
        );
        for (const [place, each] of held.entries()) {
          const before = held[place - 1];
          if (before !== undefined) expect(each.entry).toBeGreaterThan(before.entry + before.bars - 1);
        }
      }),
    );
  });

  it('earns the returns of the market: an entry at an open that is the close before earns them exactly', () => {
    const returns = barReturns(candles);
    const product = returns.subarray(5, 12).reduce((grown, value) => grown * (1 + value), 1);
    expect(product).toBeCloseTo((candles.close[11] as number) / (candles.close[4] as number), 12);
    expect(returns[0]).toBe((candles.close[0] as number) / (candles.open[0] as number) - 1);
  });

  it('gives a trade as a share of the equity before it, and leaves out what is open or was ruined', () => {
    const equity = new Float64Array(900).fill(200);
    equity[9] = 50;
    equity[19] = 0;
    const trades = [
      trade('long', 0, 3, 10),
      trade('long', 10, 12, 10),
      trade('long', 20, 22),
      trade('long', 30, null),
    ];
    expect([...tradeReturns(trades, time, equity, 100)]).toEqual([0.1, 0.2]);
  });
});

describe('a crisis', () => {
  it('is told by its own bars: return and fall from the close before, trades that ended in it', () => {
    const equity = Float64Array.from(time, (_, bar) =>
      bar < 100 ? 1000 : bar < 105 ? 1100 : bar < 110 ? 825 : 900,
    );
    const trades = [
      trade('long', 90, 99),
      trade('long', 95, 100),
      trade('long', 101, 109),
      trade('long', 105, 110),
    ];
    const crisis = { id: 'x', name: 'X', markets: [], from: 0, to: 0, facts: '' };
    const found = crisisFigures({ columns: candles, equity, trades }, { crisis, from: 100, to: 110 });
    expect(found.totalReturn).toBeCloseTo(-0.175, 12);
    expect(found.maxDrawdown).toBeCloseTo(0.25, 12);
    expect(found.trades).toBe(2);
    expect(found.marketReturn).toBeCloseTo(
      (candles.close[109] as number) / (candles.close[99] as number) - 1,
      12,
    );
  });
});

describe('a fall at once', () => {
  it('counts from the close before the crisis', () => {
    const equity = Float64Array.from(time, (_, bar) => (bar < 100 ? 1000 : 800));
    const crisis = { id: 'x', name: 'X', markets: [], from: 0, to: 0, facts: '' };
    const found = crisisFigures({ columns: candles, equity, trades: [] }, { crisis, from: 100, to: 110 });
    expect(found.maxDrawdown).toBeCloseTo(0.2, 12);
  });
});

describe('the order of trades', () => {
  const returns = Float64Array.from({ length: 60 }, (_, place) => (place % 3 === 0 ? -0.05 : 0.04));

  it('gives a histogram of all drawdowns between the least and the most', () => {
    const { drawdowns, maxDrawdown, observedDrawdown } = finish(
      tradeOrder({ returns, method: 'shuffle', runs: 500, seed: 3, ruinLevel: 0.5 }),
    );
    const { low = 0, width = 0, counts = [] } = drawdowns ?? {};
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(500);
    expect(low).toBeLessThanOrEqual(maxDrawdown?.p05 ?? 0);
    expect(low + width * counts.length).toBeGreaterThanOrEqual(maxDrawdown?.p95 ?? 1);
    expect(observedDrawdown).toBeCloseTo(0.05, 12);
  });

  it('has one bar where every order falls as deep, and none below 30 trades', () => {
    const same = finish(
      tradeOrder({
        returns: new Float64Array(40).fill(0.01),
        method: 'shuffle',
        runs: 50,
        seed: 1,
        ruinLevel: 0.5,
      }),
    );
    expect(same.drawdowns).toEqual({ low: 0, width: 0, counts: [50] });
    const few = finish(
      tradeOrder({ returns: returns.subarray(0, 29), method: 'shuffle', runs: 50, seed: 1, ruinLevel: 0.5 }),
    );
    expect(few.drawdowns).toBeNull();
    expect(few.reason).toContain('29');
  });
});

describe('what chance would have made of a run', () => {
  const report = (trades: readonly Trade[]) =>
    finish(
      chanceReport({
        candles,
        times: time,
        isJoint: false,
        settled: { equity: candles.close, trades },
        cash: 100,
        seed: 2,
      }),
    );

  it('has a small p for entries that knew what would come, and a large one for those that knew the contrary', () => {
    const rising: Trade[] = [];
    const falling: Trade[] = [];
    for (let bar = 5; bar + 3 < time.length; bar += 6) {
      const grows = (candles.close[bar + 2] as number) > (candles.close[bar - 1] as number);
      (grows ? rising : falling).push(trade('long', bar, bar + 3));
    }
    expect(rising.length).toBeGreaterThan(30);
    expect(falling.length).toBeGreaterThan(30);
    const [skilled, hapless] = [report(rising), report(falling)];
    expect(skilled.randomEntry.p).toBeLessThan(0.01);
    expect(skilled.rotation.p).toBeLessThan(0.01);
    expect(hapless.randomEntry.p).toBeGreaterThan(0.99);
    expect(hapless.rotation.p).toBeGreaterThan(0.99);
  });

  it('finds no skill in a stop or a stop order on a market without drift, whose bars decide when both are met', () => {
    for (const kind of ['stop loss', 'stop order'] as const) {
      const chances = [1, 2, 3, 4, 5].map((seed) => {
        const walk = walkOf(seed);
        const trades = coinTosses(walk, kind, seed);
        const settled = { equity: walk.close, trades };
        const { randomEntry, rotation } = finish(
          chanceReport({ candles: walk, times: walk.time, isJoint: false, settled, cash: 100, seed }),
        );
        return [randomEntry.p ?? 0, rotation.p ?? 0];
      });
      // By luck half of them are above 0.5; counted by what the bars decide, all of them are 0.001.
      const middle = chances.flat().sort((a, b) => a - b)[5];
      expect(middle, kind).toBeGreaterThan(0.1);
    }
  });

  it('has no figures that a sample cannot carry, and says why', () => {
    const { shuffled, randomEntry, rotation, regimes } = report([trade('long', 3, 6)]);
    expect([shuffled.maxDrawdown, randomEntry.p]).toEqual([null, null]);
    expect(shuffled.reason).toBeDefined();
    expect(randomEntry.reason).toBeDefined();
    expect(rotation.p).not.toBeNull();
    expect(report([]).rotation).toMatchObject({ p: null, reason: 'the position never changes' });
    expect(regimes.reduce((sum, { bars }) => sum + bars, 0)).toBe(time.length - 1);
  });
});

describe('paths in one row', () => {
  const outcome = (
    totalReturn: number | null,
    maxDrawdown: number | null,
    problem: string | null = null,
  ) => ({
    ...{ totalReturn, maxDrawdown, problem, sharpe: null, trades: 3, marketReturn: 0.5 },
  });

  it('are the median return, the worst, and the deepest fall; what failed is counted', () => {
    const [row] = scenarioRows({
      scenarios: [
        {
          scenario: 'gap',
          leftOut: null,
          outcomes: [outcome(0.1, 0.2), outcome(-0.3, 0.5), outcome(null, null, 'threw'), outcome(0.2, 0.1)],
        },
      ],
    });
    expect(row).toEqual({
      scenario: 'gap',
      paths: 4,
      failed: 1,
      problem: 'threw',
      leftOut: null,
      totalReturn: 0.1,
      trades: 3,
      marketReturn: 0.5,
      worstReturn: -0.3,
      maxDrawdown: 0.5,
    });
  });

  it('have no figures where all failed', () => {
    const [row] = scenarioRows({
      scenarios: [{ scenario: 'gap', leftOut: null, outcomes: [outcome(null, null, 'threw')] }],
    });
    expect([row?.totalReturn, row?.worstReturn, row?.maxDrawdown]).toEqual([null, null, null]);
  });
});

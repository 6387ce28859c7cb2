import { describe, expect, it } from 'vitest';
import { startTime } from '../support/market.ts';
import { day, metricsOf, tradeOf } from './curves.ts';

const curve = Array.from({ length: 60 }, (_, bar) => 100 + bar + (bar % 2));

/** Closed trades with these profits on entries worth 1,000, in the order of their exits. */
const tradesWith = (profits: readonly number[]) =>
  profits.map((profit, index) =>
    tradeOf({
      entryTime: startTime + index * day,
      exitTime: startTime + (index + 1) * day,
      entryPrice: 100,
      quantity: 10,
      profit,
      profitFraction: profit / 1000,
      fees: 2,
    }),
  );

describe('trade metrics', () => {
  it('in a case worked out by hand', () => {
    const metrics = metricsOf(curve, { trades: tradesWith([30, -10, 0, 50, 20, -15, -5]) });
    expect(metrics).toMatchObject({
      trades: 7,
      averageWin: expect.closeTo(100 / 3, 12),
      averageLoss: 7.5,
      payoffRatio: expect.closeTo(100 / 3 / 7.5, 12),
      averageReturn: expect.closeTo(0.01, 12),
      bestTrade: 50,
      worstTrade: -15,
      longestWinStreak: 2,
      longestLossStreak: 2,
      // 14 in fees of 70 + 14 before them.
      feeShare: expect.closeTo(14 / 84, 12),
    });
  });

  it('count a trade that only its fees turned into a loss as lost', () => {
    const trades = [tradeOf({ entryPrice: 100, exitPrice: 100.1, fees: 0.2, profit: -0.1 })];
    expect(metricsOf(curve, { trades })).toMatchObject({
      winRate: 0,
      averageLoss: 0.1,
      longestLossStreak: 1,
    });
  });

  it('have no payoff ratio without both sides, and no fee share without a profit before fees', () => {
    expect(metricsOf(curve, { trades: tradesWith([5, 6]) })).toMatchObject({
      payoffRatio: null,
      averageLoss: null,
    });
    expect(metricsOf(curve, { trades: tradesWith([-5, 0]) })).toMatchObject({
      payoffRatio: null,
      averageWin: null,
    });
    expect(metricsOf(curve, { trades: tradesWith([0]) })).toMatchObject({
      payoffRatio: null,
      averageLoss: 0,
    });
    expect(metricsOf(curve, { trades: tradesWith([-50]) })['feeShare']).toBeNull();
    expect(metricsOf(curve)).toMatchObject({ bestTrade: null, longestWinStreak: 0, feeShare: null, fees: 0 });
  });

  it('measure quality and Kelly fraction from 30 closed trades on', () => {
    const profits = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? -20 : 15 + (index % 2)));
    const metrics = metricsOf(curve, { trades: tradesWith(profits) });
    const mean = profits.reduce((sum, profit) => sum + profit, 0) / 30;
    const variance = profits.reduce((sum, profit) => sum + (profit - mean) ** 2, 0) / 29;
    expect(metrics['sqn']).toBeCloseTo((Math.sqrt(30) * mean) / Math.sqrt(variance), 10);
    // 20 of 30 win 15.5 in the mean and the others lose 20.
    expect(metrics['kelly']).toBeCloseTo(2 / 3 - 1 / 3 / (15.5 / 20), 10);
    expect(metricsOf(curve, { trades: tradesWith(profits.slice(1)) })).toMatchObject({
      sqn: null,
      kelly: null,
    });
  });

  it('have no Kelly fraction without both sides, and no quality where profits do not vary', () => {
    const equal = Array.from({ length: 40 }, () => 0.1);
    expect(metricsOf(curve, { trades: tradesWith(equal) })).toMatchObject({ sqn: null, kelly: null });
    const lost = Array.from({ length: 40 }, (_, index) => -1 - index);
    expect(metricsOf(curve, { trades: tradesWith(lost) })).toMatchObject({ kelly: null });
  });
});

describe('costs', () => {
  it('turn over the value of entries and exits a year, by the mean equity', () => {
    // Two trades closed at 101, one open: 10 units at 100 in, 101 out.
    const [closed, open] = tradesWith([1, 2]);
    const trades = [closed, { ...open, exitTime: null, exitPrice: null, markPrice: 101 }].flatMap((trade) =>
      trade === undefined ? [] : [{ ...tradeOf(), ...trade }],
    );
    const mean = curve.reduce((sum, value) => sum + value, 0) / 60;
    const years = 60 / 365.25;
    expect(metricsOf(curve, { trades })['turnover']).toBeCloseTo((1000 + 1010 + 1000) / mean / years, 9);
    expect(metricsOf(curve.slice(0, 30), { trades })['turnover']).toBeNull();
  });

  it('are unknown, and not 0, where the engine did not record them', () => {
    const unknown = { slippageCost: null, spreadCost: null, fundingCost: null, liquidationCost: null };
    expect(metricsOf(curve)).toMatchObject(unknown);
    const costs = { slippage: 12, spread: 3, funding: -4, liquidation: 0 };
    expect(metricsOf(curve, { costs })).toMatchObject({
      slippageCost: 12,
      spreadCost: 3,
      fundingCost: -4,
      liquidationCost: 0,
    });
  });
});

import { describe, expect, it } from 'vitest';
import { NextError, StrategySession } from '../../extension/backtest/session.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import type { AnyStrategy } from '../../extension/backtest/strategyApi.ts';
import { timelineOf } from '../../extension/backtest/timeline.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { plainSettings } from './support/engineRun.ts';
import { type Context, defineStrategy, strategyOf } from './support/inlineStrategies.ts';
import { hour, keptBars, startTime, syntheticMarket } from './support/market.ts';

const symbols = ['A', 'B', 'C'];

/** Three markets: one whole, one that begins late, one with holes; none shares all its times with another. */
function markets(bars: number): CandleColumns[] {
  return [
    keptBars(syntheticMarket({ bars, seed: 1 }), (bar) => bar % 50 !== 7),
    keptBars(syntheticMarket({ bars, seed: 2, start: 50 }), (bar) => bar >= 30),
    keptBars(syntheticMarket({ bars, seed: 3, start: 7 }), (bar) => bar % 3 !== 1 && bar % 50 !== 7),
  ];
}

interface Played {
  readonly equity: Float64Array;
  readonly session: StrategySession;
}

/** Runs over all markets, cut at each of `cuts`, given as numbers of times. */
function play(strategy: AnyStrategy, all: readonly CandleColumns[], cuts: readonly number[] = []): Played {
  const session = new StrategySession(strategy, {
    settings: plainSettings,
    symbols,
    timeframe: '1h',
    params: {},
    intentsPerBar: 50,
    log: () => undefined,
  });
  const timeline = timelineOf(all);
  const equity = new Float64Array(timeline.times.length);
  const borders = [0, ...cuts, timeline.times.length];
  for (let piece = 1; piece < borders.length; piece++) {
    const from = borders[piece - 1] as number;
    const to = borders[piece] as number;
    const pieces = all.map((columns, market) => ({
      columns,
      from: timeline.barsBefore[market]?.[from] as number,
      to: timeline.barsBefore[market]?.[to] as number,
    }));
    expect(session.feed(pieces, equity, from)).toBe(to - from);
  }
  return { equity, session };
}

describe('a run of several markets', () => {
  const all = markets(400);

  it('calls next once for each time at which any market has a bar, in order', () => {
    const times: number[] = [];
    play(
      strategyOf(({ markets: given }) => {
        times.push(Math.max(...given.map(({ bar }) => bar.time)));
      }),
      all,
    );
    const expected = [...new Set(all.flatMap(({ time }) => [...time]))].sort((a, b) => a - b);
    // It waits for the first bar of the last market to begin.
    expect(times).toEqual(expected.slice(expected.indexOf(startTime + 30 * hour)));
  });

  it('shows of each market the last bar that has closed, and whether it is fresh', () => {
    let looked = 0;
    play(
      strategyOf(({ markets: given }) => {
        const now = Math.max(...given.map(({ bar }) => bar.time));
        for (const [market, { bar, bars, isFresh, symbol }] of given.entries()) {
          const { time, close } = all[market] as CandleColumns;
          const last = time.findLastIndex((open) => open <= now);
          expect(symbol).toBe(symbols[market]);
          expect([bar.index, bar.time, bar.close]).toEqual([last, time[last], close[last]]);
          expect(bars.close.previous).toBe(last === 0 ? Number.NaN : close[last - 1]);
          expect(isFresh).toBe(time[last] === now);
          looked++;
        }
      }),
      all,
    );
    expect(looked).toBeGreaterThan(1000);
  });

  it('fills an order at the next open of its own market, however late that is', () => {
    const gapped = keptBars(all[2] as CandleColumns, (bar) => bar < 40 || bar >= 60);
    const given = [all[0], all[1], gapped] as CandleColumns[];
    const last = gapped.time[39] as number;
    const strategy = strategyOf(({ bar, markets: shown }) => {
      if (bar.time === last) shown[2]?.orders.buy({ units: 1 });
    });
    const { session } = play(strategy, given);
    const lot = session.portfolio.brokers[2]?.position.lots[0];
    expect(lot).toMatchObject({ entryTime: gapped.time[40], entryPrice: gapped.open[40] });
  });

  it('has one account: the equity is the cash and all positions at their last closes', () => {
    const strategy = strategyOf(({ markets: given, bar }) => {
      for (const { orders, position } of given) {
        if (position.isFlat && bar.index % 40 === 0) orders.buy({ percent: 30 });
        else if (bar.index % 40 === 25) orders.close();
      }
    });
    const equities: number[] = [];
    const watching: AnyStrategy = {
      ...strategy,
      next(context: Context, state) {
        equities.push(context.account.equity);
        strategy.next(context, state);
      },
    };
    const { equity, session } = play(watching, all);
    expect([...equity.slice(-equities.length)]).toEqual(equities);
    expect(session.portfolio.fills).toBeGreaterThan(20);
    const { cash } = session.portfolio.account;
    const worth = session.portfolio.brokers.map(
      ({ position }, market) => position.signedQuantity * (all[market]?.close.at(-1) ?? 0),
    );
    expect(equity.at(-1)).toBe(worth.reduce((sum, value) => sum + value, cash));
  });

  it('is the same to the bit whatever the pieces, and as the host settles it', () => {
    const strategy = strategyOf(({ markets: given, random }) => {
      for (const { orders, position, isFresh } of given) {
        if (!isFresh) continue;
        const chance = random();
        if (chance < 0.1) orders.buy({ percent: 20, stopLossPercent: 2, takeProfitPercent: 3 });
        else if (chance < 0.15) orders.sell({ percent: 20, trailingStopPercent: 2 });
        else if (chance < 0.2 && !position.isFlat) orders.close();
      }
    });
    const whole = play(strategy, all);
    const cut = play(strategy, all, [1, 2, 77, 200, 399]);
    expect(cut.equity).toEqual(whole.equity);
    expect(cut.session.intents.used).toEqual(whole.session.intents.used);

    const settlement = new Settlement(
      plainSettings,
      all.map((columns) => ({ columns })),
      '1h',
    );
    const { used, rows } = whole.session.intents;
    settlement.feed(0, whole.equity.length, used, rows);
    const { equity, trades } = settlement.finish();
    expect(equity).toEqual(whole.equity);
    expect([settlement.fillHashHigh, settlement.fillHashLow]).toEqual([
      whole.session.portfolio.hash.high,
      whole.session.portfolio.hash.low,
    ]);
    expect(new Set(trades.map(({ market }) => market))).toEqual(new Set([0, 1, 2]));
  });

  it('names the time at which a strategy throws', () => {
    const strategy = strategyOf(({ bar }) => {
      if (bar.index === 100) throw new Error('no');
    });
    const first = all[0] as CandleColumns;
    const place = timelineOf(all).times.indexOf(first.time[100] as number);
    expect(() => play(strategy, all)).toThrow(
      expect.objectContaining({ name: NextError.name, bar: place, time: first.time[100] }),
    );
  });

  it('waits for the slowest indicator of every market', () => {
    let first = -1;
    const strategy = defineStrategy({
      name: 'waiting',
      setup: ({ markets: [, second] }) => second?.indicators.sma(20),
      next({ markets: [, second] }, average) {
        if (first >= 0) return;
        first = second?.bar.index ?? -1;
        expect(average?.value).not.toBeNaN();
      },
    });
    play(strategy, all);
    expect(first).toBe(19);
  });
});

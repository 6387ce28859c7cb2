import type { Orders } from 'strategy-lab';
import { describe, expect, it } from 'vitest';
import { StrategySession } from '../../../extension/backtest/session.ts';
import type { AnyStrategy } from '../../../extension/backtest/strategyApi.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { type ProfileName, traderProfiles } from '../../../extension/evaluation/profiles/profiles.ts';
import { type TradedRun, tradeAs } from '../../../extension/evaluation/profiles/traded.ts';
import { plainSettings } from '../../backtest/support/engineRun.ts';
import { everyOrder, scripted } from '../../backtest/support/inlineStrategies.ts';
import { hour, marketOf, startTime, syntheticMarket } from '../../backtest/support/market.ts';

function intentsOf(strategy: AnyStrategy, columns: CandleColumns): Float64Array {
  const session = new StrategySession(strategy, {
    settings: plainSettings,
    timeframe: '1h',
    params: {},
    intentsPerBar: 100,
    log: () => undefined,
  });
  session.feed([{ columns, from: 0, to: columns.time.length }]);
  return session.intents.used;
}

function trade(name: ProfileName, columns: CandleColumns, strategy: AnyStrategy): TradedRun {
  const intents = intentsOf(strategy, columns);
  const run = { market: { columns }, timeframe: '1h', settings: plainSettings, intents } as const;
  return tradeAs(traderProfiles[name], run);
}

/** Bars that open where the one before closed, at these closes. */
function closes(...prices: number[]): CandleColumns {
  return marketOf(
    prices.map((close, bar) => {
      const open = prices[bar - 1] ?? close;
      return [open, Math.max(open, close), Math.min(open, close), close];
    }),
  );
}

type Script = Parameters<typeof scripted>[0];

function outcome(name: ProfileName, prices: readonly number[], script: Script) {
  const { settled, applied } = trade(name, closes(...prices), scripted(script));
  return {
    applied,
    trades: settled.trades.map(({ entryTime, exitTime, entryPrice, exitPrice, quantity, exitReason }) => ({
      entry: (entryTime - startTime) / hour,
      exit: exitTime === null ? null : (exitTime - startTime) / hour,
      entryPrice,
      exitPrice,
      quantity,
      exitReason,
    })),
  };
}

const buy = ({ buy: give }: Orders): number => give();
const exit = ({ close }: Orders): number => close();

describe('a trader profile sizes an entry by its own risk and stop', () => {
  it.each([
    ['conservative', 2 / 3],
    ['aggressive', 1],
    ['panic', 0.2],
    ['rabbit', 0.4],
    ['wolf', 0.1],
    ['speculator', 1],
    ['trendFollower', 0.3],
  ] as const)('%s puts %d of the equity into it', (name, part) => {
    const { trades } = outcome(name, [100, 100, 100], { 0: buy });
    expect((trades[0]?.quantity ?? 0) * 100).toBeCloseTo(10_000 * part, 6);
  });

  it('and keeps a nearer stop of the strategy where it keeps stops', () => {
    const near = ({ buy: give }: Orders): number => give({ stopLossPercent: 10 });
    // 2 % of 10,000 at 10 a unit; the wolf sets its own stop of half the price.
    expect(outcome('conservative', [100, 100, 100], { 0: near }).trades[0]?.quantity).toBeCloseTo(20, 9);
    expect(outcome('wolf', [100, 100, 100], { 0: near }).trades[0]?.quantity).toBeCloseTo(10, 9);
  });
});

describe('a trader profile keeps its rules', () => {
  it('conservative: takes a profit of 6 % and leaves out what would add', () => {
    const { trades, applied } = outcome('conservative', [100, 100, 103, 108, 108], { 0: buy, 2: buy });
    expect(trades).toMatchObject([{ exitPrice: 106, exitReason: 'take-profit' }]);
    expect(applied['entry-left-out']).toBe(1);
  });

  it('conservative: stops for good when the equity has fallen by more than 5 %', () => {
    // Four stops of 2 % each.
    const prices = [100, 100, 96, 96, 92, 92, 88, 88, 84, 84, 84, 84];
    const script = { 0: buy, 2: buy, 4: buy, 6: buy, 8: buy, 9: buy };
    const { trades, applied } = outcome('conservative', prices, script);
    expect(applied.drawdown).toBe(1);
    expect(trades.length).toBeLessThan(5);
    expect(Math.max(...trades.map(({ entry }) => entry))).toBeLessThan(9);
  });

  it('aggressive: leaves two bars after the strategy', () => {
    const script = { 0: buy, 2: exit };
    expect(outcome('aggressive', [100, 100, 100, 101, 102, 103, 104], script)).toMatchObject({
      trades: [{ exit: 5 }],
      applied: { 'late-exit': 1 },
    });
  });

  it('panic: leaves at the first close in loss, and pauses for 24 bars', () => {
    const prices = [100, 100, 99.9, 99.9, ...Array<number>(40).fill(100)];
    const script = { 0: buy, 3: buy, 10: buy, 30: buy };
    expect(outcome('panic', prices, script)).toMatchObject({
      applied: { loss: 1, 'entry-left-out': 2 },
      trades: [{ entry: 1, exit: 3 }, { entry: 31 }],
    });
  });

  it('rabbit: leaves after an hour, at a gain of 1 %, or at a loss of 5 %', () => {
    expect(outcome('rabbit', [100, 100, 100.5, 100.5, 100.5], { 0: buy })).toMatchObject({
      applied: { time: 1 },
      trades: [{ entry: 1, exit: 3 }],
    });
    expect(outcome('rabbit', [100, 102, 102, 102], { 0: buy })).toMatchObject({
      applied: { gain: 1 },
      trades: [{ entry: 1, exit: 2 }],
    });
    const loose = ({ buy: give }: Orders): number => give({ stopLossPercent: 20 });
    expect(outcome('rabbit', [100, 94, 94, 94], { 0: loose }).applied.loss).toBe(1);
  });

  it('wolf: averages down three times at most, keeps no stop, and takes half of a gain', () => {
    const falling = [100, 100, 94, 94, 88, 88, 83, 83, 78, 78, 73, 73];
    const tight = ({ buy: give }: Orders): number => give({ stopLossPercent: 1 });
    const down = outcome('wolf', falling, { 0: tight });
    expect(down.applied['averaged-down']).toBe(3);
    expect(down.trades.every(({ exitReason }) => exitReason === 'open')).toBe(true);
    expect(down.trades.map(({ quantity }) => quantity)).toEqual([10, 5, 7.5, 11.25]);
    const up = outcome('wolf', [100, 100, 111, 111, 111], { 0: buy });
    expect(up).toMatchObject({ applied: { 'part-taken': 1 } });
    expect(up.trades[0]?.quantity).toBeCloseTo(5, 9);
  });

  it('speculator: trails its stop of 2 %, and leaves when 3 % is given back', () => {
    // A stop that trails is hit at 2 % below the high.
    expect(outcome('speculator', [100, 100, 110, 105, 105], { 0: buy }).trades[0]).toMatchObject({
      exitReason: 'trailing-stop',
      exitPrice: 107.8,
    });
    expect(outcome('speculator', [100, 100, 200, 196.5, 196.5], { 0: buy })).toMatchObject({
      applied: { 'give-back': 1 },
      trades: [{ exit: 4, exitReason: 'signal' }],
    });
  });

  it('trendFollower: enters along the move of 50 bars alone, and lets gains run past an exit', () => {
    const rising = Array.from({ length: 60 }, (_, bar) => 100 + bar);
    const falling = Array.from({ length: 60 }, (_, bar) => 200 - bar);
    expect(outcome('trendFollower', rising, { 52: buy, 55: exit })).toMatchObject({
      applied: { 'late-exit': 1, 'entry-left-out': 0 },
      trades: [{ exit: null }],
    });
    expect(outcome('trendFollower', falling, { 52: buy })).toMatchObject({
      applied: { 'entry-left-out': 1 },
      trades: [],
    });
  });
});

describe('every trader profile', () => {
  const columns = syntheticMarket({ bars: 3000, seed: 12 });
  const names = Object.keys(traderProfiles) as ProfileName[];

  it('is one of seven', () => expect(names).toHaveLength(7));

  it.each(names)('%s decides by what has closed: bars to come change nothing before them', (name) => {
    const run = trade(name, columns, everyOrder as AnyStrategy);
    const half = 1500;
    const cut = Object.fromEntries(
      Object.entries(columns).map(([column, values]) => [column, values.slice(0, half)]),
    ) as unknown as CandleColumns;
    const first = trade(name, cut, everyOrder as AnyStrategy);
    expect(first.settled.equity).toEqual(run.settled.equity.subarray(0, half));
    expect(run.settled.trades.length).toBeGreaterThan(3);
  });

  it('trades the same orders to another result', () => {
    const finals = names.map((name) => trade(name, columns, everyOrder as AnyStrategy).settled.equity.at(-1));
    expect(new Set(finals).size).toBe(7);
  });
});

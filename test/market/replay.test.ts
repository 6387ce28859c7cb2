import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Trade } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import {
  inRealTime,
  type ReplayClock,
  type StepCommand,
  stepByStep,
} from '../../extension/market/replay/pace.ts';
import { type RecordedBar, recordedBars } from '../../extension/market/replay/recordedBars.ts';

const hour = 3_600_000;
const start = Date.UTC(2024, 0, 1);

function candlesAt(times: readonly number[]): CandleColumns {
  const column = (offset: number) => Float64Array.from(times, (_, bar) => 100 + bar + offset);
  return {
    time: Float64Array.from(times),
    open: column(0),
    high: column(2),
    low: column(-2),
    close: column(1),
    volume: column(500),
  };
}

const hours = (count: number) => Array.from({ length: count }, (_, bar) => start + bar * hour);

function tradeOf(entry: number, exit: number | null, changes: Partial<Trade> = {}): Trade {
  return {
    side: 'long',
    entryTime: start + entry * hour,
    entryPrice: 100,
    exitTime: exit === null ? null : start + exit * hour,
    exitPrice: exit === null ? null : 110,
    markPrice: exit === null ? 105 : null,
    quantity: 2,
    fees: 0.5,
    profit: 19.5,
    profitFraction: 0.0975,
    bars: 1,
    exitReason: exit === null ? 'open' : 'signal',
    ...changes,
  };
}

function recorded(count: number, trades: readonly Trade[], rejectedAt: readonly number[] = []) {
  const first = rejectedAt.map((bar) => ({ time: start + bar * hour, reason: 'below-step' as const }));
  return {
    candles: candlesAt(hours(count)),
    equity: Float64Array.from({ length: count }, (_, bar) => 10_000 + bar),
    result: { trades: [...trades], rejections: { total: first.length, first } },
  };
}

describe('the bars of a recorded run', () => {
  test('are all of them in their order, with prices, equity and what came to pass', () => {
    const bars = [...recordedBars(recorded(6, [tradeOf(1, 4), tradeOf(5, null, { side: 'short' })], [3, 3]))];
    expect(bars.map(({ bar, time, close, equity }) => [bar, time, close, equity])).toEqual(
      hours(6).map((time, bar) => [bar, time, 101 + bar, 10_000 + bar]),
    );
    expect(bars.map(({ position }) => position)).toEqual([0, 2, 2, 2, 0, -2]);
    expect(bars[1]?.fills).toEqual([
      { side: 'buy', quantity: 2, symbol: null, price: 100, reason: 'entry', trade: 1, profit: null },
    ]);
    expect(bars[4]?.fills).toEqual([
      { side: 'sell', quantity: 2, symbol: null, price: 110, reason: 'signal', trade: 1, profit: 19.5 },
    ]);
    expect(bars[5]?.fills).toMatchObject([{ side: 'sell', reason: 'entry', trade: 2 }]);
    expect(bars.map(({ rejections }) => rejections.length)).toEqual([0, 0, 0, 2, 0, 0]);
  });

  test('a reversal first ends what was held, and what ends in its own bar ends last', () => {
    const trades = [
      tradeOf(0, 2, { exitReason: 'reverse' }),
      tradeOf(2, 2, { side: 'short', exitReason: 'stop-loss' }),
    ];
    const bars = [...recordedBars(recorded(3, trades))];
    expect(bars[2]?.fills.map(({ side, reason, trade }) => [side, reason, trade])).toEqual([
      ['sell', 'reverse', 1],
      ['sell', 'entry', 2],
      ['buy', 'stop-loss', 2],
    ]);
    expect(bars[2]?.position).toBe(0);
  });

  test('of a range know what was bought before it', () => {
    const bars = [...recordedBars(recorded(9, [tradeOf(1, 7)]), start + 3 * hour, start + 5 * hour)];
    expect(bars.map(({ bar }) => bar)).toEqual([3, 4]);
    expect(bars.map(({ position }) => position)).toEqual([2, 2]);
    expect(bars.flatMap(({ fills }) => fills)).toEqual([]);
  });

  test('end flat where every trade has ended, however it was closed in parts', () => {
    const trade = fc
      .tuple(fc.nat(19), fc.nat(19), fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.boolean())
      .map(([a, b, quantity, isLong]) =>
        tradeOf(Math.min(a, b), Math.max(a, b), { quantity, side: isLong ? 'long' : 'short' }),
      );
    fc.assert(
      fc.property(fc.array(trade, { maxLength: 8 }), (trades) => {
        const bars = [...recordedBars(recorded(20, trades))];
        const largest = Math.max(1, ...trades.map(({ quantity }) => quantity));
        for (const { bar, position } of bars) {
          const held = trades
            .filter(
              ({ entryTime, exitTime }) =>
                entryTime <= start + bar * hour && (exitTime ?? 0) > start + bar * hour,
            )
            .reduce((sum, { side, quantity }) => sum + (side === 'long' ? quantity : -quantity), 0);
          expect(Math.abs(position - held)).toBeLessThan(1e-8 * largest);
        }
        expect(bars.flatMap(({ fills }) => fills)).toHaveLength(2 * trades.length);
      }),
    );
  });
});

/** A clock that stands still unless somebody waits. */
function fakeClock() {
  let time = 5_000;
  const waits: number[] = [];
  const clock: ReplayClock = {
    now: () => time,
    wait: (milliseconds, signal) => {
      signal.throwIfAborted();
      waits.push(milliseconds);
      time += milliseconds;
      return Promise.resolve();
    },
  };
  const pass = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { clock, waits, pass };
}

const { signal } = new AbortController();
const barsAt = (...times: number[]) => times.map((at) => ({ time: start + at * hour }));

describe('a replay in real time', () => {
  test('gives the first bar at once, and each other after its distance divided by the speed', async () => {
    const { clock } = fakeClock();
    const seen: [number, number][] = [];
    for await (const { time } of inRealTime(barsAt(0, 1, 2, 5), { clock, speed: 3600, signal })) {
      seen.push([(time - start) / hour, clock.now() - 5_000]);
    }
    expect(seen).toEqual([
      [0, 0],
      [1, 1000],
      [2, 2000],
      [5, 5000],
    ]);
  });

  test('lets no delay of its reader add up', async () => {
    const { clock, pass } = fakeClock();
    const seen: number[] = [];
    for await (const _ of inRealTime(barsAt(0, 1, 2, 3, 4), { clock, speed: 3600, signal })) {
      seen.push(clock.now() - 5_000);
      if (seen.length === 2) pass(2_500);
    }
    expect(seen).toEqual([0, 1000, 3500, 3500, 4000]);
  });

  test('waits over the longest gap in pieces that a timer can take', async () => {
    const { clock, waits } = fakeClock();
    const bars = barsAt(0, 24 * 100);
    const seen: number[] = [];
    for await (const { time } of inRealTime(bars, { clock, speed: 1, signal })) seen.push(time);
    expect(seen).toHaveLength(2);
    expect(Math.max(...waits)).toBeLessThan(2 ** 31);
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(100 * 24 * hour);
  });

  test('ends where it is stopped', async () => {
    const stop = new AbortController();
    const { clock } = fakeClock();
    const seen: number[] = [];
    const walk = async () => {
      for await (const { time } of inRealTime(barsAt(0, 1, 2, 3), { clock, speed: 1, signal: stop.signal })) {
        seen.push(time);
        if (seen.length === 2) stop.abort();
      }
    };
    await expect(walk()).rejects.toThrow();
    expect(seen).toHaveLength(2);
  });
});

describe('a replay step by step', () => {
  const isEventful = ({ fills }: RecordedBar) => fills.length > 0;

  async function walk(...commands: StepCommand[]): Promise<{ shown: number[]; asked: number }> {
    const shown: number[] = [];
    let asked = 0;
    const next = () => Promise.resolve(commands[asked++] ?? 'quit');
    const bars = recordedBars(recorded(8, [tradeOf(3, 6)]));
    for await (const { bar } of stepByStep(bars, next, isEventful)) shown.push(bar);
    return { shown, asked };
  }

  test('shows the first bar unasked and one more for each wish', async () => {
    expect(await walk('next', 'next')).toEqual({ shown: [0, 1, 2], asked: 3 });
  });

  test('goes on to the next bar in which something came to pass', async () => {
    expect(await walk('event', 'event', 'next')).toEqual({ shown: [0, 3, 6, 7], asked: 3 });
    expect(await walk('next', 'event', 'quit')).toEqual({ shown: [0, 1, 3], asked: 3 });
  });

  test('looks at no further bar once it is stopped', async () => {
    let taken = 0;
    const bars = (function* () {
      for (;;) yield taken++;
    })();
    for await (const _ of stepByStep(
      bars,
      () => Promise.resolve('quit'),
      () => false,
    ));
    expect(taken).toBe(2);
  });
});

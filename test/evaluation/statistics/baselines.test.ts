import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { followEquity } from '../../../extension/evaluation/statistics/equityPath.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import {
  type HeldTrade,
  randomEntryBaseline,
} from '../../../extension/evaluation/statistics/randomEntryBaseline.ts';
import { shuffle } from '../../../extension/evaluation/statistics/shuffle.ts';
import { type TimingInput, timingBaseline } from '../../../extension/evaluation/statistics/timingBaseline.ts';
import { type TradeOrderInput, tradeOrder } from '../../../extension/evaluation/statistics/tradeOrder.ts';
import { noise } from './support/returns.ts';

const levels = [0.05, 0.25, 0.5, 0.75];

/** Whether so many p-values lie about evenly between 0 and 1. */
function expectUniform(p: readonly number[]): void {
  for (const level of levels) {
    const share = p.filter((value) => value <= level).length / p.length;
    expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / p.length));
  }
}

test('a shuffle makes every order equally likely', () => {
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  for (let run = 0; run < 24_000; run++) {
    const values = Float64Array.of(1, 2, 3, 4);
    shuffle(values, random);
    const order = values.join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(160);
});

describe('the order of trades', () => {
  const returns = noise(1, 60, { mean: 0.01, deviation: 0.04 });
  const play = (options: Partial<TradeOrderInput> = {}) =>
    finish(tradeOrder({ returns, method: 'shuffle', runs: 500, seed: 1, ruinLevel: 0.5, ...options }));

  test('shuffled leaves the end as it is and spreads the drawdown', () => {
    const { finalEquity, maxDrawdown } = play();
    const { final } = followEquity(returns);
    for (const value of Object.values(finalEquity ?? {})) expect(value).toBeCloseTo(final, 10);
    expect(maxDrawdown?.p95).toBeGreaterThan((maxDrawdown?.p05 ?? 1) * 1.3);
  });

  test('resampled spreads the end too, around what it was', () => {
    const { finalEquity } = play({ method: 'resample' });
    const { final } = followEquity(returns);
    expect(finalEquity?.p05).toBeLessThan(final);
    expect(finalEquity?.p95).toBeGreaterThan(final);
    const ordered = Object.values(finalEquity ?? {});
    expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
  });

  test('ruin becomes likelier with its level, up to certainty', () => {
    const ruin = [0, 0.7, 0.9, 1].map((ruinLevel) => play({ method: 'resample', ruinLevel }).ruinProbability);
    expect(ruin).toEqual(ruin.toSorted());
    expect([ruin[0], ruin[3]]).toEqual([0, 1]);
  });

  test('the luckiest order has the smallest p-value, and the worst one has 1', () => {
    const ascending = returns.toSorted();
    // Losses and gains in turn hardly fall; all losses in a row fall as far as one can.
    const woven = Float64Array.from(ascending, (_, place) =>
      place % 2 === 0 ? (ascending[59 - place / 2] as number) : (ascending[(place - 1) / 2] as number),
    );
    expect(play({ returns: woven }).drawdownP).toBeLessThan(0.1);
    expect(play({ returns: ascending }).drawdownP).toBe(1);
  });

  test('its p-value is about uniform where the order is chance', () => {
    expectUniform(
      Array.from(
        { length: 200 },
        (_, seed) => play({ returns: noise(seed, 40), runs: 99, seed }).drawdownP ?? 2,
      ),
    );
  });

  test.each([
    ['29 trades', { returns: noise(1, 29) }, /29 observations/],
    ['a trade without a number', { returns: noise(1, 40).fill(Number.NaN, 2, 3) }, /finite/],
    ['no runs', { runs: 0 }, /no runs/],
  ] as const)('%s give nothing, and the reason', (_, options, words) => {
    const found = play(options);
    expect(found).toMatchObject({
      finalEquity: null,
      maxDrawdown: null,
      ruinProbability: null,
      drawdownP: null,
    });
    expect(found.reason).toMatch(words);
  });
});

describe('the timing of positions', () => {
  const returns = noise(2, 300);
  const judge = (positions: Float64Array, options: Partial<TimingInput> = {}) =>
    finish(timingBaseline({ returns, positions, method: 'rotation', runs: 299, seed: 1, ...options }));
  const everyTen = (offset: number): Float64Array =>
    returns.map((_, bar) => ((bar + offset) % 10 < 4 ? 1 : 0));

  test.each(['rotation', 'permutation'] as const)('that knows the next return is skill (%s)', (method) => {
    const clever = returns.map((value, bar) => (value > 0 && bar % 3 > 0 ? 1 : 0));
    const { p, observed, p95 } = judge(clever, { method });
    expect(p).toBe(1 / 300);
    expect(observed).toBeGreaterThan(p95 ?? 1);
    expect(
      judge(
        clever.map((position) => -position),
        { method },
      ).p,
    ).toBe(1);
  });

  test.each(['rotation', 'permutation'] as const)(
    'without skill has a p-value about uniform (%s)',
    (method) => {
      const p = Array.from({ length: 200 }, (_, seed) => {
        const market = noise(seed + 50, 120);
        const positions = noise(seed + 5000, 120, { memory: 0.8 }).map((value) => (value > 0 ? 1 : -1));
        return judge(positions, { returns: market, method, runs: 99, seed }).p ?? 2;
      });
      expectUniform(p);
    },
  );

  test('that comes back after a rotation counts as reached', () => {
    // Rotations by multiples of ten give the same positions and so the same gain.
    const { p } = judge(everyTen(3), { runs: 999 });
    expect(p).toBeGreaterThan(0.09);
  });

  test('the mean of a permutation is mean position times mean return', () => {
    const positions = everyTen(0);
    const mean = returns.reduce((sum, value) => sum + value, 0) / 300;
    expect(judge(positions, { method: 'permutation', runs: 4000 }).mean).toBeCloseTo(0.4 * mean, 4);
  });

  test.each([
    ['a position that never changes', new Float64Array(300).fill(1), {}, /never changes/],
    ['positions for other bars', everyTen(0).slice(1), {}, /one position/],
    ['29 bars', everyTen(0).slice(0, 29), { returns: returns.slice(0, 29) }, /29 observations/],
    ['a position without a number', everyTen(0).fill(Number.NaN, 4, 5), {}, /finite/],
    ['no runs', everyTen(0), { runs: 0 }, /no runs/],
  ] as const)('%s gives no p-value, and the reason', (_, positions, options, words) => {
    const found = judge(positions, options);
    expect(found).toMatchObject({ p: null, observed: null });
    expect(found.reason).toMatch(words);
  });
});

describe('random entries', () => {
  const returns = noise(3, 400);
  const every = (bars: number, count: number, direction: 1 | -1 = 1): HeldTrade[] =>
    Array.from({ length: count }, (_, index) => ({ entry: index * 10, bars, direction }));
  const judge = (trades: readonly HeldTrade[], market = returns, runs = 299, seed = 1) =>
    finish(randomEntryBaseline({ returns: market, trades, runs, seed }));

  test('the gain of a trade is the product of the returns that it holds, with the sign of its direction', () => {
    const trades = every(3, 30).map((trade, index) => ({
      ...trade,
      bars: 1 + (index % 5),
      direction: index % 2 === 0 ? (1 as const) : (-1 as const),
    }));
    const gains = trades.map(({ entry, bars, direction }) => {
      let growth = 1;
      for (let bar = entry; bar < entry + bars; bar++) growth *= 1 + (returns[bar] as number);
      return direction * (growth - 1);
    });
    expect(judge(trades).observed).toBeCloseTo(gains.reduce((sum, gain) => sum + gain, 0) / 30, 12);
  });

  test('are beaten by entries before the rises, and not by those before the falls', () => {
    const bars = [...returns.keys()].toSorted((a, b) => (returns[b] as number) - (returns[a] as number));
    const at = (entries: readonly number[]): HeldTrade[] =>
      entries.map((entry) => ({ entry, bars: 1, direction: 1 }));
    expect(judge(at(bars.slice(0, 40))).p).toBe(1 / 300);
    expect(judge(at(bars.slice(-40))).p).toBe(1);
  });

  test('have a p-value about uniform for trades without skill', () => {
    expectUniform(
      Array.from({ length: 200 }, (_, seed) => judge(every(3, 40), noise(seed + 900, 400), 99, seed).p ?? 2),
    );
  });

  test('are placed without overlap, every placing alike', () => {
    // One return that matters tells how often its bar is held: in the middle as the share of held bars says; at
    // the ends, where a trade can only begin or only end, as one of 310 free bars and 30 trades is a trade.
    const shock = new Float64Array(400);
    for (const [bar, expected] of [
      [0, 30 / 340],
      [137, 90 / 400],
      [399, 30 / 340],
    ] as const) {
      shock.fill(0).fill(0.4, bar, bar + 1);
      const { mean } = judge(every(3, 30), shock, 6000);
      expect(Math.abs(((mean ?? 0) * 30) / 0.4 - expected)).toBeLessThan(0.02);
    }
  });

  test('trades that fill the market have nowhere else to go and prove nothing', () => {
    expect(judge(every(10, 40)).p).toBe(1);
  });

  test.each([
    ['29 trades', every(2, 29), returns, /29 observations/],
    [
      'trades that overlap',
      every(2, 40).map((trade) => ({ ...trade, entry: 0, bars: 20 })),
      returns,
      /overlap/,
    ],
    [
      'a trade beyond the end',
      [...every(2, 39), { entry: 399, bars: 2, direction: 1 as const }],
      returns,
      /within/,
    ],
    ['a trade of no bars', every(0, 40), returns, /within/],
    ['a market that loses everything', every(2, 40), noise(1, 400).fill(-1, 3, 4), /above -1/],
  ] as const)('%s give no p-value, and the reason', (_, trades, market, words) => {
    const found = judge(trades, market);
    expect(found).toMatchObject({ p: null, observed: null });
    expect(found.reason).toMatch(words);
  });
});

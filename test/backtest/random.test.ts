import { expect, it } from 'vitest';
import { normalNumbers, seededRandom } from '../../extension/backtest/random.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { runEngine } from './support/engineRun.ts';
import { strategyOf } from './support/inlineStrategies.ts';
import { syntheticMarket } from './support/market.ts';

function numbers(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
}

it('random numbers repeat for a seed, differ between seeds and fill 0 to 1 evenly', () => {
  expect(numbers(7, 1000)).toEqual(numbers(7, 1000));
  expect(numbers(7, 10)).not.toEqual(numbers(8, 10));
  for (const seed of [0, 1, 0xffff_ffff]) {
    const drawn = numbers(seed, 100_000);
    expect(Math.min(...drawn.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn.slice(0, 50_000))).toBeLessThan(1);
    const counts = new Array<number>(10).fill(0);
    for (const value of drawn)
      counts[Math.floor(value * 10)] = (counts[Math.floor(value * 10)] as number) + 1;
    // Ten times 10,000, with a standard deviation of 95.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  }
});

it('normal numbers have the moments of the normal distribution and its tails', () => {
  const normal = normalNumbers(seededRandom(5));
  const drawn = Array.from({ length: 200_000 }, normal);
  const moment = (power: number): number =>
    drawn.reduce((sum, value) => sum + value ** power, 0) / drawn.length;
  expect(moment(1)).toBeCloseTo(0, 1);
  expect(moment(2)).toBeCloseTo(1, 1);
  expect(moment(3)).toBeCloseTo(0, 1);
  expect(moment(4)).toBeCloseTo(3, 0);
  const beyond = drawn.filter((value) => Math.abs(value) > 1.959_964).length / drawn.length;
  expect(beyond).toBeCloseTo(0.05, 2);
  // Neighbours come from one pair of uniform numbers and must not depend on each other.
  const products = drawn.slice(1).reduce((sum, value, place) => sum + value * (drawn[place] ?? 0), 0);
  expect(products / drawn.length).toBeCloseTo(0, 1);
});

it('a strategy draws the same random numbers in every replay, whatever the chunks', () => {
  const market = syntheticMarket({ bars: 500, seed: 1 });
  const play = (seed: number, chunks: readonly number[]): number[] => {
    const drawn: number[] = [];
    const strategy = strategyOf(({ random }) => void drawn.push(random()));
    runEngine(strategy, market, { settings: { ...defaultRunSettings, seed }, chunks });
    return drawn;
  };
  expect(play(3, [500])).toEqual(play(3, [1, 77]));
  expect(play(3, [500])).not.toEqual(play(4, [500]));
});

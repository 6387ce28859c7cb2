import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { automaticBlockLength } from '../../../extension/evaluation/statistics/blockLength.ts';
import { stationaryVariance } from '../../../extension/evaluation/statistics/longRunVariance.ts';
import { quantileOf } from '../../../extension/evaluation/statistics/quantile.ts';
import {
  countRows,
  drawRows,
  type Resampling,
  resampledSums,
} from '../../../extension/evaluation/statistics/resampling.ts';
import { noise } from './support/returns.ts';

function drawn(rows: number, resampling: Resampling, random = seededRandom(1)): number[] {
  const taken: number[] = [];
  drawRows(rows, resampling, random, (row) => taken.push(row));
  return taken;
}

describe('resampled rows', () => {
  test('are as many as the rows, all of them real, and the same for the same seed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 1, max: 400, noNaN: true }),
        fc.constantFrom('stationary', 'circular'),
        fc.nat(),
        (rows, blockLength, method, seed) => {
          const taken = drawn(rows, { method, blockLength }, seededRandom(seed));
          expect(taken).toHaveLength(rows);
          expect(taken.every((row) => Number.isInteger(row) && row >= 0 && row < rows)).toBe(true);
          expect(drawn(rows, { method, blockLength }, seededRandom(seed))).toEqual(taken);
        },
      ),
    );
  });

  test('of the stationary bootstrap go on to the next row with probability 1 - q, round the end', () => {
    const rows = 50;
    const random = seededRandom(3);
    let steps = 0;
    const from = new Float64Array(rows);
    const goesOn = new Float64Array(rows);
    for (let resample = 0; resample < 4000; resample++) {
      const taken = drawn(rows, { method: 'stationary', blockLength: 5 }, random);
      for (let place = 1; place < rows; place++) {
        const before = taken[place - 1] as number;
        steps++;
        from[before] = (from[before] as number) + 1;
        if (taken[place] === (before + 1) % rows) goesOn[before] = (goesOn[before] as number) + 1;
      }
    }
    // The next row comes with 1 - q, or by chance at the start of a new block; from the last row it is the first.
    const expected = 0.8 + 0.2 / rows;
    expect(goesOn.reduce((sum, count) => sum + count, 0) / steps).toBeCloseTo(expected, 2);
    expect((goesOn[rows - 1] as number) / (from[rows - 1] as number)).toBeCloseTo(expected, 1);
    for (const count of from) expect(count / steps).toBeCloseTo(1 / rows, 2);
  });

  test('of the circular bootstrap stand in blocks of one length', () => {
    const taken = drawn(60, { method: 'circular', blockLength: 7 });
    for (const [place, row] of taken.entries()) {
      if (place % 7 > 0) expect(row).toBe(((taken[place - 1] as number) + 1) % 60);
    }
  });

  test('with blocks of one row are independent', () => {
    const taken = drawn(20_000, { method: 'stationary', blockLength: 1 });
    const inOrder = taken.filter((row, place) => row === (taken[place - 1] ?? -5) + 1).length;
    expect(inOrder).toBeLessThan(10);
  });

  test('counted four at once give the sums of the rows drawn one after the other', () => {
    const values = noise(1, 90);
    const resampling = { method: 'stationary', blockLength: 4 } as const;
    const counts = new Float64Array(4 * 90).fill(7);
    countRows(resampling, seededRandom(5), counts);
    const random = seededRandom(5);
    for (const sum of resampledSums(values, counts)) {
      const literal = drawn(90, resampling, random).reduce(
        (total, row) => total + (values[row] as number),
        0,
      );
      expect(sum).toBeCloseTo(literal, 12);
    }
  });
});

describe('the variance of a mean under the stationary bootstrap', () => {
  test('equals the double sum of the paper, for any block length', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (seed, rows, blockLength) => {
          const returns = noise(seed, rows, { memory: 0.5 });
          const mean = returns.reduce((sum, value) => sum + value, 0) / rows;
          const x = returns.map((value) => value - mean);
          const q = 1 / blockLength;
          const autocovariance = (lag: number): number =>
            x.reduce((sum, value, row) => (row < lag ? sum : sum + value * (x[row - lag] as number)), 0) /
            rows;
          let expected = autocovariance(0);
          for (let i = 1; i < rows; i++) {
            const kernel = ((rows - i) / rows) * (1 - q) ** i + (i / rows) * (1 - q) ** (rows - i);
            expected += 2 * kernel * autocovariance(i);
          }
          expect(stationaryVariance(x, q) / autocovariance(0)).toBeCloseTo(expected / autocovariance(0), 9);
        },
      ),
    );
  });

  test('is the variance that resamples show', () => {
    const x = noise(2, 200, { memory: 0.6 });
    const mean = x.reduce((sum, value) => sum + value, 0) / 200;
    const centred = x.map((value) => value - mean);
    const random = seededRandom(9);
    let squares = 0;
    const counts = new Float64Array(4 * 200);
    for (let resample = 0; resample < 20_000; resample += 4) {
      countRows({ method: 'stationary', blockLength: 8 }, random, counts);
      for (const sum of resampledSums(centred, counts)) squares += sum ** 2 / 200;
    }
    expect(squares / 20_000 / stationaryVariance(centred, 1 / 8)).toBeCloseTo(1, 1);
  });
});

describe('the automatic block length', () => {
  test('is near the best one for an autoregression that is known', () => {
    // For x = a x + e the sums are known: (2 a / (1 - a^2))^(2/3) n^(1/3), and (3/2)^(1/3) times that for circular blocks.
    for (const memory of [0.3, 0.6]) {
      const best = ((2 * memory) / (1 - memory ** 2)) ** (2 / 3) * 4000 ** (1 / 3);
      let stationary = 0;
      let circular = 0;
      for (let seed = 0; seed < 30; seed++) {
        const values = noise(seed, 4000, { memory });
        stationary += automaticBlockLength(values, 'stationary') / 30;
        circular += automaticBlockLength(values, 'circular') / 30;
      }
      expect(stationary / best).toBeGreaterThan(0.8);
      expect(stationary / best).toBeLessThan(1.2);
      expect(circular / stationary).toBeCloseTo(1.5 ** (1 / 3), 6);
    }
  });

  test('is short for noise, and stays within its bounds', () => {
    expect(automaticBlockLength(noise(1, 2000), 'stationary')).toBeLessThan(6);
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: -0.99, max: 0.99, noNaN: true }),
        (seed, rows, memory) => {
          const length = automaticBlockLength(noise(seed, rows, { memory }), 'stationary');
          expect(length).toBeGreaterThanOrEqual(1);
          expect(length).toBeLessThanOrEqual(Math.max(1, Math.ceil(Math.min(3 * Math.sqrt(rows), rows / 3))));
        },
      ),
    );
    expect(automaticBlockLength(new Float64Array(100), 'stationary')).toBe(1);
  });

  test('does not change with the scale or the mean of the returns', () => {
    const values = noise(4, 700, { memory: 0.4 });
    const length = automaticBlockLength(values, 'stationary');
    expect(
      automaticBlockLength(
        values.map((value) => 40 * value + 3),
        'stationary',
      ),
    ).toBeCloseTo(length, 6);
  });
});

test('a quantile lies between its neighbours in proportion', () => {
  const values = Float64Array.of(1, 2, 4, 8, 16);
  expect([0, 0.125, 0.25, 0.5, 0.9, 1].map((probability) => quantileOf(values, probability))).toEqual([
    1, 1.5, 2, 4, 12.8, 16,
  ]);
  expect(quantileOf(Float64Array.of(3), 0.3)).toBe(3);
  expect(quantileOf(new Float64Array(), 0.5)).toBeNaN();
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { type IndicatorCase, indicatorCases } from '../support/indicatorCases.ts';
import { computed, expected, titleOf } from '../support/indicatorRun.ts';
import { emptyColumns, mapPrices, numbersFrom, syntheticMarket } from '../support/market.ts';
import { nastyMarket } from '../support/nastyMarket.ts';

const columnNames = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

function bitsOf(call: IndicatorCase, columns: CandleColumns, chunks?: readonly number[]): string {
  const { parts } = computed(call, columns, chunks);
  return Object.values(parts)
    .map((values) => Buffer.from(values.buffer).toString('base64'))
    .join();
}

function cut(columns: CandleColumns, from: number, to: number): CandleColumns {
  const copy = emptyColumns(to - from);
  for (const name of columnNames) copy[name].set(columns[name].subarray(from, to));
  return copy;
}

describe('an indicator', () => {
  it('gives the same bits however the bars are cut', () => {
    const short = nastyMarket(400, 5);
    const chunking = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.constantFrom(...indicatorCases), chunking, (call, chunks) => {
        expect(bitsOf(call, short, chunks)).toBe(bitsOf(call, short, [400]));
      }),
      { numRuns: 400, seed: 4 },
    );
    for (const call of indicatorCases) {
      expect(bitsOf(call, short, [1]), titleOf(call)).toBe(bitsOf(call, short, [400]));
    }
  });

  it('gives the same bits over every move of the window, however the bars are cut', () => {
    // The window holds 20,480 bars and moves up by some thousand: here it moves several times.
    const long = nastyMarket(33_000, 6);
    for (const call of indicatorCases) {
      expect(bitsOf(call, long, [999, 4095, 13, 4096]), titleOf(call)).toBe(bitsOf(call, long));
    }
  });

  it('does not change its past when bars are added, whatever they are', () => {
    const bars = 300;
    const columns = nastyMarket(bars, 7);
    const other = syntheticMarket({ bars, seed: 8, start: 5000 });
    fc.assert(
      fc.property(fc.constantFrom(...indicatorCases), fc.integer({ min: 1, max: bars - 1 }), (call, end) => {
        const past = bitsOf(call, cut(columns, 0, end));
        const changed = emptyColumns(bars);
        for (const name of columnNames) {
          changed[name].set(columns[name]);
          if (name !== 'time') changed[name].set(other[name].subarray(end), end);
        }
        const { parts } = computed(call, changed);
        const now = Object.values(parts).map((values) =>
          Buffer.from(values.slice(0, end).buffer).toString('base64'),
        );
        expect(now.join()).toBe(past);
      }),
      { numRuns: 500, seed: 5 },
    );
  });
});

describe('after a million bars', () => {
  const bars = 1_000_000;
  const kept = 3000;
  // Thirds, because sums of the market's prices are exact.
  const long = mapPrices(syntheticMarket({ bars, seed: 9 }), (price) => price / 3);
  const end = cut(long, bars - kept, bars);
  const usual = new Map(indicatorCases.toReversed().map((call) => [call[0], call]));
  const cases = [...usual.values(), ['sma', 400], ['deviation', 2], ['median', 4]] satisfies IndicatorCase[];

  it.each(
    cases.filter(([name]) => !Object.hasOwn(stepOf, name)).map((call) => [titleOf(call), call] as const),
  )('%s is what the last bars say', (_, call) => {
    const ours = computed(call, long).parts;
    for (const [part, values] of Object.entries(expected(call, end))) {
      for (let back = 1; back <= 100; back++) {
        const [value, other] = [ours[part]?.at(-back) as number, values.at(-back) as number];
        expect(Math.abs(value - other) / Math.max(1, Math.abs(other))).toBeLessThan(1e-8);
      }
    }
  });

  it('the running totals have lost nothing of what they added up', () => {
    const columns = { ...long, volume: Float64Array.from({ length: bars }, numbersFrom(10)).map(uneven) };
    for (const [name, step] of Object.entries(stepOf)) {
      let exact = 0n;
      for (let bar = 0; bar < bars; bar++) exact += BigInt(step(columns, bar) * fixedPoint);
      const total = computed([name as keyof typeof stepOf], columns).parts['value']?.at(-1) as number;
      expect(Math.abs(total - Number(exact) / fixedPoint), name).toBeLessThan(
        Number.EPSILON * Math.abs(total),
      );
    }
  });
});

/** Every step below is a whole number of its fractions. */
const fixedPoint = 2 ** 120;

function uneven(random: number): number {
  return 1 + random / 3;
}

const stepOf = {
  obv({ close, volume }: CandleColumns, bar: number): number {
    const move = (close[bar] as number) - (close[Math.max(0, bar - 1)] as number);
    return Math.sign(move) * (volume[bar] as number);
  },
  accumulationDistribution(columns: CandleColumns, bar: number): number {
    const [high, low] = [columns.high[bar] as number, columns.low[bar] as number];
    const close = columns.close[bar] as number;
    return high === low
      ? 0
      : ((close - low - (high - close)) / (high - low)) * (columns.volume[bar] as number);
  },
};

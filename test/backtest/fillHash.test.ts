import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FillHash } from '../../extension/backtest/fillHash.ts';

describe('the fill hash', () => {
  const hashOf = (values: readonly number[]): string => {
    const hash = new FillHash();
    for (const value of values) hash.add(value);
    return `${hash.high}/${hash.low}`;
  };

  it('differs whenever one number differs, be it in its last bit', () => {
    const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(numbers, fc.nat(), fc.integer({ min: 0, max: 63 }), (values, pick, bit) => {
        const bits = new BigUint64Array(Float64Array.from(values).buffer);
        const index = pick % values.length;
        bits[index] = (bits[index] as bigint) ^ (1n << BigInt(bit));
        expect(hashOf([...new Float64Array(bits.buffer)])).not.toBe(hashOf(values));
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('differs when two numbers change places', () => {
    expect(hashOf([1, 2, 3])).not.toBe(hashOf([1, 3, 2]));
  });
});

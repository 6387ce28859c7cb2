import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import { type ChunkExpectation, readIntents, readText } from '../../sandbox/answers.ts';
import { frameTypes } from '../../sandbox/frames.ts';

const nonce = new Uint8Array(16).fill(7);

function payloadOf(
  sets: readonly (readonly number[])[],
  plotted: readonly number[] = [],
  chunk = 3,
): Uint8Array {
  const rows = sets.map((numbers) => Float64Array.from(numbers));
  const size =
    24 + sets.length * 16 + rows.reduce((sum, row) => sum + row.byteLength, 0) + plotted.length * 8;
  const payload = new Uint8Array(size);
  const view = new DataView(payload.buffer);
  payload.set(nonce);
  view.setUint32(16, chunk, true);
  view.setUint32(20, sets.length, true);
  let offset = 24 + sets.length * 16;
  for (const [set, row] of rows.entries()) {
    view.setUint32(24 + set * 16, row.length / intentWidth, true);
    payload.set(new Uint8Array(row.buffer), offset);
    offset += row.byteLength;
  }
  payload.set(new Uint8Array(Float64Array.from(plotted).buffer), offset);
  return payload;
}

function expectation(lastIds: readonly number[] = [0], plots = 0): ChunkExpectation {
  const ids = Float64Array.from(lastIds);
  const bars = { nonce, chunk: 3, from: 100, to: 200, firstBar: 0 };
  return { ...bars, intentsPerBar: 2, markets: 1, plotted: plots * 100, lastIds: ids };
}

const order = (bar: number, id: number, operation: number, size: number) => [
  ...[bar, id, operation, 0, 3, size],
  ...Array<number>(intentWidth - 6).fill(0),
];
const buy = (bar: number, id: number) => order(bar, id, 1, 50);

describe('an intents frame', () => {
  it('is read set by set, and carries the order numbers on to the next chunk', () => {
    const expected = expectation([0, 4]);
    const { sets } = readIntents(
      payloadOf([[...buy(100, 1), ...buy(100, 2), ...buy(199, 9)], buy(150, 5)]),
      expected,
    );
    expect(sets.map(({ count }) => count)).toEqual([3, 1]);
    expect([...expected.lastIds]).toEqual([9, 5]);
  });

  it.each([
    ['a bar before the chunk', buy(99, 1)],
    ['a bar behind the chunk', buy(200, 1)],
    ['a fraction of a bar', buy(100.5, 1)],
    ['a bar that is no number', buy(Number.NaN, 1)],
    ['a bar before the last one', [...buy(120, 1), ...buy(119, 2)]],
    ['an order number 0', buy(100, 0)],
    ['an order number again', [...buy(100, 1), ...buy(101, 1)]],
    ['an infinite order number', buy(100, Number.POSITIVE_INFINITY)],
    ['three orders on one bar', [...buy(100, 1), ...buy(100, 2), ...buy(100, 3)]],
    ['an unknown operation', order(100, 1, 9, 50)],
    ['a size that is no number', order(100, 1, 1, Number.NaN)],
    ['more than all of the equity', order(100, 1, 1, 101)],
  ])('with %s is refused', (_what, rows) => {
    expect(() => readIntents(payloadOf([rows]), expectation())).toThrow(
      expect.objectContaining({ reason: 'sandbox.protocol' }),
    );
  });

  it('with an order before the first bar of the run is refused, and with one on it is read', () => {
    const late = { ...expectation(), firstBar: 150 };
    expect(() => readIntents(payloadOf([buy(149, 1)]), late)).toThrow(
      expect.objectContaining({ reason: 'sandbox.protocol' }),
    );
    expect(readIntents(payloadOf([buy(150, 1)]), late).sets[0]?.count).toBe(1);
  });

  it('carries one value a bar of each plot behind its intents, and is refused with more or fewer', () => {
    const values = Array.from({ length: 200 }, (_, index) => (index === 7 ? Number.NaN : index));
    const read = (plotted: readonly number[], plots: number) =>
      readIntents(payloadOf([buy(100, 1)], plotted), expectation([0], plots));
    expect([...read(values, 2).plotted]).toEqual(values);
    expect(read([], 0).plotted).toHaveLength(0);
    for (const [length, plots] of [
      [199, 2],
      [201, 2],
      [200, 1],
      [200, 3],
      [0, 2],
      [200, 0],
    ] as const) {
      expect(() => read(Array(length).fill(1), plots), `${length} for ${plots}`).toThrow(
        expect.objectContaining({ reason: 'sandbox.protocol' }),
      );
    }
  });

  it('that is cut, lengthened or changed in its head is refused, and never throws anything but a LabError', () => {
    const whole = payloadOf([[...buy(100, 1), ...buy(150, 2)]]);
    const read = (payload: Uint8Array) => {
      try {
        readIntents(payload, expectation());
        return true;
      } catch (error) {
        expect(error).toBeInstanceOf(LabError);
        return false;
      }
    };
    expect(read(whole)).toBe(true);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length * 2 }), (length) => {
        const other = new Uint8Array(length);
        other.set(whole.subarray(0, length));
        expect(read(other)).toBe(length === whole.length);
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 27 }), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const other = whole.slice();
        other[position] = (other[position] ?? 0) ^ change;
        expect(read(other)).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
        expect(read(noise)).toBe(false);
      }),
    );
  });
});

describe('a frame of text', () => {
  const schema = z.object({ nonce: z.string(), count: z.number() });
  const frame = (text: string) => ({ type: frameTypes.ready, payload: new TextEncoder().encode(text) });
  const reasonFor = (text: string) => {
    try {
      readText(frame(text), schema, 'n');
      return 'read';
    } catch (error) {
      return LabError.is(error) ? error.reason : 'no LabError';
    }
  };

  it('is read only when it is JSON of the right form with the nonce of the run', () => {
    expect(reasonFor('{"nonce":"n","count":1}')).toBe('read');
    expect(reasonFor('{"nonce":"m","count":1}')).toBe('sandbox.protocol');
    expect(reasonFor('{"nonce":"n","count":"1"}')).toBe('sandbox.protocol');
    expect(reasonFor('{"nonce":"n"')).toBe('sandbox.protocol');
    expect(reasonFor(`{"nonce":"${'n'.repeat(1_048_576)}"}`)).toBe('sandbox.output');
  });
});

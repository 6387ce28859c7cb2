import { describe, expect, test } from 'vitest';
import { OrderBox, orderBoxMemory } from '../../../extension/orchestrator/queue/redis/orderBox.ts';

function boxes() {
  const memory = orderBoxMemory();
  return { owner: new OrderBox<unknown>(memory), reader: new OrderBox<unknown>(memory), memory };
}

describe('a box of orders', () => {
  test('gives what was put in, once and in its order', () => {
    const { owner, reader } = boxes();
    reader.looksEvery(1000);
    expect(owner.put([{ name: 'первый' }, 2], 1000)).toBe(true);
    expect(owner.put([3], 5000)).toBe(true);
    expect(reader.take()).toEqual([{ name: 'первый' }, 2, 3]);
    expect(reader.take()).toEqual([]);
  });

  test('takes nothing that would be seen too late, or by nobody', () => {
    const { owner, reader } = boxes();
    expect(owner.put([1], 1e9)).toBe(false);
    reader.looksEvery(1000);
    expect(owner.put([1], 999)).toBe(false);
    reader.looksEvery(null);
    expect(owner.put([1], 1e9)).toBe(false);
    expect(reader.take()).toEqual([]);
  });

  test('takes nothing in part when it is full, and goes on when it was emptied', () => {
    const { owner, reader } = boxes();
    reader.looksEvery(1);
    const text = 'x'.repeat(20_000);
    const taken = [1, 2, 3, 4].map(() => owner.put([text], 10));
    expect(taken).toEqual([true, true, true, false]);
    expect(reader.take()).toEqual([text, text, text]);
    expect(owner.put([text], 10)).toBe(true);
  });

  test('never has its owner wait for the other', () => {
    const { owner, reader, memory } = boxes();
    reader.looksEvery(1);
    Atomics.store(new Int32Array(memory), 0, 1);
    expect(owner.put([1], 10)).toBe(false);
    Atomics.store(new Int32Array(memory), 0, 0);
    expect(owner.put([1], 10)).toBe(true);
  });
});

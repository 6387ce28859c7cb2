import { setImmediate as turn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { Wire, wireMemory } from '../../extension/storage/wire.ts';

const sides = ['owner', 'worker'] as const;

/** Both ends of a wire in this thread, with what each has heard. */
function openWire() {
  const { port1, port2 } = new MessageChannel();
  const memory = wireMemory();
  const changed = new EventTarget();
  const ends = Object.fromEntries(
    sides.map((side) => {
      const heard: unknown[] = [];
      const hear = (message: unknown) => {
        heard.push(message);
        changed.dispatchEvent(new Event('heard'));
      };
      return [
        side,
        { heard, wire: new Wire({ port: side === 'owner' ? port1 : port2, memory, side, hear }) },
      ];
    }),
  ) as Record<(typeof sides)[number], { heard: unknown[]; wire: Wire }>;
  const close = () => {
    port1.close();
    port2.close();
  };
  /** Resolves when the side has heard so many; a message that is lost makes the test run out of time. */
  const hasHeard = async (side: (typeof sides)[number], count: number) => {
    while (ends[side].heard.length < count) {
      await new Promise((heard) => changed.addEventListener('heard', heard, { once: true }));
    }
    return ends[side].heard;
  };
  return { ...ends, hasHeard, close };
}

const action = fc.oneof(
  fc.record({ side: fc.constantFrom(...sides), isText: fc.boolean(), text: fc.string({ unit: 'grapheme' }) }),
  fc.record({ turns: fc.integer({ min: 1, max: 60 }) }),
);

test('each message is heard once and in order, whichever way it went and whoever looked', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const ends = openWire();
      const sent = { owner: [] as unknown[], worker: [] as unknown[] };
      for (const what of actions) {
        if ('turns' in what) {
          for (let left = what.turns; left > 0; left -= 1) await turn();
          continue;
        }
        const message = { number: sent[what.side].length, text: what.text };
        sent[what.side].push(message);
        ends[what.side].wire.send(message, what.isText);
      }
      expect(await ends.hasHeard('worker', sent.owner.length)).toEqual(sent.owner);
      expect(await ends.hasHeard('owner', sent.worker.length)).toEqual(sent.worker);
      ends.close();
    }),
    { numRuns: 150 },
  );
});

test('a side is told through memory only while it looks', async () => {
  const { owner, worker, hasHeard, close } = openWire();
  onTestFinished(close);
  worker.wire.send('looks from now on', true);
  owner.wire.send('laid out', true);
  // It has not had its turn yet: only memory can hold what it was told.
  expect(worker.heard).toEqual([]);
  worker.wire.hearRest();
  expect(worker.heard).toEqual(['laid out']);
  expect(await hasHeard('owner', 1)).toEqual(['looks from now on']);
  // Long enough for both to have stopped.
  const stopped = performance.now() + 20;
  while (performance.now() < stopped) await turn();
  owner.wire.send('by the port', true);
  worker.wire.hearRest();
  expect(worker.heard).toEqual(['laid out']);
  expect(await hasHeard('worker', 2)).toEqual(['laid out', 'by the port']);
});

test('what is too large for the shared memory, or no text, goes by the port', async () => {
  const { owner, worker, hasHeard, close } = openWire();
  onTestFinished(close);
  const large = 'ü'.repeat(600_000);
  worker.wire.send('looks from now on', true);
  owner.wire.send(large, true);
  owner.wire.send(new Uint8Array([1, 2, 3]), false);
  owner.wire.send('small', true);
  expect(await hasHeard('worker', 3)).toEqual([large, new Uint8Array([1, 2, 3]), 'small']);
});

test('a message that cannot be sent is refused, and the next one is heard', async () => {
  const { owner, hasHeard, close } = openWire();
  onTestFinished(close);
  expect(() => owner.wire.send(() => {}, false)).toThrow(/could not be cloned/);
  owner.wire.send('fine', false);
  expect(await hasHeard('worker', 1)).toEqual(['fine']);
});

import { expect, test } from 'vitest';
import { RunQueue, urgentPriority } from '../../extension/orchestrator/runQueue.ts';

/** A queue whose runs end when they are told to. */
function controlled(slots = 1) {
  const started: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>();
  let changes = 0;
  const queue = new RunQueue({
    slots: () => slots,
    onChange: () => {
      changes++;
    },
    run: (id, signal) => {
      started.push(id);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      ends.set(id, { resolve, reject });
      signal.addEventListener('abort', () => resolve());
      return promise;
    },
  });
  return { queue, started, end: (id: string) => ends.get(id)?.resolve(), ends, changes: () => changes };
}

test('the higher priority runs first, equal ones in the order in which they came', async () => {
  const { queue, started, end } = controlled();
  const first = queue.add('first', 0);
  const rest = [queue.add('low', 0), queue.add('lower', 0), queue.add('high', 5)];
  expect(started).toEqual(['first']);
  for (const id of ['first', 'high', 'low', 'lower']) {
    end(id);
    await new Promise(setImmediate);
  }
  await Promise.all([first, ...rest]);
  expect(started).toEqual(['first', 'high', 'low', 'lower']);
});

test('an urgent run starts at once behind a thousand that wait, in a slot of its own', async () => {
  const { queue, started } = controlled();
  for (let index = 0; index < 1000; index++) void queue.add(`low${index}`, 0);
  void queue.add('urgent', urgentPriority);
  expect(started).toEqual(['low0', 'urgent']);
  await queue.close();
});

test('an urgent run takes no slot from the others while it runs', async () => {
  const { queue, started } = controlled();
  void queue.add('urgent', urgentPriority);
  void queue.add('low', 0);
  expect(started).toEqual(['urgent', 'low']);
  void queue.add('second urgent', urgentPriority);
  expect(started).toHaveLength(2);
  await queue.close();
});

test('more slots start what waits', async () => {
  let slots = 1;
  const started: string[] = [];
  const queue = new RunQueue({
    slots: () => slots,
    onChange: () => undefined,
    run: (id, signal) => {
      started.push(id);
      return new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  void queue.add('first', 0);
  void queue.add('second', 0);
  expect(started).toEqual(['first']);
  slots = 2;
  queue.startNext();
  expect(started).toEqual(['first', 'second']);
  await queue.close();
});

test('a run that throws rejects for who added it, and the next one starts', async () => {
  const { queue, started, ends } = controlled();
  const failing = queue.add('failing', 0);
  void queue.add('next', 0);
  ends.get('failing')?.reject(new Error('broken'));
  await expect(failing).rejects.toThrow('broken');
  await new Promise(setImmediate);
  expect(started).toEqual(['failing', 'next']);
  await queue.close();
});

test('a run that is stopped while it waits never starts; one that runs is asked to stop', async () => {
  const { queue, started } = controlled();
  const running = queue.add('running', 0);
  const waiting = queue.add('waiting', 0);
  expect(queue.stop('waiting')).toBe(true);
  await waiting;
  expect(queue.stop('running')).toBe(true);
  await running;
  expect(started).toEqual(['running']);
  expect(queue.stop('nobody')).toBe(false);
  expect(queue.entries).toEqual([]);
});

test('the same run is not taken in twice, and after closing nothing starts', async () => {
  const { queue, started, changes } = controlled();
  const once = queue.add('run', 0);
  expect(queue.add('run', 5)).toBe(once);
  expect(changes()).toBeGreaterThan(0);
  await queue.close();
  void queue.add('late', 0);
  expect(started).toEqual(['run']);
});

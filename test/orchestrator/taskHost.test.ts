import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { SagaView } from '../../extension/contracts/saga.ts';
import { recoveryMilliseconds, type TaskQueue } from '../../extension/contracts/tasks.ts';
import type { SagaEngine } from '../../extension/orchestrator/saga/engine.ts';
import { enqueueSaga, sagaHandler } from '../../extension/orchestrator/sagaTasks.ts';
import { TaskHost } from '../../extension/orchestrator/taskHost.ts';
import { publishOfSagas } from '../../extension/orchestrator/toldTurns.ts';
import { defaultScalingPolicy } from '../../extension/orchestrator/workers/autoscaler.ts';
import { emptyFolder, openTestJournal } from '../storage/lab.ts';
import { emptyToy, type Toy, toyEngine } from './saga/toy.ts';

const child = fileURLToPath(new URL('./taskHostChild.ts', import.meta.url));

/** The lab of `folder`, with a host that works on its tasks once it is opened. */
async function lab(folder: string, toy: Toy = emptyToy()) {
  const journal = await openTestJournal(folder);
  const engine = toyEngine(journal, toy);
  const messages: string[] = [];
  const open = () => {
    const host = new TaskHost({
      journal,
      queue: journal.tasks,
      handlers: [
        sagaHandler({
          engine: () => Promise.resolve(engine),
          self: 'this test',
          publish: publishOfSagas({ journal, clock: Date.now }),
        }),
      ],
      name: 'test',
      policy: defaultScalingPolicy,
      clock: Date.now,
      log: (_, message) => messages.push(message),
      sleep: (wait, signal) => delay(wait, undefined, { signal }).catch(() => undefined),
    });
    onTestFinished(() => host.close());
    return host;
  };
  const create = async (priority = 0): Promise<string> => {
    const id = await engine.create({ name: 'toy', input: { text: '' } });
    await enqueue(engine, journal.tasks, id, priority);
    return id;
  };
  return { journal, queue: journal.tasks, engine, open, create, messages };
}

async function enqueue(
  engine: SagaEngine,
  queue: Parameters<typeof enqueueSaga>[0],
  id: string,
  priority = 0,
): Promise<string> {
  return enqueueSaga(queue, await engine.place(id), { priority });
}

async function until(engine: SagaEngine, id: string, state: SagaView['state']): Promise<SagaView> {
  for (;;) {
    const view = await engine.view(id);
    if (view.state === state) return view;
    await delay(5);
  }
}

test('a saga is run to its gate, and after a decision to its end', async () => {
  const { engine, queue, open, create } = await lab(emptyFolder());
  const id = await create();
  open();
  await until(engine, id, 'waiting-for-e');
  await engine.decide(id, { action: 'approve' });
  const task = await enqueue(engine, queue, id);
  await until(engine, id, 'completed');
  while ((await queue.get(task))?.state !== 'done') await delay(5);
  expect(await queue.get(task)).toMatchObject({ result: { state: 'completed' }, attempts: 1 });
});

test('one turn of a saga is one task, however often it is wished for', async () => {
  const { engine, queue, create } = await lab(emptyFolder());
  const id = await create();
  const tasks = await Promise.all([enqueue(engine, queue, id), enqueue(engine, queue, id, 50)]);
  expect(new Set(tasks).size).toBe(1);
  expect(await queue.list({ state: 'waiting' })).toHaveLength(1);
});

test('a more urgent wish for a turn that waits moves it up, and a turn that was given up begins anew', async () => {
  const { engine, queue, create } = await lab(emptyFolder());
  const id = await create();
  const task = await enqueue(engine, queue, id, 50);
  expect(await queue.get(task)).toMatchObject({ state: 'waiting', priority: 50 });
  const [claimed] = await queue.claim({ worker: 'test', types: ['saga'] });
  if (claimed === undefined) throw new Error('a task was expected');
  await queue.fail(claimed, { error: 'It cannot.', retry: false });
  expect(await enqueue(engine, queue, id)).toBe(task);
  expect(await queue.get(task)).toMatchObject({ state: 'waiting' });
  expect(await queue.list({ state: 'dead' })).toEqual([]);
});

test('a saga that ends its process again and again at one place is given up, and one that moves is not', async () => {
  const { engine, journal, create } = await lab(emptyFolder());
  const id = await create();
  const handler = sagaHandler({
    engine: () => Promise.resolve(engine),
    self: 'me',
    publish: publishOfSagas({ journal, clock: Date.now }),
  });
  const place = (await engine.history(id)).events.length;
  const kept: unknown[] = [];
  const attempt = (checkpoint: unknown) => {
    const { signal } = new AbortController();
    const task = { id: 't', type: 'saga', tenant: 'local', priority: 0, attempt: 1, deadline: null };
    const keep = (told: unknown) => Promise.resolve(void kept.push(told));
    const rest = { traceId: '', signal, yieldWanted: signal, keep };
    return handler.run({ ...task, ...rest, payload: { sagaId: id }, checkpoint });
  };
  const given = { by: 'gone', place, inARow: 4 };
  await expect(attempt(given)).rejects.toThrow(`Run ${id} has ended its process 5 times at the same place.`);
  // Who wishes for it again begins to count anew.
  expect(kept.splice(0)).toEqual([{ by: null, place: 0, inARow: 0 }]);
  expect(await attempt({ ...given, place: place - 10 })).toMatchObject({ kind: 'done' });
  expect(kept.splice(0)[0]).toEqual({ by: 'me', place, inARow: 0 });
  // A lease that was lost, as in a laptop's sleep, is no crash of a process that lives.
  const now = (await engine.history(id)).events.length;
  expect(await attempt({ by: 'me', place: now, inARow: 4 })).toMatchObject({ kind: 'done' });
  expect(kept[0]).toEqual({ by: 'me', place: now, inARow: 4 });
});

test('what a killed process worked on goes on as soon as another leads, and no step is done twice', async () => {
  const folder = emptyFolder();
  const { engine, open, create, messages } = await lab(folder);
  const id = await create();
  const process_ = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void process_.kill('SIGKILL'));
  await once(process_.stdout, 'data');
  process_.kill('SIGKILL');
  await once(process_, 'exit');
  open();
  const view = await until(engine, id, 'waiting-for-e');
  expect(view.steps.map(({ name, attempts }) => `${name} ${attempts}`)).toEqual([
    'a 1',
    'b 1',
    'c 2',
    'd 1',
    'e 1',
    'f 0',
  ]);
  expect(messages).toEqual(['1 tasks of workers that are gone go on.']);
});

/** A host in fake time that leads from the start, on a queue of which only the look for lost work counts. */
function hostLookingBy(recover: () => Promise<number>) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const messages: string[] = [];
  const queue = {
    recover,
    counts: async () => [],
    claim: (_request: unknown, signal: AbortSignal) =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve([]))),
  };
  const lease = { name: 'leader', epoch: 1, lost: new AbortController().signal };
  const host = new TaskHost({
    journal: { acquireLease: async () => ({ held: true, lease }), releaseLease: async () => undefined },
    queue: queue as unknown as TaskQueue,
    handlers: [],
    name: 'test',
    policy: defaultScalingPolicy,
    clock: Date.now,
    log: (_, message) => messages.push(message),
    sleep: (wait, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, signal.aborted ? 0 : wait);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  });
  return { host, messages };
}

test('work of a worker that dies just after its heartbeat is found within 30 seconds', async () => {
  let foundAt = Number.NaN;
  let diedAt = Number.POSITIVE_INFINITY;
  const { host } = hostLookingBy(async () => {
    const isOver = Date.now() >= diedAt + recoveryMilliseconds.lease;
    if (isOver && Number.isNaN(foundAt)) foundAt = Date.now();
    return isOver ? 1 : 0;
  });
  await vi.advanceTimersByTimeAsync(1234);
  diedAt = Date.now();
  await vi.advanceTimersByTimeAsync(60_000);
  await Promise.all([host.close(), vi.advanceTimersByTimeAsync(1)]);
  expect(foundAt - diedAt).toBeLessThanOrEqual(recoveryMilliseconds.lease + recoveryMilliseconds.scan);
  expect(recoveryMilliseconds.lease + recoveryMilliseconds.scan).toBeLessThan(30_000);
  expect(recoveryMilliseconds.heartbeat * 3).toBeLessThanOrEqual(recoveryMilliseconds.lease);
});

test('a look for lost work that fails is told of and made again', async () => {
  const recover = vi.fn(() => Promise.reject(new Error('no connection')));
  const { host, messages } = hostLookingBy(recover);
  await vi.advanceTimersByTimeAsync(2.5 * recoveryMilliseconds.scan);
  await Promise.all([host.close(), vi.advanceTimersByTimeAsync(1)]);
  await vi.advanceTimersByTimeAsync(5 * recoveryMilliseconds.scan);
  expect(recover).toHaveBeenCalledTimes(3);
  expect(messages).toEqual(Array(3).fill('The queue cannot be looked after: no connection'));
});

test('a saga makes room for an urgent one at its next step, and goes on after it', async () => {
  const toy = emptyToy();
  const release = new Map<string, () => void>();
  const both = Promise.withResolvers<void>();
  toy.run['b'] = async ({ sagaId, signal }) => {
    if (release.size === 2) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    release.set(sagaId, resolve);
    signal.addEventListener('abort', () => resolve());
    if (release.size === 2) both.resolve();
    await promise;
  };
  const { engine, open, create, queue } = await lab(emptyFolder(), toy);
  const low = [await create(), await create()];
  open();
  await both.promise;
  const urgent = await create(10);
  await until(engine, urgent, 'waiting-for-e');
  for (const resolve of release.values()) resolve();
  for (const id of low) await until(engine, id, 'waiting-for-e');
  const histories = await Promise.all(low.map(async (id) => (await engine.history(id)).events));
  const interrupted = histories.map(
    (events) => events.filter(({ type }) => type === 'saga.interrupted').length,
  );
  expect(interrupted.sort()).toEqual([0, 1]);
  expect(await queue.list({ state: 'dead' })).toEqual([]);
});

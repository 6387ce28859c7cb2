import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { NewTask } from '../../../extension/contracts/tasks.ts';
import { defaultScalingPolicy } from '../../../extension/orchestrator/workers/autoscaler.ts';
import type { RunningTask, TaskHandler, TaskOutcome } from '../../../extension/orchestrator/workers/task.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../../extension/orchestrator/workers/workerPool.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';

const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => undefined);

/** A queue in a journal of its own, and pools that work on it. */
async function bench(run: TaskHandler['run'], isFinal?: (error: unknown) => boolean) {
  const { tasks: queue } = await openTestJournal(emptyFolderInMemory());
  const messages: string[] = [];
  const started: RunningTask[] = [];
  const open = (workers: number, changes: Partial<WorkerPoolOptions> = {}): WorkerPool => {
    const handler: TaskHandler = {
      type: 'work',
      run(task) {
        started.push(task);
        return run(task);
      },
      ...(isFinal === undefined ? {} : { isFinal }),
    };
    const pool = new WorkerPool({
      queue,
      handlers: [handler],
      name: 'test',
      policy: defaultScalingPolicy,
      workers,
      clock: Date.now,
      log: (_, message) => messages.push(message),
      sleep,
      ...changes,
    });
    onTestFinished(() => pool.close(0));
    return pool;
  };
  const add = (...tasks: Partial<NewTask>[]) =>
    queue.enqueue(tasks.map((task) => ({ type: 'work', payload: null, ...task })));
  /** Resolves once a task has come to its end. */
  const ended = async (id: string) => {
    for (;;) {
      const task = await queue.get(id);
      if (task !== null && ['done', 'dead', 'cancelled'].includes(task.state)) return task;
      await delay(2);
    }
  };
  const idsOf = (list: readonly RunningTask[]) => list.map(({ id }) => id);
  return { queue, open, add, ended, messages, started, idsOf };
}

/** Work that goes on until a gate is opened, or gives way with the number of its pieces so far. */
function gatedWork() {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const gateOf = (id: string) => {
    const gate = gates.get(id) ?? Promise.withResolvers<void>();
    gates.set(id, gate);
    return gate;
  };
  const run = async ({ id, yieldWanted, signal, checkpoint }: RunningTask): Promise<TaskOutcome> => {
    const pieces = Number(checkpoint ?? 0) + 1;
    const gaveWay = await Promise.race([
      gateOf(id).promise.then(() => false),
      aborted(yieldWanted).then(() => true),
      aborted(signal).then(() => {
        throw new Error('stopped');
      }),
    ]);
    return gaveWay ? { kind: 'yielded', checkpoint: pieces } : { kind: 'done', result: pieces };
  };
  return { run, finish: (id: string) => gateOf(id).resolve() };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(1);
}

it('works on as many at once as another policy says, from the moment it is told', async () => {
  const { run, finish } = gatedWork();
  const { open, add, ended, started, queue } = await bench(run);
  const fixed = (workers: number) => ({ ...defaultScalingPolicy, minimum: workers, maximum: workers });
  const pool = open(1, { policy: fixed(1) });
  await add(...[1, 2, 3, 4].map((number) => ({ id: `task-${number}` })));
  await until(() => started.length === 1);
  pool.follow(fixed(3));
  await until(() => started.length === 3);
  pool.follow(fixed(1));
  for (const number of [1, 2]) {
    finish(`task-${number}`);
    await ended(`task-${number}`);
  }
  await until(() => pool.status.active === 1);
  expect((await queue.get('task-4'))?.state).toBe('waiting');
  finish('task-3');
  await until(() => started.length === 4);
  finish('task-4');
  await ended('task-4');
  expect(pool.status.workers).toBe(1);
});

describe('an urgent task', () => {
  it('starts at once behind low ones at every worker, one of which gives way and goes on where it was', async () => {
    const { run, finish } = gatedWork();
    const { open, add, ended, started, idsOf, queue } = await bench(run);
    open(2);
    await add(...Array.from({ length: 100 }, (_, number) => ({ id: `low-${number}` })));
    await until(() => started.length === 2);

    await add({ id: 'urgent', priority: 10 });
    await until(() => started.length === 3);
    expect(idsOf(started)).toEqual(['low-0', 'low-1', 'urgent']);
    await until(() => started.filter(({ yieldWanted }) => yieldWanted.aborted).length === 1);
    for (;;) {
      const states = await Promise.all(['low-0', 'low-1'].map(async (id) => (await queue.get(id))?.state));
      if (states.includes('waiting')) break;
    }

    // Its place is the urgent one's until that has ended.
    expect(started).toHaveLength(3);
    finish('urgent');
    expect((await ended('urgent')).result).toBe(1);
    const gave = started.find(({ yieldWanted }) => yieldWanted.aborted)?.id ?? '';
    await until(() => started.length === 4);
    expect(started.at(-1)).toMatchObject({ id: gave, checkpoint: 1, attempt: 1 });
    finish(gave);
    expect((await ended(gave)).result).toBe(2);
  });

  it('takes the place of a worker that waits, and nothing at work is disturbed', async () => {
    const { run, finish } = gatedWork();
    const { open, add, ended, started } = await bench(run);
    open(2);
    await add({ id: 'low' });
    await until(() => started.length === 1);
    await add({ id: 'urgent', priority: 50 });
    await until(() => started.length === 2);
    finish('urgent');
    await ended('urgent');
    expect(started.map(({ yieldWanted }) => yieldWanted.aborted)).toEqual([false, false]);
  });

  it('leaves one place to all others, which nothing asks to make room', async () => {
    const { run, finish } = gatedWork();
    const { open, add, started } = await bench(run);
    open(3);
    await add({ id: 'low' });
    await until(() => started.length === 1);
    const urgent = Array.from({ length: 20 }, (_, number) => ({ id: `urgent-${number}`, priority: 10 }));
    await add(...urgent);
    for (const { id } of urgent) finish(id);
    await until(() => started.length === 21);
    expect(started[0]?.yieldWanted.aborted).toBe(false);
  });
});

describe('a pool', () => {
  it('never has more at work than it has workers, but for one that was asked to make room', async () => {
    let active = 0;
    let most = 0;
    const { open, add, ended } = await bench(async () => {
      active++;
      most = Math.max(most, active);
      await delay(1);
      active--;
      return { kind: 'done', result: null };
    });
    open(3);
    const ids = Array.from({ length: 60 }, (_, number) => ({ id: `t${number}`, priority: number % 5 }));
    await add(...ids);
    for (const { id } of ids) await ended(id);
    expect(most).toBe(3);
  });

  it('ends no task when it shrinks, and takes no new one in its place', async () => {
    const { run, finish } = gatedWork();
    const { open, add, ended, started } = await bench(run);
    const pool = open(3);
    await add({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' });
    await until(() => started.length === 3);
    pool.resize(2);
    expect(pool.status).toMatchObject({ workers: 2, active: 3 });
    finish('a');
    expect((await ended('a')).result).toBe(1);
    finish('b');
    await until(() => started.length === 4);
    expect(pool.status).toMatchObject({ workers: 2, active: 2 });
    expect(started.map(({ yieldWanted }) => yieldWanted.aborted)).toEqual([false, false, false, false]);
  });

  it('gives back what it works on when it is closed, for another to go on with', async () => {
    const { run, finish } = gatedWork();
    const { open, add, ended, started, queue } = await bench(run);
    const first = open(2);
    await add({ id: 'a' });
    await until(() => started.length === 1);
    await first.close();
    expect(await queue.get('a')).toMatchObject({ state: 'waiting', checkpoint: 1, attempts: 0 });
    open(2);
    finish('a');
    expect((await ended('a')).result).toBe(2);
  });

  it('stops work that does not give way once its patience is over, at no cost of an attempt', async () => {
    const { open, add, started, queue } = await bench(async ({ signal }) => {
      await aborted(signal);
      throw new Error('stopped');
    });
    const pool = open(2);
    await add({ id: 'a' });
    await until(() => started.length === 1);
    await pool.close(0);
    expect(await queue.get('a')).toMatchObject({ state: 'waiting', attempts: 0, error: null });
  });

  it('tries again what failed, and lays aside at once what can only fail', async () => {
    let attempts = 0;
    const { open, add, ended } = await bench(
      ({ payload, attempt }) => {
        attempts++;
        if (payload === 'bad') throw new LabError('usage', 'It cannot work.');
        if (attempt < 3) throw new Error('not yet');
        return Promise.resolve({ kind: 'done', result: attempt });
      },
      (error) => LabError.is(error, 'usage'),
    );
    open(2);
    const backoff = { initialMilliseconds: 0, maximumMilliseconds: 0 };
    await add({ id: 'good', backoff }, { id: 'bad', payload: 'bad', backoff });
    expect(await ended('good')).toMatchObject({ state: 'done', result: 3 });
    expect(await ended('bad')).toMatchObject({
      state: 'dead',
      error: 'It cannot work.',
      deadReason: 'failed',
    });
    expect(attempts).toBe(4);
  });

  it('drops what a cancelled task came to, and stops it', async () => {
    const { run } = gatedWork();
    const { open, add, ended, started, queue } = await bench(run);
    const pool = open(2);
    await add({ id: 'a' });
    await until(() => started.length === 1);
    await queue.cancel('a');
    await until(() => pool.status.active === 0);
    expect(started[0]?.signal.aborted).toBe(true);
    expect(await ended('a')).toMatchObject({ state: 'cancelled', result: null });
    expect(pool.samples().map(({ outcome }) => outcome)).toEqual(['dropped']);
  });

  it('explains each change of its size', async () => {
    const { run } = gatedWork();
    const { open, add, messages } = await bench(run);
    let now = 1_700_000_000_000;
    const pool = open(2, { clock: () => now });
    await add(...Array.from({ length: 104 }, () => ({})));
    now += 30_000;
    await pool.scale();
    expect(pool.status.workers).toBe(3);
    expect(messages).toEqual([
      expect.stringMatching(/^2 workers become 3: 10\d tasks wait, more than 100\.$/),
    ]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { TaskRecord } from '../../extension/contracts/tasks.ts';
import { type LabTasks, labTasks } from '../../extension/labTasks.ts';
import { makeLogger } from '../../extension/observability/log/logger.ts';
import { makeAmbientTrace } from '../../extension/observability/trace/ambient.ts';
import type { SagaEngine } from '../../extension/orchestrator/saga/engine.ts';
import { newTurn } from '../../extension/orchestrator/sagaTasks.ts';
import { fixedWorkers } from '../../extension/orchestrator/workers/autoscaler.ts';
import { emptyToy, type Toy, toyEngine } from '../orchestrator/saga/toy.ts';
import { emptyFolder, emptyFolderInMemory, openTestJournal } from '../storage/lab.ts';

const child = fileURLToPath(new URL('../orchestrator/taskHostChild.ts', import.meta.url));

/** A window's part of the lab in `folder`: its own journal, engine and tasks. */
async function window(folder: string, toy: Toy = emptyToy()) {
  const journal = await openTestJournal(folder);
  const engine: SagaEngine = toyEngine(journal, toy, {}, { queued: () => tasks.queued() });
  const tasks: LabTasks = labTasks({
    journal: () => Promise.resolve(journal),
    sagas: () => Promise.resolve(engine),
    clock: Date.now,
    logger: makeLogger({
      service: 'test',
      level: 'error',
      sinks: [],
      clock: Date.now,
      currentTrace: () => null,
    }),
    observe: () => undefined,
    ambient: makeAmbientTrace(),
    onAttempted: () => undefined,
  });
  onTestFinished(() => tasks.close());
  const create = async (priority = 0): Promise<{ id: string; taskId: string }> => {
    const id = await engine.create({ name: 'toy', input: { text: '' } });
    return { id, taskId: await tasks.enqueueRun(id, { priority }) };
  };
  const ended = async (taskId: string): Promise<TaskRecord> => {
    for (;;) {
      const task = await journal.tasks.get(taskId);
      if (task !== null && ['done', 'dead', 'cancelled'].includes(task.state)) return task;
      await delay(5);
    }
  };
  return { engine, tasks, create, ended };
}

/** A step that says that it has begun, and goes on once it may or is told to stop. */
function gate(toy: Toy, step: string) {
  const begun = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  toy.run[step] = async ({ signal }) => {
    begun.resolve();
    await Promise.race([opened.promise, once(signal, 'abort')]);
    signal.throwIfAborted();
  };
  return { begun: begun.promise, open: opened.resolve };
}

test('two windows on one lab share its runs, and none is run twice', async () => {
  const folder = emptyFolderInMemory();
  const toys = [emptyToy(), emptyToy()] as const;
  const [first, second] = [await window(folder, toys[0]), await window(folder, toys[1])];
  // Neither can finish before the other has begun.
  const gates = toys.map((toy) => gate(toy, 'b'));
  await Promise.all([first, second].map(({ tasks }) => tasks.work(fixedWorkers(1))));
  const runs = [await first.create(), await first.create(), await first.create(), await first.create()];
  await Promise.all(gates.map(({ begun }) => begun));
  for (const { open } of gates) open();
  for (const { taskId } of runs) expect((await second.ended(taskId)).state).toBe('done');
  const views = await Promise.all(runs.map(({ id }) => second.engine.view(id)));
  expect(new Set(views.map(({ state }) => state))).toEqual(new Set(['waiting-for-e']));
  expect(toys.flatMap(({ diary }) => diary).filter((line) => line === 'run a')).toHaveLength(4);
  for (const { diary } of toys) expect(diary).toContain('run e');
});

test('what a killed window had goes on by itself when one is opened, and a step that was done is not done again', async () => {
  const folder = emptyFolder();
  const toy = emptyToy();
  const { engine, tasks, create, ended } = await window(folder, toy);
  const { id, taskId } = await create();
  const killed = spawn(process.execPath, [child, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void killed.kill('SIGKILL'));
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect((await engine.view(id)).state).toBe('interrupted');
  await tasks.work(fixedWorkers(1));
  expect(await ended(taskId)).toMatchObject({ state: 'done' });
  expect((await engine.view(id)).state).toBe('waiting-for-e');
  expect(toy.diary.filter((line) => line.startsWith('run'))).toEqual(['run c', 'run d', 'run e']);
});

test('a window that closes gives its run back, and it goes on by itself when one is opened', async () => {
  const folder = emptyFolderInMemory();
  const toy = emptyToy();
  const closed = await window(folder, toy);
  const { begun } = gate(toy, 'b');
  await closed.tasks.work(fixedWorkers(1));
  const { taskId } = await closed.create();
  await begun;
  await closed.tasks.close();
  const opened = await window(folder);
  expect((await opened.tasks.turns()).map(({ state }) => state)).toEqual(['waiting']);
  await opened.tasks.work(fixedWorkers(1));
  expect((await opened.ended(taskId)).state).toBe('done');
});

test('a run that is stopped while it waits never starts, stays stopped, and goes on when it is resumed', async () => {
  const toy = emptyToy();
  const { engine, tasks, create, ended } = await window(emptyFolderInMemory(), toy);
  const { begun, open } = gate(toy, 'b');
  await tasks.work(fixedWorkers(1));
  const atWork = await create();
  await begun;
  const waiting = await create();
  expect((await tasks.turns()).map(({ id, state }) => `${id} ${state}`)).toEqual([
    `${atWork.id} running`,
    `${waiting.id} waiting`,
  ]);
  expect((await engine.view(waiting.id)).state).toBe('running');
  expect(await tasks.stopRun(waiting.id)).toBe(true);
  expect(await tasks.stopRun(waiting.id)).toBe(false);
  open();
  await ended(atWork.taskId);
  expect(await tasks.turns()).toEqual([]);
  expect((await engine.view(waiting.id)).state).toBe('interrupted');
  expect((await engine.list()).map(({ state }) => state).toSorted()).toEqual([
    'interrupted',
    'waiting-for-e',
  ]);
  expect(toy.diary.filter((line) => line === 'run a')).toHaveLength(1);
  const resumed = await tasks.enqueueRun(waiting.id);
  expect(await tasks.enqueueRun(waiting.id)).toBe(resumed);
  expect((await ended(resumed)).state).toBe('done');
  expect((await engine.view(waiting.id)).state).toBe('waiting-for-e');
});

test('a run that another window has at work stops when it is told here', async () => {
  const folder = emptyFolderInMemory();
  const toy = emptyToy();
  const [here, there] = [await window(folder), await window(folder, toy)];
  const { begun } = gate(toy, 'b');
  await there.tasks.work(fixedWorkers(1));
  const { id } = await here.create();
  await begun;
  expect(await here.tasks.stopRun(id)).toBe(true);
  const told = performance.now();
  while ((await here.engine.view(id)).state === 'running') await delay(20);
  expect(performance.now() - told).toBeLessThan(1000);
  expect((await here.engine.view(id)).state).toBe('interrupted');
  expect(await here.tasks.turns()).toEqual([]);
});

test('a policy that is told later counts at once, for the same host', async () => {
  const toy = emptyToy();
  const { tasks, create, ended } = await window(emptyFolderInMemory(), toy);
  const both = Promise.withResolvers<void>();
  let begun = 0;
  toy.run['b'] = async () => {
    begun += 1;
    if (begun === 2) both.resolve();
    await both.promise;
  };
  const host = await tasks.work(fixedWorkers(1));
  const runs = [await create(), await create()];
  expect(await tasks.work()).toBe(host);
  expect(host.pool.status.workers).toBe(1);
  expect(await tasks.work(fixedWorkers(2))).toBe(host);
  for (const { taskId } of runs) await ended(taskId);
  expect(host.pool.status.workers).toBe(2);
});

test('the mark of a lab changes with what happens to runs and tasks and with a pause, and with nothing else', async () => {
  const { tasks, create, ended } = await window(emptyFolderInMemory());
  const empty = await tasks.mark();
  const { taskId } = await create();
  const enqueued = await tasks.mark();
  expect(enqueued).not.toBe(empty);
  await tasks.work(fixedWorkers(1));
  await ended(taskId);
  const done = await tasks.mark();
  expect(done).not.toBe(enqueued);
  expect(await tasks.mark()).toBe(done);
  await (await tasks.queue()).pause();
  expect(await tasks.mark()).not.toBe(done);
  expect(await tasks.read()).toMatchObject({ isPaused: true });
  await (await tasks.queue()).resume();
  expect(await tasks.mark()).toBe(done);
  expect(await tasks.read()).toMatchObject({ isPaused: false });
});

test('a run and a decision are written down together with the turn that goes on with it, both or none', async () => {
  const { engine, tasks, ended } = await window(emptyFolderInMemory());
  const queue = await tasks.queue();
  const first = newTurn({ priority: 3 });
  const id = await engine.create({ name: 'toy', input: { text: '' }, turn: first.turn });
  expect(await tasks.turns()).toEqual([{ id, taskId: first.taskId, priority: 3, state: 'waiting' }]);
  // Who wishes for the same turn once more gets that one.
  expect(await tasks.enqueueRun(id)).toBe(first.taskId);
  await tasks.work(fixedWorkers(1));
  await ended(first.taskId);
  const [waiting, events] = [await engine.view(id), (await engine.history(id)).events];
  expect(waiting.state).toBe('waiting-for-e');

  await queue.pause();
  await queue.setLimits('queue', { mostWaiting: 1, mostRunning: null });
  await queue.enqueue([{ type: 'other', payload: null }]);
  const second = newTurn({ priority: 5 });
  await expect(engine.decide(id, { action: 'approve' }, second.turn)).rejects.toMatchObject({
    reason: 'queue.full',
  });
  expect((await engine.history(id)).events).toEqual(events);
  await expect(
    engine.create({ name: 'toy', input: { text: '' }, turn: newTurn({}).turn }),
  ).rejects.toMatchObject({
    reason: 'queue.full',
  });
  expect(await engine.list()).toHaveLength(1);

  await queue.setLimits('queue', { mostWaiting: null, mostRunning: null });
  await queue.resume();
  await engine.decide(id, { action: 'approve' }, second.turn);
  expect(await ended(second.taskId)).toMatchObject({ state: 'done', priority: 5 });
  expect((await engine.view(id)).state).toBe('completed');
  // The gate is passed: a decision that comes too late leaves no turn behind.
  const late = newTurn({});
  await expect(engine.decide(id, { action: 'approve' }, late.turn)).rejects.toMatchObject({
    reason: 'saga.state',
  });
  expect(await queue.get(late.taskId)).toBeNull();
});

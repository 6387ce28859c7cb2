import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { recoveryMilliseconds, retentionMilliseconds } from '../../extension/contracts/tasks.ts';
import { openDatabase } from '../../extension/storage/database.ts';
import { thisProcess } from '../../extension/storage/processIdentity.ts';
import { SteadyClock } from '../../extension/storage/tasks/steadyClock.ts';
import { TaskStore } from '../../extension/storage/tasks/taskStore.ts';
import { TaskUpkeep } from '../../extension/storage/tasks/taskUpkeep.ts';
import { TaskWaiters } from '../../extension/storage/tasks/taskWaiters.ts';
import { claimOne, drain, names, work } from '../orchestrator/queue/claims.ts';
import { openEmbedded } from '../orchestrator/queue/embedded.ts';
import { emptyFolderInMemory } from './lab.ts';

/** A lab's folder under two clocks of the test's, and what opens it. */
function lab() {
  const folder = emptyFolderInMemory();
  const clocks = { time: 1_700_000_000_000, uptime: 5000 };
  const open = (isSteady = () => true) => {
    const { queue, close } = openEmbedded(folder, () => clocks.time, isSteady);
    onTestFinished(close);
    return queue;
  };
  const database = () => {
    const opened = openDatabase(pathToFileURL(join(folder, 'journal.sqlite')));
    onTestFinished(() => opened.close());
    return opened;
  };
  const pass = (milliseconds: number) => {
    clocks.time += milliseconds;
    clocks.uptime += milliseconds;
  };
  const openSteadily = () => {
    const steadyClock = new SteadyClock(
      () => clocks.time,
      () => clocks.uptime,
    );
    return open(() => steadyClock.isSteady());
  };
  return { open, openSteadily, database, pass, clocks };
}

test('a sleep of the machine, or a clock that jumps, ends no lease of a worker that lives', async () => {
  const { openSteadily, pass, clocks } = lab();
  const [own, other] = [openSteadily(), openSteadily()];
  pass(recoveryMilliseconds.heartbeat);
  await own.enqueue(work(['own', 'other', 'hung']));
  const [mine, theirs, hung] = [await claimOne(own), await claimOne(other), await claimOne(other)];
  clocks.time += 3_600_000;
  expect(await own.recover()).toBe(0);
  pass(recoveryMilliseconds.heartbeat - 1);
  await other.extend([theirs], recoveryMilliseconds.lease);
  expect(await own.recover()).toBe(0);
  pass(1);
  // Whoever has not said anything by now is lost.
  expect(await own.recover()).toBe(1);
  await own.complete(mine, null);
  await other.complete(theirs, null);
  await expect(other.complete(hung, null)).rejects.toMatchObject({ reason: 'task.stale' });
});

test('processes of earlier boots, and of places that cannot be seen from here, are forgotten once they work on nothing', async () => {
  const { open, database, pass } = lab();
  const queue = open();
  await queue.enqueue(work(['1', '2']));
  const raw = database();
  const claimed = await claimOne(queue);
  const owners = () =>
    raw
      .prepare('SELECT owner FROM task_owners ORDER BY owner')
      .all()
      .map(({ owner }) => owner);
  const [self] = owners();
  const put = (owner: number, space: string) =>
    raw
      .prepare('INSERT INTO task_owners VALUES (?, ?)')
      .run(owner, JSON.stringify({ ...thisProcess(), space, pid: 1 }));
  put(-1, 'an earlier boot/pid:[1]');
  put(-2, 'an earlier boot/pid:[2]');
  // The second left a task behind.
  const left = await claimOne(queue, { leaseMilliseconds: 100 });
  raw.prepare('UPDATE tasks SET owner = -2 WHERE id = ?').run(left.id);
  await queue.recover();
  expect(owners()).toEqual([-2, self]);
  pass(101);
  await queue.recover();
  await queue.recover();
  expect(owners()).toEqual([self]);
  await queue.complete(claimed, null);
});

test('ended tasks are forgotten oldest first, each scan going on where the last one stopped, and none is left behind', async () => {
  const { open, pass } = lab();
  const queue = open();
  const end = async (ids: readonly string[]) => {
    await Promise.all(ids.map((id) => queue.cancel(id, { durability: 'normal' })));
  };
  const put = async (prefix: string, count: number) => {
    const enqueued = await queue.enqueue(work(names(prefix, count)).slice(0, count));
    return enqueued.map(({ id }) => id);
  };
  const present = async (ids: readonly string[]) => {
    const found = await Promise.all(ids.map((id) => queue.get(id)));
    return found.filter((task) => task !== null).length;
  };
  const old = await put('old', 1000);
  const [late = '', ...early] = old;
  await end(early);
  pass(1000);
  const young = await put('young', 2500);
  await end(young);
  pass(retentionMilliseconds - 500);
  await queue.recover();
  await expect.poll(() => present(old)).toBe(1);
  expect(await present(young)).toBe(2500);
  // What was passed by as it had not ended.
  await end([late]);
  pass(1000);
  await queue.recover();
  await expect.poll(() => present(young)).toBe(0);
  expect(await present([late])).toBe(1);
  pass(retentionMilliseconds);
  await queue.recover();
  await expect.poll(() => present([late])).toBe(0);
});

test('a page of what is forgotten is small, and one whose deletion is undone is deleted the next time', async () => {
  const { open, database, clocks, pass } = lab();
  const queue = open();
  const enqueued = await queue.enqueue(work(names('old', 1500)));
  await Promise.all(enqueued.map(({ id }) => queue.cancel(id, { durability: 'normal' })));
  pass(retentionMilliseconds + 1);
  const raw = database();
  const clock = () => clocks.time;
  const upkeep = new TaskUpkeep(raw, new TaskStore(raw, clock), thisProcess(), clock);
  const forget = (end: 'COMMIT' | 'ROLLBACK') => {
    raw.exec('BEGIN IMMEDIATE');
    const { committed, isMore } = upkeep.forget();
    raw.exec(end);
    if (end === 'COMMIT') committed();
    return [isMore, raw.prepare('SELECT count(*) AS count FROM tasks').get()?.['count']];
  };
  expect(forget('ROLLBACK')).toEqual([true, 1500]);
  expect(forget('COMMIT')).toEqual([true, 500]);
  expect(forget('COMMIT')).toEqual([false, 0]);
});

test.each([
  ['the queue is paused', (store: TaskStore) => store.book.pause(true)],
  [
    'as many run as may',
    (store: TaskStore) => store.book.setLimits('', { mostRunning: 0, mostWaiting: null }),
  ],
])('while %s, a claim that waits is not woken for what was delayed and is due', async (_, hold) => {
  const { open, database, clocks, pass } = lab();
  await open().enqueue(work(['delayed'], { notBefore: clocks.time + 1000 }));
  const store = new TaskStore(database(), () => clocks.time);
  store.book.open();
  const claim = { worker: 'tester', owner: null, types: ['work'], count: 1, band: 'any' as const };
  const claimNothing = () =>
    expect(store.claim({ ...claim, leaseMilliseconds: 1000 })).toEqual({ tasks: [], isAll: true });
  expect(store.nextDue()).toBe(clocks.time + 1000);
  hold(store);
  pass(1000);
  claimNothing();
  expect(store.nextDue()).toBeNull();
});

test('a claim buries few of the tasks that missed their deadlines at a time, and still finds what is behind all of them', async () => {
  const { open, database, clocks, pass } = lab();
  const queue = open();
  const deadline = clocks.time + 10;
  await queue.enqueue(work(names('late', 350), { deadline }));
  await queue.enqueue(work(['good']));
  pass(1000);
  const raw = database();
  const dead = () => raw.prepare("SELECT count(*) AS count FROM tasks WHERE state = 'dead'").get()?.['count'];
  const store = new TaskStore(raw, () => clocks.time);
  store.book.open();
  const claim = { worker: 'tester', owner: null, types: ['work'], count: 1, band: 'any' as const };
  expect(store.claim({ ...claim, leaseMilliseconds: 1000 })).toEqual({ tasks: [], isAll: false });
  store.book.save();
  expect(dead()).toBe(100);
  const { payload } = await claimOne(queue);
  expect([payload, dead()]).toEqual(['good', 350]);
  await queue.enqueue(work(names('later', 150), { deadline: clocks.time + 10 }));
  pass(1000);
  expect(await queue.claim(claim)).toEqual([]);
  expect(dead()).toBe(500);
});

test('of what is asked for in one go, what is refused leaves no trace in the counts of the rest', async () => {
  const { open } = lab();
  const [queue, other] = [open(), open()];
  const stale = { id: 'unknown', epoch: 1 };
  const answers = await Promise.allSettled([
    queue.enqueue(work(['1', '2'])),
    queue.complete(stale, null),
    queue.setLimits('queue', { mostWaiting: 3, mostRunning: null }),
    queue.enqueue(work(['3', '4'])),
    queue.enqueue(work(['5'])),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ]);
  for (const from of [queue, other]) expect(await from.counts()).toMatchObject([{ waiting: 3, running: 0 }]);
  expect(await drain(other)).toEqual(['1', '2', '5']);
});

test('a claim that waits looks again whenever another connection has written, and only then', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { database } = lab();
  const [mine, other] = [database(), database()];
  const tryAgain = vi.fn();
  const [othersWrote, nextDue] = [() => {}, () => null];
  const waiters = new TaskWaiters({ database: mine, clock: Date.now, tryAgain, othersWrote, nextDue });
  const message = {
    worker: 'tester',
    types: ['work'],
    count: 1,
    band: 'any',
    leaseMilliseconds: 1000,
    waitMilliseconds: 60_000,
    ticket: 1,
  } as const;
  waiters.add({ message: { ...message, types: ['work'] }, answer: () => {} });
  vi.advanceTimersByTime(1000);
  // Once at first: it may have been written just before.
  expect(tryAgain).toHaveBeenCalledTimes(1);
  other.exec("INSERT INTO task_limits VALUES ('somebody', 1, 1)");
  vi.advanceTimersByTime(100);
  expect(tryAgain).toHaveBeenCalledTimes(2);
  mine.exec("INSERT INTO task_limits VALUES ('somebody else', 1, 1)");
  vi.advanceTimersByTime(1000);
  expect(tryAgain).toHaveBeenCalledTimes(2);
  waiters.stopAll();
});

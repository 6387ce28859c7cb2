import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClaimedTask, NewTask } from '../../../extension/contracts/tasks.ts';
import { RedisConnection } from '../../../extension/orchestrator/queue/redis/connection.ts';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { hasRedis, startRedis } from '../../setup/redis.ts';
import { openProxy } from '../chaos/proxy.ts';
import { claimOne, drain, names, work } from './claims.ts';
import { heartbeatUrl } from './redis.ts';

async function serverAndQueue() {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const { url } = server;
  let offset = 0;
  const clock = () => Date.now() + offset;
  const queue = await openRedisQueue({ url, prefix: 'queue', heartbeatUrl, clock });
  onTestFinished(() => queue.close());
  const raw = new Redis(url);
  onTestFinished(() => raw.disconnect());
  const advance = (milliseconds: number) => {
    offset += milliseconds;
  };
  return { server, queue, raw, url, advance };
}

function withOwnKey(task: NewTask): NewTask {
  return { ...task, idempotencyKey: String(task.payload) };
}

describe.skipIf(!hasRedis)('the queue on a Redis server', () => {
  test('what runs is pending in the stream of its band, what waits is never trimmed, and what ended is gone', async () => {
    const { queue, raw } = await serverAndQueue();
    await queue.enqueue([...work(names('low ', 500)), ...work(['high'], { priority: 10 })]);
    const [high, low] = await queue.claim({ worker: 'tester', types: ['work'], count: 2 });
    if (high === undefined || low === undefined) throw new Error('two tasks were expected');
    const pending = async (band: string) => (await raw.xpending(`{queue}:stream:${band}`, 'workers'))[0];
    expect([await pending('high'), await pending('low')]).toEqual([1, 1]);
    await queue.setPriority(low.id, 50);
    expect([await pending('high'), await pending('low')]).toEqual([2, 0]);
    await queue.complete(high, null);
    await queue.complete(low, null);
    expect([await pending('high'), await raw.xlen('{queue}:stream:high')]).toEqual([0, 0]);
    expect(await drain(queue)).toHaveLength(499);
  });

  test('a server that crashed goes on where it was: nothing answered is lost, and leases still hold', async () => {
    const { server, queue } = await serverAndQueue();
    await queue.enqueue(work(names('task ', 20)));
    const done = await claimOne(queue);
    await queue.complete(done, 'kept');
    const running = await claimOne(queue);
    await server.crash();
    await queue.complete(running, 'after the crash');
    expect(await queue.get(done.id)).toMatchObject({ state: 'done', result: 'kept' });
    expect(await drain(queue)).toHaveLength(18);
  });

  test('calls that meet a cut connection are answered after it, and a claim that waits still hears', async () => {
    const { queue, raw } = await serverAndQueue();
    const waiting = claimOne(queue, { waitMilliseconds: 50_000 });
    for (let cut = 0; cut < 3; cut += 1) {
      const [, results] = await Promise.all([
        raw.call('CLIENT', 'KILL', 'TYPE', 'normal'),
        Promise.all(names(`${cut} `, 10).map((name) => queue.enqueue(work([name])))),
      ]);
      expect(results.flat().map(({ id }) => id)).toHaveLength(10);
      await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    }
    const first = await waiting;
    await queue.complete(first, null);
    const drained = await drain(queue);
    expect(new Set([first.payload, ...drained]).size).toBe(30);
  });

  test('a claim that is sent again after a cut is told the tasks that it took, and takes no others', async () => {
    const { server, queue, raw } = await serverAndQueue();
    const proxy = await openProxy(server.url);
    onTestFinished(() => proxy.close());
    const far = await openRedisQueue({ url: proxy.url, prefix: 'queue', heartbeatUrl });
    onTestFinished(() => far.close());
    await queue.enqueue([...work(names('low ', 5)), ...work(['high'], { priority: 10 })]);
    await far.complete(await claimOne(far), null);
    proxy.swallowAnswers();
    const claim = far.claim({ worker: 'far', types: ['work'], count: 2 });
    const running = async () => (await queue.list({ state: 'running' })).map(({ id }) => id).sort();
    await expect.poll(running).toHaveLength(2);
    proxy.cut();
    const tasks = await claim;
    expect(tasks.map(({ id }) => id).sort()).toEqual(await running());
    for (const task of tasks) {
      expect(task).toMatchObject({ attempt: 1, epoch: 1 });
      await far.complete(task, null);
    }
    expect(await claimOne(far)).toMatchObject({ payload: 'low 2' });
    expect(await raw.xlen('{queue}:stream:low')).toBe(1);
  });

  test('what a queue claims while it is closed goes back, and no lease is renewed after that', async () => {
    const { server, queue, url } = await serverAndQueue();
    const closing = await openRedisQueue({ url, prefix: 'queue', heartbeatUrl });
    await queue.enqueue(work(['before', 'task']));
    await closing.complete(await claimOne(closing), null);
    process.kill(server.pid, 'SIGSTOP');
    const claim = closing.claim({ worker: 'closing', types: ['work'] });
    await new Promise((resolve) => setImmediate(resolve));
    const closed = closing.close();
    expect(await claim).toEqual([]);
    process.kill(server.pid, 'SIGCONT');
    await closed;
    expect(await queue.counts()).toMatchObject([{ waiting: 1, running: 0 }]);
    expect(await claimOne(queue)).toMatchObject({ payload: 'task', attempt: 1, epoch: 2 });
  });

  test('a claim that is called off ends though the server does not answer, and what it takes then goes back', async () => {
    const { server, queue } = await serverAndQueue();
    await queue.enqueue(work(['before', 'task']));
    await queue.complete(await claimOne(queue), null);
    process.kill(server.pid, 'SIGSTOP');
    const caller = new AbortController();
    const claim = queue.claim({ worker: 'caller', types: ['work'] }, caller.signal);
    await new Promise((resolve) => setImmediate(resolve));
    caller.abort();
    expect(await claim).toEqual([]);
    process.kill(server.pid, 'SIGCONT');
    const get = async () => (await queue.list({ state: 'waiting' }))[0];
    await expect.poll(get).toMatchObject({ payload: 'task', attempts: 0, epoch: 1 });
  });

  test('a server that lost its last second gives a task out anew with the same epoch: only the last to claim it is heard', async () => {
    const { queue, raw, url } = await serverAndQueue();
    const early = await openRedisQueue({ url, prefix: 'queue', heartbeatUrl });
    onTestFinished(() => early.close());
    await queue.enqueue(work(names('task ', 5)));
    const keys = await raw.keys('*');
    const kept = await Promise.all(keys.map(async (key) => [key, await raw.dumpBuffer(key)] as const));
    const claimed = await early.claim({ worker: 'early', types: ['work'], count: 5 });
    await raw.flushall();
    for (const [key, value] of kept) await raw.restore(key, 0, value ?? '');
    const again = await queue.claim({ worker: 'late', types: ['work'], count: 5 });
    expect(again.map(({ id, epoch }) => ({ id, epoch }))).toEqual(
      claimed.map(({ id, epoch }) => ({ id, epoch })),
    );
    const stale = { reason: 'task.stale' };
    const calls: ((task: ClaimedTask) => Promise<unknown>)[] = [
      (task) => early.complete(task, 'early'),
      (task) => early.fail(task, { error: 'early' }),
      (task) => early.checkpoint(task, 'early'),
      (task) => early.yield(task, 'early'),
    ];
    for (const [index, call] of calls.entries()) {
      const task = claimed[index];
      if (task !== undefined) await expect(call(task)).rejects.toMatchObject(stale);
    }
    expect(await early.extend(claimed, 15_000)).toHaveLength(5);
    for (const task of again) await queue.complete(task, 'late');
    for (const task of again) await queue.complete(task, 'late');
    for (const task of claimed) await expect(early.complete(task, 'early')).rejects.toMatchObject(stale);
    for (const { id } of again) {
      expect(await queue.get(id)).toMatchObject({
        state: 'done',
        result: 'late',
        checkpoint: null,
        error: null,
      });
    }
  });

  test('a claim whose answer was lost is found again when its lease is over', async () => {
    const { queue, url, advance } = await serverAndQueue();
    await queue.enqueue(work(['task']));
    const lost = await RedisConnection.open({ url, prefix: 'queue' });
    await lost.run('claim', null, ['a lost consumer', 'worker', 15_000, 1, 0, 1, 'work']);
    await lost.close();
    expect(await queue.recover()).toBe(0);
    advance(16_000);
    expect(await queue.recover()).toBe(1);
    expect(await claimOne(queue)).toMatchObject({ payload: 'task', attempt: 2 });
  });

  test('a jump of the clock by which leases end ends none before every worker could have renewed its own', async () => {
    const { url } = await serverAndQueue();
    let [now, uptime] = [Date.now(), 0];
    const clock = () => now;
    const queue = await openRedisQueue({
      url,
      prefix: 'queue',
      heartbeatUrl,
      clock,
      uptime: () => uptime,
    });
    onTestFinished(() => queue.close());
    await queue.enqueue(work(['lives', 'is lost']));
    const [lives, lost] = await queue.claim({ worker: 'worker', types: ['work'], count: 2 });
    if (lives === undefined || lost === undefined) throw new Error('two tasks were expected');
    const pass = (milliseconds: number) => {
      now += milliseconds;
      uptime += milliseconds;
    };
    pass(10_000);
    expect(await queue.recover()).toBe(0);
    now += 3_600_000;
    expect(await queue.recover()).toBe(0);
    await queue.extend([lives], 15_000);
    pass(5_000);
    expect(await queue.recover()).toBe(1);
    await queue.complete(lives, null);
    expect(await claimOne(queue)).toMatchObject({ id: lost.id });
  });

  test('claims that wait do not ask again and again while a task is due that may not be started yet', async () => {
    const { queue, raw, advance } = await serverAndQueue();
    await queue.setLimits('queue', { mostWaiting: null, mostRunning: 1 });
    await queue.enqueue([...work(['runs']), ...work(['due'], { notBefore: Date.now() + 60_000 })]);
    const runs = await claimOne(queue);
    advance(61_000);
    await queue.claim({ worker: 'first', types: ['work'], waitMilliseconds: 1 });
    await raw.config('RESETSTAT');
    await queue.claim({ worker: 'waits', types: ['work'], waitMilliseconds: 300 });
    const scripts = /cmdstat_evalsha:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1];
    expect(Number(scripts)).toBeLessThan(5);
    await queue.complete(runs, null);
    expect(await claimOne(queue)).toMatchObject({ payload: 'due' });
  });

  test('a call with too many tasks is refused alone, and many large calls of one turn are all taken', async () => {
    const { queue } = await serverAndQueue();
    const enqueue = (count: number) => queue.enqueue(work(names('task ', count)));
    const large = Array.from({ length: 4 }, () => enqueue(5_000));
    const refused = [enqueue(5_001), queue.enqueue(work(names('x'.repeat(999_000), 51)))];
    const small = Array.from({ length: 8 }, () => enqueue(1));
    for (const call of refused) await expect(call).rejects.toMatchObject({ reason: 'usage' });
    expect((await Promise.all(large)).flat()).toHaveLength(20_000);
    expect((await Promise.all(small)).flat()).toHaveLength(8);
    expect(await queue.counts()).toMatchObject([{ waiting: 20_008 }]);
  });

  test('without a clock of its own the queue goes by that of the server', async () => {
    const { url, raw } = await serverAndQueue();
    const queue = await openRedisQueue({ url, prefix: 'server time', heartbeatUrl });
    onTestFinished(() => queue.close());
    const serverTime = async () => {
      const [seconds = 0, microseconds = 0] = await raw.time();
      return seconds * 1000 + Math.floor(microseconds / 1000);
    };
    const before = await serverTime();
    const [task] = await queue.enqueue(work(['task']));
    const after = await serverTime();
    const created = (await queue.get(task?.id ?? ''))?.createdTime ?? 0;
    expect(created).toBeGreaterThanOrEqual(before);
    expect(created).toBeLessThanOrEqual(after);
  });

  test('a server that is not there is told of in one sentence, without the password', async () => {
    const open = openRedisQueue({ url: 'redis://user:secret@127.0.0.1:1', prefix: 'queue', heartbeatUrl });
    const error = await open.then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ reason: 'queue.unavailable' });
    expect(error?.message).toContain('127.0.0.1:1');
    expect(error?.message).not.toContain('secret');
  });

  test('what ended long ago is forgotten, and its idempotency key with it', async () => {
    const { queue, raw, advance } = await serverAndQueue();
    await queue.enqueue(work(['task'], { idempotencyKey: 'key' }));
    await drain(queue);
    advance(23 * 3_600_000);
    await queue.recover();
    expect((await queue.enqueue(work(['task'], { idempotencyKey: 'key' })))[0]?.isNew).toBe(false);
    advance(2 * 3_600_000);
    await queue.recover();
    expect(await raw.keys('{queue}:task:*')).toEqual([]);
    expect((await queue.enqueue(work(['task'], { idempotencyKey: 'key' })))[0]?.isNew).toBe(true);
  });

  test('one look forgets all that ended long ago, however fast the queue was', async () => {
    const { queue, raw, advance } = await serverAndQueue();
    await queue.enqueue(work(names('task ', 2_600)).map(withOwnKey));
    for (;;) {
      const tasks = await queue.claim({ worker: 'tester', types: ['work'], count: 500 });
      if (tasks.length === 0) break;
      await Promise.all(tasks.map((task) => queue.complete(task, null)));
    }
    await queue.enqueue(work(names('late ', 1_200), { deadline: Date.now() + 3_600_000 }));
    advance(25 * 3_600_000);
    await queue.recover();
    expect(await raw.keys('{queue}:task:*')).toHaveLength(1_200);
    expect(await queue.counts()).toMatchObject([{ waiting: 0, dead: 1_200 }]);
    expect(
      await Promise.all(['ended', 'keys', 'deadlines'].map((key) => raw.exists(`{queue}:${key}`))),
    ).toEqual([0, 0, 0]);
  });

  test('consumers of processes that ended, or were silent for a day, are taken out once nothing of them is pending', async () => {
    const { queue, raw, url, advance } = await serverAndQueue();
    const consumers = async () => {
      const told = (await raw.call('XINFO', 'CONSUMERS', '{queue}:stream:low', 'workers')) as string[][];
      return told.map((fields) => fields[fields.indexOf('name') + 1]).sort();
    };
    await queue.enqueue(work(['first', 'second', 'third', 'fourth']));
    const leaving = await openRedisQueue({ url, prefix: 'queue', heartbeatUrl });
    await leaving.complete(await claimOne(leaving), null);
    await leaving.close();
    expect([await consumers(), await raw.hgetall('{queue}:owners')]).toEqual([[], {}]);

    const elsewhere = { host: 'elsewhere', space: null, pid: 1, started: null, seen: Date.now() };
    const lost = await RedisConnection.open({ url, prefix: 'queue' });
    await raw.hset('{queue}:owners', 'silent', JSON.stringify(elsewhere));
    await lost.run('claim', null, ['silent', 'worker', 15_000, 1, 0, 1, 'work']);
    await lost.close();
    await queue.complete(await claimOne(queue), null);
    await queue.recover();
    expect(await consumers()).toHaveLength(2);
    advance(25 * 3_600_000);
    // It claims, so it is not silent.
    await queue.complete(await claimOne(queue), null);
    await queue.recover();
    expect(await consumers()).toHaveLength(1);
    expect(Object.keys(await raw.hgetall('{queue}:owners'))).toEqual(await consumers());
    expect(await drain(queue)).toHaveLength(1);
  });
});

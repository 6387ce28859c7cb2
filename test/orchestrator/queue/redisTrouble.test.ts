import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { taskLeaseSchema } from '../../../extension/contracts/tasks.ts';
import { redisLog } from '../../../extension/orchestrator/events/redis/redisLog.ts';
import type { RedisQueueOptions } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { checkServer, type RedisWarning } from '../../../extension/orchestrator/queue/redis/serverFacts.ts';
import { findProgram } from '../../setup/packages.ts';
import { hasRedis, startRedis } from '../../setup/redis.ts';
import { emptyFolder } from '../../storage/lab.ts';
import { tick } from '../events/support.ts';
import { claimOne, drain, work } from './claims.ts';
import { heartbeatUrl } from './redis.ts';

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function serverAndOpen(settings: Readonly<Record<string, string | number>> = {}) {
  const server = await startRedis('everysec', settings);
  onTestFinished(() => server.stop());
  const { url } = server;
  const raw = new Redis(url);
  onTestFinished(() => raw.disconnect());
  const open = async (rest: Partial<RedisQueueOptions> = {}) => {
    const queue = await openRedisQueue({ url, prefix: 'queue', heartbeatUrl, ...rest });
    onTestFinished(() => queue.close());
    return queue;
  };
  return { server, raw, url, open };
}

const facts = (version: string, rest = '') =>
  `# Server\r\nredis_version:${version}\r\nrole:master\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n${rest}`;

describe('what a server tells of itself', () => {
  test.each(['6.2.14', '5.0.0', 'unknown'])(
    'version %s is refused, with the version that is needed',
    (old) => {
      expect(() => checkServer('host:6379', facts(old))).toThrow(
        expect.objectContaining({
          reason: 'queue.unavailable',
          message: expect.stringContaining('7.0 or later'),
        }),
      );
    },
  );

  test.each(['7.0.0', '7.2.4', '8.4.0', '10.0.0'])(
    'version %s with safe settings has no warning',
    (version) => {
      expect(checkServer('host:6379', facts(version))).toBeNull();
    },
  );
});

describe.skipIf(!hasRedis)('a Redis server in trouble', () => {
  test('queues and logs of one server do not mix, and all keys begin with their prefix', async () => {
    const { raw, url, open } = await serverAndOpen();
    const [own, other] = [await open({ prefix: 'own' }), await open({ prefix: 'own:' })];
    const logs = await Promise.all(['own', 'own:'].map((prefix) => redisLog({ url, prefix })));
    onTestFinished(async () => void (await Promise.all(logs.map((log) => log.close()))));
    await own.enqueue(work(['own'], { id: 'same', idempotencyKey: 'same' }));
    await other.enqueue(work(['other'], { id: 'same', idempotencyKey: 'same' }));
    await other.pause();
    await logs[0]?.append([tick(1)]);
    expect(await drain(own)).toEqual(['own']);
    expect((await other.counts())[0]).toMatchObject({ waiting: 1, done: 0 });
    expect((await logs[1]?.read('0-0', 10))?.events).toEqual([]);
    for (const key of await raw.keys('*')) expect(key).toMatch(/^\{own:?\}:/);
    for (const prefix of ['', 'a{b', 'a}:b', 'x'.repeat(101)]) {
      await expect(open({ prefix })).rejects.toMatchObject({ reason: 'usage' });
      await expect(redisLog({ url, prefix })).rejects.toMatchObject({ reason: 'usage' });
    }
  });

  test('a node of a cluster, which refuses keys of several slots, does all that a server alone does', async () => {
    const port = await freePort();
    const busPort = await freePort();
    const { raw, url, open } = await serverAndOpen({
      port,
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
    });
    await raw.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    const info = () => raw.call('CLUSTER', 'INFO');
    await expect.poll(info, { timeout: 20_000 }).toContain('cluster_state:ok');
    const queue = await open();
    await queue.setLimits('each-tenant', { mostRunning: 2, mostWaiting: 10 });
    const [one] = await queue.enqueue([
      ...work(['one', 'two', 'three'], { idempotencyKey: 'key', deadline: 9e12 }),
      ...work(['high'], { priority: 50, tenant: 'other' }),
      ...work(['later'], { notBefore: 9e12 }),
    ]);
    await queue.setPriority(one?.id ?? '', 20);
    const high = await claimOne(queue);
    await queue.yield(high, 1);
    const again = await claimOne(queue);
    expect(await queue.fail(again, { error: 'No.', retry: false })).toBe('dead');
    await queue.replay(again.id);
    await queue.recover();
    expect(await drain(queue)).toEqual(['high', 'one']);
    const log = await redisLog({ url, prefix: 'events' });
    onTestFinished(() => log.close());
    await log.append([tick(1)]);
    expect(await log.advance('group', null, log.start)).toBe(true);
    await (await log.hold('group'))?.release();
  });

  test('one that lost its data is told of by every call, and by the leases, until the queue is opened again', async () => {
    const { raw, open } = await serverAndOpen();
    const queue = await open();
    await queue.enqueue(work(['task', 'kept', 'waits']));
    const held = await claimOne(queue);
    const kept = await claimOne(queue, { leaseMilliseconds: 300 });
    const lost = new Promise((resolve) => kept.lost.addEventListener('abort', resolve));
    await raw.flushall();
    const calls: (() => Promise<unknown>)[] = [
      () => queue.enqueue(work(['more'])),
      () => claimOne(queue),
      () => queue.complete(held, null),
      () => queue.fail(held, { error: 'No.' }),
      () => queue.checkpoint(held, 1),
      () => queue.cancel(held.id),
      () => queue.get(held.id),
      () => queue.list({ state: 'waiting' }),
      () => queue.counts(),
      () => queue.isPaused(),
      () => queue.recover(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        reason: 'queue.unavailable',
        message: expect.stringContaining('lost what it had'),
      });
    }
    expect(await raw.keys('*')).toEqual([]);
    const again = await open();
    await again.enqueue(work(['fresh']));
    expect(await drain(again)).toEqual(['fresh']);
    await expect(queue.counts()).rejects.toMatchObject({ reason: 'queue.unavailable' });
    await lost;
  });

  test('one that lost its data is told of by the log of events', async () => {
    const { raw, url } = await serverAndOpen();
    const log = await redisLog({ url, prefix: 'events' });
    onTestFinished(() => log.close());
    await log.append([tick(1)]);
    await log.advance('group', null, log.start);
    expect(await log.group('group')).toBe(log.start);
    await raw.flushall();
    const gone = { reason: 'queue.unavailable', message: expect.stringContaining('lost what it had') };
    await expect(log.append([tick(2)])).rejects.toMatchObject(gone);
    await expect(log.group('group')).rejects.toMatchObject(gone);
    await expect(log.advance('group', log.start, '1-0')).rejects.toMatchObject(gone);
  });

  test('one without memory takes no more tasks, and those that it has are worked on and settled', async () => {
    const { raw, open } = await serverAndOpen();
    const queue = await open();
    await queue.enqueue(work(['runs', 'waits', 'fails']));
    const running = await claimOne(queue);
    await raw.config('SET', 'maxmemory', '1');
    await expect(queue.enqueue(work(['more']))).rejects.toMatchObject({
      reason: 'queue.unavailable',
      message: expect.stringContaining('no memory left'),
    });
    expect(await queue.extend([running], 15_000)).toEqual([]);
    await queue.checkpoint(running, 'half');
    await queue.complete(running, 1);
    // One whose process was not known before.
    const other = await open();
    const waiting = await claimOne(other);
    await other.yield(waiting, 'later');
    expect((await queue.get(waiting.id))?.checkpoint).toBe('later');
    expect(await drain(other)).toEqual(['waits', 'fails']);
    await queue.recover();
    await raw.config('SET', 'maxmemory', '0');
    await queue.enqueue(work(['more']));
    expect(await drain(queue)).toEqual(['more']);
    expect((await queue.counts())[0]).toMatchObject({ waiting: 0, running: 0, done: 4 });
  });

  test('settings with which it may lose tasks are warned of once, at the opening, with what to do', async () => {
    const { raw, open } = await serverAndOpen();
    const warnings: RedisWarning[] = [];
    const onWarning = (warning: RedisWarning) => warnings.push(warning);
    const safe = await open({ onWarning });
    expect(warnings).toEqual([]);
    await raw.config('SET', 'appendonly', 'no');
    await open({ onWarning });
    await raw.config('SET', 'maxmemory', '100mb');
    await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const queue = await open({ onWarning });
    await queue.enqueue(work(['task']));
    await drain(safe);
    expect(warnings.map(({ action }) => action)).toEqual([
      'Set its appendonly to yes.',
      'Set its maxmemory-policy to noeviction.',
    ]);
  });

  test('a password that is wrong or missing is told of in one sentence, without it', async () => {
    const port = await freePort();
    const { raw, url, open } = await serverAndOpen({ port });
    await raw.config('SET', 'requirepass', 'right-word');
    await raw.auth('right-word');
    for (const address of [url, `redis://:wrong-word@127.0.0.1:${port}`]) {
      const error = await open({ url: address }).then(
        () => null,
        (thrown: Error) => thrown,
      );
      expect(error).toMatchObject({ reason: 'queue.unavailable' });
      expect(error?.message).toContain('refused the name or the password');
      expect(error?.message).not.toContain('wrong-word');
    }
    await open({ url: `redis://:right-word@127.0.0.1:${port}` });
    const mistyped = open({ url: 'reddis://:wrong-word@127.0.0.1' });
    await expect(mistyped).rejects.toMatchObject({
      reason: 'usage',
      message: expect.not.stringContaining('word'),
    });
  });

  test('a replica is refused at the opening, and told of when a primary became one', async () => {
    const { raw, open } = await serverAndOpen();
    const queue = await open();
    await raw.call('REPLICAOF', '127.0.0.1', '1');
    await expect(queue.enqueue(work(['task']))).rejects.toMatchObject({
      message: expect.stringContaining('is a replica'),
    });
    await expect(open()).rejects.toMatchObject({ message: expect.stringContaining('is a replica') });
    await raw.call('REPLICAOF', 'NO', 'ONE');
    await queue.enqueue(work(['task']));
    expect(await drain(queue)).toEqual(['task']);
  });

  test('one that does not answer is told of in time by every call, and the queue can be closed all the same', async () => {
    const { server, open } = await serverAndOpen();
    const queue = await open({ patienceMilliseconds: 500 });
    await queue.enqueue(work(['held', 'waits']));
    await claimOne(queue);
    await expect(claimOne(queue, { types: ['other'], waitMilliseconds: 1 })).rejects.toThrow('no task');
    process.kill(server.pid, 'SIGSTOP');
    onTestFinished(() => void process.kill(server.pid, 'SIGCONT'));
    const silent = { reason: 'queue.unavailable', message: expect.stringContaining('does not answer') };
    await Promise.all(
      [
        open({ patienceMilliseconds: 500 }),
        queue.enqueue(work(['more'])),
        claimOne(queue, { waitMilliseconds: 50_000 }),
        queue.counts(),
        queue.recover(),
      ].map((call) => expect(call).rejects.toMatchObject(silent)),
    );
    const late = queue.counts();
    const closed = queue.close();
    await expect(late).rejects.toMatchObject({ reason: 'queue.unavailable' });
    await closed;
  });

  test('a claim waits again once it can hear, though it could not at first', async () => {
    const port = await freePort();
    const { raw, open } = await serverAndOpen({ port });
    await raw.call('ACL', 'SETUSER', 'worker', 'on', '>word', '~*', '+@all', 'resetchannels');
    const queue = await open({ url: `redis://worker:word@127.0.0.1:${port}` });
    const patient = { waitMilliseconds: 50_000 };
    await expect(claimOne(queue, patient)).rejects.toMatchObject({
      message: expect.stringContaining('does not let this user'),
    });
    await raw.call('ACL', 'SETUSER', 'worker', 'allchannels');
    const claim = claimOne(queue, patient);
    await queue.enqueue(work(['task']));
    expect((await claim).payload).toBe('task');
  });

  test.skipIf(findProgram('openssl') === undefined)(
    'over TLS the queue and its heartbeat work where the certificate is trusted, and where it is not that is said',
    async () => {
      const folder = emptyFolder();
      const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key')];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
      const keys = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
      execFileSync('openssl', ['req', '-x509', ...keys, '-out', certificate, '-days', '2', ...subject], {
        stdio: 'ignore',
      });
      const port = await freePort();
      const { open } = await serverAndOpen({
        'tls-port': port,
        'tls-cert-file': certificate,
        'tls-key-file': key,
        'tls-auth-clients': 'no',
      });
      const place = `rediss://localhost:${port}`;
      await expect(open({ url: place })).rejects.toMatchObject({
        reason: 'queue.unavailable',
        message: expect.stringContaining('does not trust'),
      });
      const queue = await open({ prefix: 'real' });
      const [task] = await queue.enqueue(work(['task']));
      const script = fileURLToPath(new URL('./holdTask.ts', import.meta.url));
      const child = spawn(process.execPath, [script, 'redis', place], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const { value: line } = await createInterface(child.stdout)[Symbol.asyncIterator]().next();
      expect(taskLeaseSchema.parse(JSON.parse(line ?? 'null')).id).toBe(task?.id);
    },
  );
});

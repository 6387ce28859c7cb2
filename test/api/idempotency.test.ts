import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, idempotency } from '../../extension/api/http/idempotency.ts';
import { beginTask } from '../../extension/api/work/beginTask.ts';
import { defaultGuestLimits } from '../../extension/api/work/guestLimits.ts';
import { taskRecords } from '../../extension/api/work/taskRecords.ts';
import type { Journal } from '../../extension/contracts/journal.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { idea, openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeEach(async () => {
  lab = await openTestServer({ tenants: ['ann'] });
});
afterEach(() => lab.close());

const body = { tool: 'reasoning', prompt: idea };
const send = (key: string, more: Record<string, unknown> = {}, tenant = 'local') =>
  lab.call('POST', '/v1/run_task', {
    body: { ...body, ...more },
    headers: { 'Idempotency-Key': key },
    tenant,
  });
const countTasks = async () => (await (await lab.lab.sagas()).list()).length;

test('the same request under a key is done once and answered alike, over a restart too', async () => {
  const first = await send('key-1');
  expect(first.status).toBe(202);
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  await lab.reach((first.body as { task_id: string }).task_id, 'waiting-for-reason');
  const second = await send('key-1');
  expect(second).toMatchObject({ status: 202, body: first.body });
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  await lab.restart();
  expect(await send('key-1')).toMatchObject({ status: 202, body: first.body });
  expect(await countTasks()).toBe(1);
});

test('another request under the key is refused; another key, and another tenant, begin anew', async () => {
  await send('key-1');
  expect(await send('key-1', { priority: 5 })).toMatchObject({
    status: 422,
    body: { reason: 'api.repeated' },
  });
  const ids = [await send('key-2'), await send('key-1', {}, 'ann')].map(
    (reply) => (reply.body as { task_id: string }).task_id,
  );
  expect(new Set(ids).size).toBe(2);
  expect(await countTasks()).toBe(3);
});

test('a refusal is an answer too, and a key that is none is refused', async () => {
  const refused = await send('key-1', { tool: 'none' });
  expect(refused.status).toBe(400);
  const again = await send('key-1', { tool: 'none' });
  expect(again.body).toEqual(refused.body);
  expect((await send('a b')).status).toBe(400);
  expect((await send('x'.repeat(201))).status).toBe(400);
});

test('bytes that are no text are no repetition of the text that they would read as', async () => {
  const call = async (bytes: Uint8Array<ArrayBuffer>) => {
    const reply = await fetch(`${lab.server.url}/v1/run_task`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await lab.token()}`,
        'content-type': 'application/json',
        'idempotency-key': 'key-1',
      },
      body: bytes,
    });
    return reply.status;
  };
  const text = new TextEncoder().encode(JSON.stringify({ ...body, prompt: `${idea} \ufffd` }));
  expect(await call(text)).toBe(202);
  const broken = Buffer.from(Buffer.from(text).toString('latin1').replace('\xef\xbf\xbd', '\xff'), 'latin1');
  expect(await call(Uint8Array.from(broken))).toBe(422);
  expect(await countTasks()).toBe(1);
});

test('a whole batch comes twice and is done once', async () => {
  const batch = [1, 2].map((id) => ({ jsonrpc: '2.0', method: 'run_task', params: body, id }));
  const headers = { 'Idempotency-Key': 'batch' };
  const first = await lab.rpc(batch, { headers });
  expect((await lab.rpc(batch, { headers })).body).toEqual(first.body);
  expect(await countTasks()).toBe(2);
});

test('a request whose program died before it answered finds its task, and starts no second one', async () => {
  const ports = {
    journal: () => lab.lab.journal(),
    clock: Date.now,
    newId: () => 'drawn-once',
    guestKeysPerDay: 2,
  };
  const request = { tenant: 'local', key: 'k', content: ['POST', '/v1/run_task', 'x'], traceId: 't' };
  const died = idempotency(ports).answer(
    request,
    () => Promise.reject(new Error('killed')),
    () => true,
  );
  await expect(died).rejects.toThrow('killed');
  const ids: string[] = [];
  const done: Answer = { status: 202, contentType: null, body: '' };
  const after = idempotency({ ...ports, newId: () => 'drawn-again' });
  const answer = await after.answer(
    request,
    async ({ newTaskId }) => {
      ids.push(newTaskId);
      return done;
    },
    () => true,
  );
  expect(answer).toEqual({ ...done, isRepeated: true });
  expect(ids).toEqual(['drawn-once']);
});

test('an id that a run or another request has is not attached to: the next one is taken, the same one again', async () => {
  const engine = await lab.lab.sagas();
  const records = taskRecords(() => lab.lab.journal(), Date.now);
  const start = {
    name: 'generate',
    input: {
      ...((await engine.view(((await send('any')).body as { task_id: string }).task_id)).input as object),
    },
  };
  await engine.create({ ...start, id: 'taken' });
  const times = { notBefore: null, deadline: null };
  const record = { tenant: 'ann', tool: 'generate', priority: 0, agentId: null, ...times };
  const begin = async (origin: string, newTaskId = 'taken') => {
    const { id } = await beginTask({ engine, records }, start, record, {
      tenant: 'ann',
      scopes: new Set(['run'] as const),
      traceId: 'trace',
      newTaskId,
      origin,
      isRepeatable: false,
      signal: new AbortController().signal,
    });
    return id;
  };
  const [first, second] = [await begin('first'), await begin('second')];
  expect(new Set(['taken', first, second]).size).toBe(3);
  expect([await begin('first'), await begin('second')]).toEqual([first, second]);
  expect((await lab.call('GET', '/v2/tasks/taken', { tenant: 'ann' })).status).toBe(404);
  expect((await lab.call('GET', '/v2/tasks/taken')).body).toMatchObject({ tenant: 'local' });
  expect((await lab.call('GET', '/v2/tasks', { tenant: 'ann' })).body).toMatchObject({
    tasks: expect.toSatisfy((tasks: { task_id: string }[]) =>
      tasks.every(({ task_id }) => task_id !== 'taken'),
    ),
  });
  expect((await lab.call('GET', `/v2/tasks/${first}`, { tenant: 'ann' })).body).toMatchObject({
    tenant: 'ann',
  });
  for (let turn = 3; turn <= 8; turn += 1) await engine.create({ ...start, id: `full.${turn}` });
  await engine.create({ ...start, id: 'full' });
  await engine.create({ ...start, id: 'full.2' });
  await expect(begin('any', 'full')).rejects.toMatchObject({ reason: 'conflict' });
});

test('a task that was begun by the same request before is found by its id', async () => {
  const { tasks } = await import('../../extension/api/openApiWork.ts').then(({ openApiWork }) =>
    openApiWork({
      clock: Date.now,
      sagas: () => lab.lab.sagas(),
      journal: () => lab.lab.journal(),
      candles: lab.lab.candles,
      strategies: lab.lab.strategies,
      guard: () => [],
      minimumLevel: 'preview',
      tasks: lab.lab.tasks,
      guests: defaultGuestLimits,
    }),
  );
  const caller = {
    tenant: 'local',
    scopes: new Set(['run'] as const),
    traceId: 'trace',
    newTaskId: 'chosen',
    origin: 'one request',
    isRepeatable: false,
    signal: new AbortController().signal,
  };
  const request = { ...body, priority: 0 };
  const [first, second] = [await tasks.start(request, caller), await tasks.start(request, caller)];
  expect([first.task_id, second.task_id]).toEqual(['chosen', 'chosen']);
  expect(await countTasks()).toBe(1);
  await lab.reach('chosen', 'waiting-for-reason');
});

test('two at once under one key: the second is told to wait, and a day later the key is free', async () => {
  let now = 1_000_000_000_000;
  const keys = idempotency({
    journal: () => lab.lab.journal(),
    clock: () => now,
    newId: () => String(now),
    guestKeysPerDay: 2,
  });
  const request = { tenant: 'local', key: 'k', content: ['a'], traceId: 't' };
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const first = keys.answer(
    request,
    () => promise,
    () => true,
  );
  await expect(
    keys.answer(
      request,
      () => promise,
      () => true,
    ),
  ).rejects.toMatchObject({ reason: 'conflict' });
  resolve({ status: 200, contentType: null, body: 'first' });
  await first;
  const other = { ...request, content: ['b'] };
  const second = () =>
    keys.answer(
      other,
      async () => ({ status: 200, contentType: null, body: 'second' }),
      () => true,
    );
  now += 24 * 3_600_000 - 1;
  await expect(second()).rejects.toMatchObject({ reason: 'api.repeated' });
  now += 1;
  expect(await second()).toMatchObject({ body: 'second', isRepeated: false });
});

test('of two programs on one lab one works on a key, and the other says so and gets the answer later', async () => {
  const other = await openJournal({
    folder: join(lab.folder, '.strategy-lab'),
    workerUrl: new URL('../../extension/storage/journalWorker.ts', import.meta.url),
  });
  const request = { tenant: 'local', key: 'k', content: ['a'], traceId: 't' };
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const ids: string[] = [];
  const answer = (journal: () => Promise<Journal>, newId: string) =>
    idempotency({ journal, clock: Date.now, newId: () => newId, guestKeysPerDay: 2 }).answer(
      request,
      ({ newTaskId }) => {
        ids.push(newTaskId);
        return promise;
      },
      () => true,
    );
  const here = async () => lab.lab.journal();
  const there = async () => other;
  try {
    const both = [answer(here, 'here'), answer(there, 'there')];
    const refused = await Promise.race(both.map((one) => one.then(null, (error: unknown) => error)));
    expect(refused).toMatchObject({ reason: 'conflict' });
    resolve({ status: 200, contentType: null, body: 'done' });
    const settled = await Promise.allSettled(both);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await answer(there, 'again')).toMatchObject({ body: 'done', isRepeated: true });
    expect(ids).toHaveLength(1);
  } finally {
    await other.close();
  }
});

test('what went wrong inside is not kept: the next try may do better', async () => {
  const keys = idempotency({
    journal: () => lab.lab.journal(),
    clock: Date.now,
    newId: () => 'id',
    guestKeysPerDay: 2,
  });
  const request = { tenant: 'local', key: 'k', content: ['a'], traceId: 't' };
  const answer = (status: number) => async () => ({ status, contentType: null, body: '' });
  const isFinal = ({ status }: Answer) => status < 500;
  expect((await keys.answer(request, answer(503), isFinal)).status).toBe(503);
  expect((await keys.answer(request, answer(200), isFinal)).status).toBe(200);
  expect((await keys.answer(request, answer(503), isFinal)).status).toBe(200);
});

test('a guest has so many new keys a day, of which those that come again are none, and the owner has more', async () => {
  let now = 1_000_000_000_000;
  const { journal } = lab.lab;
  const keys = idempotency({ journal, clock: () => now, newId: () => 'drawn', guestKeysPerDay: 2 });
  const done: Answer = { status: 200, contentType: null, body: '' };
  const answer = (key: string, tenant = 'ann') =>
    keys.answer(
      { tenant, key, content: ['a'], traceId: 't' },
      async () => done,
      () => true,
    );
  await answer('1');
  await answer('2');
  expect(await answer('1')).toMatchObject({ isRepeated: true });
  await expect(answer('3')).rejects.toMatchObject({ cause: { reason: 'api.limit' } });
  expect(await (await journal()).streams('api-answer')).toHaveLength(2);
  await answer('3', 'bob');
  for (const key of ['1', '2', '3']) await answer(key, 'local');
  // A key that was forgotten is written down anew.
  now += 24 * 3_600_000;
  await expect(answer('1')).rejects.toMatchObject({ cause: { reason: 'api.limit' } });
});

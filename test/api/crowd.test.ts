import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { guestReads } from '../../extension/api/http/guestReads.ts';
import { openTestServer, type TestServer, type TestServerOptions } from './support/server.ts';

let lab: TestServer | undefined;
afterEach(() => lab?.close());

async function open(options: TestServerOptions): Promise<TestServer> {
  lab = await openTestServer({ tenants: ['alice', 'bob'], ...options });
  return lab;
}

/** Sends a request of which the body never comes to its end. */
async function hold({ server, token }: TestServer, tenant: string): Promise<{ leave: () => void }> {
  const held = request(`${server.url}/v2/run_task`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await token(tenant)}`,
      'Content-Type': 'application/json',
      'Content-Length': '100',
      Expect: '100-continue',
    },
  });
  held.on('error', () => {});
  held.flushHeaders();
  // The server is at the request by then.
  await once(held, 'continue');
  onTestFinished(() => void held.destroy());
  return { leave: () => void held.destroy() };
}

test('a guest has so many requests at work at one time, and neither the owner nor another guest is kept waiting', async () => {
  const opened = await open({ limits: { exchangesOfTenant: 2 } });
  const ask = async (tenant: string) => (await opened.call('GET', '/v2/tasks', { tenant })).status;
  const [first] = [await hold(opened, 'alice'), await hold(opened, 'alice')];
  const refused = await opened.call('GET', '/v2/tasks', { tenant: 'alice' });
  expect(refused).toMatchObject({ status: 429, body: { reason: 'api.limit' } });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect([await ask('bob'), await ask('local')]).toEqual([200, 200]);
  for (let more = 0; more < 3; more += 1) await hold(opened, 'local');
  expect(await ask('local')).toBe(200);
  first.leave();
  await expect.poll(() => ask('alice')).toBe(200);
});

test('all guests together leave connections to the owner, and to who asks for the health', async () => {
  const opened = await open({ limits: { connections: 5, reservedConnections: 3 } });
  await hold(opened, 'alice');
  await hold(opened, 'bob');
  const ask = async (tenant: string) => (await opened.call('GET', '/v2/tasks', { tenant })).status;
  expect([await ask('alice'), await ask('bob'), await ask('local')]).toEqual([429, 429, 200]);
  expect((await opened.call('GET', '/health')).status).toBe(200);
});

test('connections that send nothing keep nobody out: the one that has been still for longest goes', async () => {
  const opened = await open({ limits: { connections: 6, reservedConnections: 4 } });
  const { leave } = await hold(opened, 'local');
  const still: Socket[] = [];
  const ended: number[] = [];
  for (let place = 0; place < 12; place += 1) {
    const socket = connect(opened.server.port, '127.0.0.1');
    socket.on('error', () => {}).on('close', () => ended.push(place));
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    still.push(socket);
  }
  expect((await opened.call('GET', '/v2/tasks')).status).toBe(200);
  await expect.poll(() => ended.length).toBeGreaterThanOrEqual(9);
  expect(ended.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  leave();
});

const whole = { params: {}, method: 'list_tasks', jsonrpc: '2.0', id: 1 };

test('what reads the whole lab counts as ten requests of a guest, and as one of the owner', async () => {
  const opened = await open({ limits: { requestsPerSecond: 0.001, burst: 15 } });
  const list = (tenant: string) => opened.call('GET', '/v2/tasks', { tenant });
  expect((await list('alice')).status).toBe(200);
  const refused = await list('alice');
  expect(refused).toMatchObject({ status: 429, body: { reason: 'api.limit' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await opened.rpc(whole, { tenant: 'bob' })).toMatchObject({ body: { result: { tasks: [] } } });
  expect(await opened.rpc(whole, { tenant: 'bob' })).toMatchObject({
    body: { error: { code: -32029, data: { reason: 'api.limit' } } },
  });
  for (let more = 0; more < 5; more += 1) expect((await list('local')).status).toBe(200);
});

test('a refusal for too much at one time is not the last word on a keyed request', async () => {
  const opened = await open({ limits: { requestsPerSecond: 50, burst: 12 } });
  const send = () => opened.rpc(whole, { tenant: 'alice', headers: { 'Idempotency-Key': 'k' } });
  await opened.call('GET', '/v2/tasks', { tenant: 'alice' });
  expect(await send()).toMatchObject({ body: { error: { data: { reason: 'api.limit' } } } });
  await expect.poll(async () => (await send()).body).toMatchObject({ result: { tasks: [] } });
});

test('a guest adds so many agents, and changes those that are there; the owner adds more', async () => {
  const opened = await open({});
  const add = (agent_id: string, tenant: string) =>
    opened.call('POST', '/v1/add_agent', { tenant, body: { agent_id, tools: ['backtest'] } });
  const batch = async (from: number) => {
    const calls = Array.from({ length: 50 }, (_, place) => ({
      jsonrpc: '2.0',
      method: 'add_agent',
      params: { agent_id: `agent-${from + place}`, tools: ['backtest'] },
      id: place,
    }));
    const { body } = await opened.rpc(calls, { tenant: 'alice' });
    return (body as { result?: unknown }[]).filter(({ result }) => result !== undefined).length;
  };
  expect([await batch(0), await batch(50)]).toEqual([50, 50]);
  expect(await add('one-more', 'alice')).toMatchObject({ status: 429, body: { reason: 'api.limit' } });
  expect((await add('agent-7', 'alice')).status).toBe(200);
  expect([(await add('of-bob', 'bob')).status, (await add('of-owner', 'local')).status]).toEqual([200, 200]);
});

test('only what may change something is told of beforehand', async () => {
  const beforeChange = vi.fn(async () => {});
  const opened = await open({ beforeChange });
  await opened.call('GET', '/v2/tasks');
  await opened.call('GET', '/health');
  await opened.rpc(whole);
  expect(beforeChange).not.toHaveBeenCalled();
  await opened.rpc(whole, { headers: { 'Idempotency-Key': 'k' } });
  expect(beforeChange).toHaveBeenCalledTimes(1);
  await opened.call('POST', '/v1/add_agent', { body: { agent_id: 'a', tools: ['backtest'] } });
  expect(beforeChange).toHaveBeenCalledTimes(2);
});

/** Pages that are read for guests, under a clock that the test moves. */
function pages(pagesPerSecond: number) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const paced = guestReads(pagesPerSecond, () => performance.now());
  const gone = new AbortController();
  const read = (tenant: string, name: string, weight = 1): Promise<string | null> => {
    const work = () => {
      asked.push(name);
      return new Promise<string>((resolve) => waiting.push(() => resolve(name)));
    };
    return paced(work, { tenant, weight, signal: gone.signal });
  };
  const answer = async () => {
    waiting.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { asked, answer, read, gone };
}

test('what weighs less than a page is waited for less', async () => {
  const { asked, answer, read } = pages(2);
  const all = Array.from({ length: 50 }, (_, place) => read('alice', String(place), 0.125));
  await vi.advanceTimersByTimeAsync(0);
  for (let page = 0; page < 50; page += 1) await answer();
  expect(asked).toHaveLength(32);
  await vi.advanceTimersByTimeAsync(63);
  expect(asked).toHaveLength(33);
  for (let page = 0; page < 18; page += 1) {
    await answer();
    await vi.advanceTimersByTimeAsync(63);
  }
  expect(await Promise.all(all)).toHaveLength(50);
});

test('a guest has one page of the journal read at a time, and waits for none of another guest', async () => {
  const { asked, answer, read } = pages(100);
  const all = ['1', '2', '3'].map((name) => read('alice', name));
  all.push(read('bob', '4'));
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.sort()).toEqual(['1', '4']);
  await answer();
  expect(asked).toHaveLength(3);
  for (let more = 0; more < 3; more += 1) await answer();
  expect(await Promise.all(all)).toEqual(['1', '2', '3', '4']);
});

test('a guest that reads the whole journal waits between pages, and one that goes away waits no more', async () => {
  const { asked, answer, read, gone } = pages(2);
  const all = Array.from({ length: 7 }, (_, place) => read('alice', String(place)));
  await vi.advanceTimersByTimeAsync(0);
  for (let page = 0; page < 7; page += 1) await answer();
  expect(asked).toHaveLength(4);
  await vi.advanceTimersByTimeAsync(501);
  expect(asked).toHaveLength(5);
  await answer();
  gone.abort();
  expect(await Promise.all(all)).toEqual(['0', '1', '2', '3', '4', null, null]);
});

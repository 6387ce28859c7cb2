import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idea, openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeAll(async () => {
  lab = await openTestServer({ tenants: ['ann'], guests: { highestPriority: 3 } });
});
afterAll(() => lab.close());

const hour = 3_600_000;
const wanted = { tool: 'reasoning', prompt: idea };

const start = async (more: object, tenant = 'local'): Promise<string> => {
  const reply = await lab.call('POST', '/v2/run_task', { body: { ...wanted, ...more }, tenant });
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return (reply.body as { task_id: string }).task_id;
};
const view = async (id: string, tenant = 'local') =>
  (await lab.call('GET', `/v2/tasks/${id}`, { tenant })).body as Record<string, unknown>;
const setPriority = (id: string, priority: unknown, tenant = 'local') =>
  lab.call('POST', '/v2/set_priority', { body: { task_id: id, priority }, tenant });

describe('a task with a delay', () => {
  test('waits until its time has come, and then starts by itself', async () => {
    const begun = Date.now();
    const id = await start({ delay: 1500 });
    expect(await view(id)).toMatchObject({ state: 'queued', deadline: null });
    expect((await view(id))['not_before']).toBeGreaterThanOrEqual(begun + 1500);
    await lab.reach(id, 'waiting-for-reason');
    const { events } = await (await lab.lab.sagas()).history(id);
    const first = events.find(({ type }) => type === 'saga.step-started');
    expect((first?.time ?? 0) - begun).toBeGreaterThanOrEqual(1500);
  });

  test('is asked for by version 1 and by JSON-RPC too', async () => {
    const one = await lab.call('POST', '/v1/run_task', { body: { ...wanted, delay: hour } });
    expect(one).toMatchObject({ status: 202, body: { state: 'queued' } });
    const params = { ...wanted, delay: hour, deadline: Date.now() + 2 * hour };
    const other = await lab.rpc({ jsonrpc: '2.0', id: 1, method: 'run_task', params });
    const { result } = other.body as { result: { task_id: string } };
    expect(await view(result.task_id)).toMatchObject({ state: 'queued', deadline: params.deadline });
  });
});

describe('a task with a deadline', () => {
  test('is done where it is started in time', async () => {
    const id = await start({ deadline: Date.now() + hour });
    await lab.reach(id, 'waiting-for-reason');
  });

  test('that was not started in time is cancelled with the reason, and told of as failed', async () => {
    await lab.call('POST', '/v1/control', { body: { action: 'pause' } });
    const id = await start({ deadline: Date.now() + 300 });
    await pause(400);
    await lab.call('POST', '/v1/control', { body: { action: 'resume' } });
    const { steps } = (await lab.reach(id, 'cancelled')) as { steps: { status: string }[] };
    expect(steps.every(({ status }) => status === 'pending')).toBe(true);
    const { body } = await lab.call('GET', `/v1/get_log?task_id=${id}`);
    expect(JSON.stringify(body)).toContain('It was not started before its deadline.');
    const journal = await lab.lab.journal();
    const published = await journal.read('event/published');
    const failed = published.filter(({ type }) => type === 'task.failed').map(({ data }) => data);
    expect(failed).toEqual([
      expect.objectContaining({
        correlationId: id,
        data: expect.objectContaining({ taskId: id, isFinal: true }),
      }),
    ]);
  }, 40_000);

  test.each([
    ['is over', { deadline: 1 }],
    ['is before the end of its delay', { delay: hour, deadline: Date.now() + 60_000 }],
  ])('that %s is refused before anything is written', async (what, more) => {
    const before = await lab.call('GET', '/v2/tasks?limit=500');
    const reply = await lab.call('POST', '/v1/run_task', { body: { ...wanted, ...more } });
    expect(reply).toMatchObject({ status: 400, body: { detail: `The deadline of the task ${what}.` } });
    expect((await lab.call('GET', '/v2/tasks?limit=500')).body).toEqual(before.body);
  });
});

describe('the priority of a task', () => {
  test('that waits is changed, and kept for its later turns', async () => {
    const id = await start({ delay: hour, priority: 1 });
    expect(await setPriority(id, 42)).toMatchObject({ status: 200, body: { state: 'queued', priority: 42 } });
    expect(await view(id)).toMatchObject({ priority: 42 });
    const queue = await lab.lab.tasks.queue();
    expect((await queue.list({ state: 'delayed' })).map(({ priority }) => priority)).toContain(42);
    await lab.restart();
    expect(await view(id)).toMatchObject({ priority: 42, state: 'queued' });
    const called = { jsonrpc: '2.0', id: 1, method: 'set_priority', params: { task_id: id, priority: 7 } };
    expect((await lab.rpc(called)).body).toMatchObject({ result: { task_id: id, priority: 7 } });
  });

  test("of a guest is cut to what guests may have, and is nobody else's to change", async () => {
    const [own, other] = [await start({ delay: hour }, 'ann'), await start({ delay: hour })];
    expect(await setPriority(own, 50, 'ann')).toMatchObject({ status: 200, body: { priority: 3 } });
    expect(await setPriority(other, 1, 'ann')).toMatchObject({ status: 404, body: { reason: 'not-found' } });
    expect(await setPriority(own, 50)).toMatchObject({ status: 200, body: { priority: 50 } });
  });

  test('that has been started, or is none, or goes to nobody, is refused and says why', async () => {
    const id = await start({});
    await lab.reach(id, 'waiting-for-reason');
    expect(await setPriority(id, 3)).toMatchObject({
      status: 409,
      body: {
        reason: 'saga.state',
        detail: `Run ${id} does not wait for its turn: it is waiting-for-reason.`,
      },
    });
    expect(await setPriority('nobody', 3)).toMatchObject({ status: 404 });
    for (const bad of [-1, 101, 1.5, 'high', null]) {
      expect(await setPriority(id, bad)).toMatchObject({ status: 400, body: { reason: 'usage' } });
    }
  });

  test('of a run that another surface has begun can be changed, and its task routed', async () => {
    const { lab: opened } = lab;
    const { input } = await (await opened.sagas()).view(await start({ delay: hour }));
    const turn = await opened.tasks.newTurn({ priority: 0, tenant: 'local', notBefore: Date.now() + hour });
    const id = await (await opened.sagas()).create({ name: 'generate', input, turn });
    expect(await setPriority(id, 9)).toMatchObject({ status: 200, body: { priority: 9, tool: 'generate' } });
    await lab.call('POST', '/v1/add_agent', {
      body: { agent_id: 'critic', name: 'Critic', tools: ['generate'] },
    });
    const routed = await lab.call('POST', '/v1/route', { body: { task_id: id, agent_id: 'critic' } });
    expect(routed).toMatchObject({ status: 200, body: { agent_id: 'critic' } });
    expect(await view(id)).toMatchObject({ agent_id: 'critic', priority: 9 });
  });
});

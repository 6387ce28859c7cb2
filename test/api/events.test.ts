import { afterEach, beforeEach, expect, test } from 'vitest';
import { idea, openTestServer, type TestServer } from './support/server.ts';

interface Told {
  readonly id: number;
  readonly type: string;
  readonly data: {
    readonly position: number;
    readonly stream: string;
    readonly trace_id: string;
    readonly data: { readonly correlationId?: string; readonly data?: Readonly<Record<string, unknown>> };
  };
}

/** The task that an event is of: by its stream, or as what is published beside a run's facts says. */
const taskOf = ({ data: { stream, data } }: Told): string =>
  (stream === 'event/published' ? data.correlationId : stream.split('/')[1]) ?? '';

let lab: TestServer;
beforeEach(async () => {
  lab = await openTestServer({ tenants: ['ann'], limits: { eventClients: 3, eventClientsOfTenant: 2 } });
});
afterEach(() => lab.close());

/** Follows the events until `isLast` says so of one; then goes away. */
async function follow(
  isLast: (event: Told) => boolean,
  { path = '/v1/events', tenant = 'local', lastId = '' } = {},
): Promise<Told[]> {
  const gone = new AbortController();
  const response = await fetch(`${lab.server.url}${path}`, {
    headers: {
      Authorization: `Bearer ${await lab.token(tenant)}`,
      ...(lastId !== '' && { 'Last-Event-ID': lastId }),
    },
    signal: gone.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const seen: Told[] = [];
  let rest = '';
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = `${rest}${text}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, id, type, data] = /^id: (\d+)\nevent: (.+)\ndata: (.+)$/.exec(block) ?? [];
      if (id === undefined || type === undefined || data === undefined) continue;
      const event: Told = { id: Number(id), type, data: JSON.parse(data) };
      seen.push(event);
      if (!isLast(event)) continue;
      gone.abort();
      return seen;
    }
  }
  return seen;
}

const start = async (tenant = 'local'): Promise<string> => {
  const body = { tool: 'reasoning', prompt: idea };
  const reply = await lab.call('POST', '/v1/run_task', { body, tenant });
  return (reply.body as { task_id: string }).task_id;
};
const atGate = ({ type }: Told): boolean => type === 'saga.gate-reached';

test('what happens is heard as it happens, in the order of the journal', async () => {
  const heard = follow(atGate);
  const task = await start();
  const events = await heard;
  expect(events.map(({ type }) => type)).toEqual([
    'task.accepted',
    'saga.started',
    'task.enqueued',
    'task.started',
    'saga.step-started',
    'saga.step-completed',
    'saga.gate-reached',
  ]);
  expect(events.every((event) => taskOf(event) === task)).toBe(true);
  expect(events.every(({ id, data }) => id === data.position)).toBe(true);
});

test('who comes back with the last id misses nothing and hears nothing twice, over a restart of the program', async () => {
  await lab.reach(await start(), 'waiting-for-reason');
  const whole = await follow(atGate, { path: '/v1/events?after=0' });
  const half = await follow(({ id }) => id === whole[1]?.id, { path: '/v1/events?after=0' });
  await lab.restart();
  const rest = await follow(atGate, { lastId: String(half.at(-1)?.id) });
  expect([...half, ...rest]).toEqual(whole);
});

test('who comes back with an id that this journal never gave is told so, and not left to miss what comes', async () => {
  await lab.reach(await start(), 'waiting-for-reason');
  const last = (await follow(atGate, { path: '/v1/events?after=0' })).at(-1)?.id ?? 0;
  const headers = { 'Last-Event-ID': String(last + 1000) };
  expect(await lab.call('GET', '/v1/events', { headers })).toMatchObject({
    status: 400,
    body: { reason: 'usage', detail: expect.stringContaining(`none has the id ${last + 1000}`) },
  });
  expect((await lab.call('GET', `/v1/events?after=${last + 1000}`)).status).toBe(400);
  const heard = follow(atGate, { lastId: String(last) });
  await start();
  expect((await heard)[0]?.id).toBe(last + 1);
});

test('what another program writes into the journal is heard too', async () => {
  const heard = follow(({ type }) => type === 'test.written');
  await lab.call('GET', '/v1/status');
  const journal = await lab.lab.journal();
  // Written past the server, which therefore has to look by itself.
  await journal.append({
    stream: 'test/other',
    events: [{ type: 'test.written', version: 1, time: 1, traceId: 't', data: {} }],
  });
  expect((await heard).map(({ type }) => type)).toEqual(['test.written']);
});

test('types and a task choose what is heard', async () => {
  const first = await start();
  const second = await start();
  await Promise.all([first, second].map((id) => lab.reach(id, 'waiting-for-reason')));
  const chosen = await follow(atGate, { path: '/v1/events?after=0&types=saga.started,saga.gate-reached' });
  expect(new Set(chosen.map(({ type }) => type))).toEqual(new Set(['saga.started', 'saga.gate-reached']));
  const ofTask = await follow(atGate, { path: `/v1/events?after=0&task_id=${second}&types=saga.*` });
  expect(ofTask.every(({ data }) => data.stream === `saga/${second}`)).toBe(true);
  expect(ofTask[0]?.type).toBe('saga.started');
});

test('a tenant hears of its own tasks alone', async () => {
  const other = await start();
  await lab.reach(other, 'waiting-for-reason');
  const own = await start('ann');
  const heard = await follow(atGate, { path: '/v1/events?after=0', tenant: 'ann' });
  expect(heard.length).toBeGreaterThan(3);
  expect(heard.every((event) => taskOf(event) === own)).toBe(true);
});

test.each(['local', 'ann'])(
  'who follows a task of %s hears when it waits, is at work and is done, each once',
  async (tenant) => {
    const task = await start(tenant);
    await lab.reach(task, 'waiting-for-reason');
    const approved = await lab.call('POST', '/v1/feedback', {
      body: { task_id: task, action: 'approve' },
      tenant,
    });
    expect(approved.status).toBe(200);
    const path = `/v1/events?after=0&task_id=${task}&types=task.*`;
    const told = await follow(({ type }) => type === 'task.completed', { path, tenant });
    expect(told.map(({ type, data: { data } }) => [type, data.data])).toEqual([
      ['task.accepted', undefined],
      ['task.enqueued', { taskId: task, type: 'generate', priority: 0 }],
      ['task.started', { taskId: task, type: 'generate', attempt: 1 }],
      ['task.enqueued', { taskId: task, type: 'generate', priority: tenant === 'local' ? 5 : 0 }],
      ['task.started', { taskId: task, type: 'generate', attempt: 1 }],
      ['task.completed', { taskId: task, type: 'generate', milliseconds: expect.any(Number) }],
    ]);
  },
);

test('streams are bounded, for each tenant and in all, and one that ended makes room', async () => {
  const open = async (tenant: string) => {
    const gone = new AbortController();
    const response = await fetch(`${lab.server.url}/v1/events`, {
      headers: { Authorization: `Bearer ${await lab.token(tenant)}` },
      signal: gone.signal,
    });
    return { status: response.status, leave: () => gone.abort() };
  };
  const first = await open('local');
  expect([(await open('local')).status, (await open('local')).status]).toEqual([200, 429]);
  expect([(await open('ann')).status, (await open('ann')).status]).toEqual([200, 429]);
  first.leave();
  await expect.poll(async () => (await open('ann')).status).toBe(200);
});

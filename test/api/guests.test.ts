import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pathHider } from '../../extension/api/hiddenPaths.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import { writeMarket } from '../cli/program.ts';
import { crossing, idea, openTestServer, type TestServer, type TestServerOptions } from './support/server.ts';

let lab: TestServer;
const open = async (options: TestServerOptions = {}): Promise<void> => {
  await lab.close();
  lab = await openTestServer({ tenants: ['alice', 'bob'], ...options });
};
beforeEach(async () => {
  lab = await openTestServer({ tenants: ['alice', 'bob'], guests: { mostWaiting: 2 } });
});
afterEach(() => lab.close());

const post = (path: string, body: unknown, tenant = 'alice', headers = {}) =>
  lab.call('POST', path, { body, tenant, headers });
const start = (tenant = 'alice', more: Record<string, unknown> = {}) =>
  post('/v2/run_task', { tool: 'reasoning', prompt: idea, ...more }, tenant);
const idOf = ({ body }: { readonly body: unknown }): string => (body as { task_id: string }).task_id;
const pause = () => post('/v1/control', { action: 'pause' }, 'local');
const runsOf = async () => (await lab.lab.sagas()).list();

describe('how much a guest may have', () => {
  test('a guest whose tasks wait is refused more before anything of it is written, and nobody else is', async () => {
    await pause();
    const first = await start();
    await start();
    const source = { tool: 'backtest', strategy: { source: crossing } };
    for (const more of [{}, source, source]) {
      const wanted = 'strategy' in more ? { prompt: undefined, ...more } : more;
      expect(await start('alice', wanted)).toMatchObject({ status: 503, body: { reason: 'queue.full' } });
    }
    expect(await runsOf()).toHaveLength(2);
    await expect(readdir(join(lab.folder, 'strategies'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect([(await start('bob')).status, (await start('local')).status]).toEqual([202, 202]);
    await post('/v1/control', { action: 'pause', task_id: idOf(first) });
    expect((await start()).status).toBe(202);
  });

  test('of many that come at once no more are begun than may wait', async () => {
    await pause();
    const replies = await Promise.all(Array.from({ length: 8 }, () => start()));
    const begun = replies.filter(({ status }) => status === 202).length;
    expect(begun).toBeLessThanOrEqual(2);
    expect(await runsOf()).toHaveLength(begun);
    expect(replies.filter(({ status }) => status === 503)).toHaveLength(8 - begun);
    for (let more = begun; more < 2; more += 1) expect((await start()).status).toBe(202);
    expect((await start()).status).toBe(503);
  });

  test('a decision for which there is no room is refused whole, and can be made again', async () => {
    const task = idOf(await start());
    const { evidence_hash } = await lab.reach(task, 'waiting-for-reason');
    await pause();
    const others = [await start(), await start()];
    const approve = () => post('/v1/strategy/approve', { task_id: task, evidence_hash });
    expect(await approve()).toMatchObject({ status: 503, body: { reason: 'queue.full' } });
    expect((await lab.call('GET', `/v2/tasks/${task}`)).body).toMatchObject({ state: 'waiting-for-reason' });
    await post('/v1/control', { action: 'pause', task_id: idOf(others[0] as never) });
    expect((await approve()).status).toBe(200);
  });

  test('the queue itself lets no more of a guest wait or work, whoever enqueues', async () => {
    await open({ guests: { mostWaiting: 3, mostRunning: 1 } });
    const queue = await lab.lab.tasks.queue();
    const task = { type: 'other', payload: {}, tenant: 'alice' };
    await queue.enqueue([task, task, task]);
    await expect(queue.enqueue([task])).rejects.toMatchObject({ reason: 'queue.full' });
    const claim = { worker: 'test', types: ['other'], count: 10 };
    expect(await queue.claim(claim)).toHaveLength(1);
    await queue.enqueue([{ ...task, tenant: 'local' }]);
    expect((await queue.claim(claim)).map(({ tenant }) => tenant)).toEqual(['local']);
  });

  test.each([
    [{}, 0],
    [{ highestPriority: 4 }, 4],
  ])('with %j a guest gets at most that priority, whatever it asks for and however', async (guests, most) => {
    await open({ guests });
    await pause();
    expect((await start('alice', { priority: 100 })).body).toMatchObject({ priority: most });
    expect((await start('local', { priority: 100 })).body).toMatchObject({ priority: 100 });
    await post('/v1/sandbox_exec', { source: crossing, timeout_ms: 0 });
    const turns = await lab.lab.tasks.turns();
    expect(turns.map(({ priority }) => priority)).toEqual([100, most, most]);
    await post('/v1/control', { action: 'resume' }, 'local');
    const decided = idOf(await start());
    await lab.reach(decided, 'waiting-for-reason');
    await pause();
    await post('/v1/feedback', { task_id: decided, action: 'approve' });
    expect((await lab.lab.tasks.turnOf(decided))?.priority).toBe(most);
  });
});

describe('what a guest is told of files', () => {
  const texts = async (tenant: string, task: string): Promise<string> => {
    const gone = new AbortController();
    const replies = await Promise.all([
      lab.call('GET', `/v2/tasks/${task}`, { tenant }),
      lab.call('GET', `/v2/tasks`, { tenant }),
      lab.call('GET', `/v1/get_log?task_id=${task}`, { tenant }),
      lab.call('GET', '/api/v2/health', { tenant }),
      lab.rpc({ jsonrpc: '2.0', method: 'get_task', params: { task_id: task }, id: 1 }, { tenant }),
    ]);
    const events = await fetch(`${lab.server.url}/v1/events?after=0&task_id=${task}`, {
      headers: { Authorization: `Bearer ${await lab.token(tenant)}` },
      signal: gone.signal,
    });
    let heard = '';
    for await (const part of events.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      heard += part;
      if (heard.includes('event: saga.gate-reached')) break;
    }
    gone.abort();
    return `${JSON.stringify(replies.map(({ body }) => body))}${heard}`;
  };

  test('no answer and no event tells a guest where anything lies; the owner is told all', async () => {
    const market = await writeMarket(lab.folder, 300);
    const identity = { venue: 'test', symbol: 'GUEST/USD', timeframe: '1h', now: Date.now() } as const;
    await lab.lab.candles.import(market, identity);
    const strategy = { source: crossing };
    const body = { tool: 'backtest', strategy, data: { symbol: 'GUEST/USD' } };
    const task = idOf(await post('/v2/run_task', body));
    const { result } = (await lab.reach(task, 'waiting-for-review')) as { result: Record<string, string> };
    expect(result['strategy_file']).toContain(lab.folder);
    const told = await texts('alice', task);
    expect(told).toMatch(/"strategy_file":"api-[0-9a-f]{12}\.strategy\.ts"/);
    expect(told).toContain('"path":"MARKET_TESTUSD_1h.csv"');
    for (const place of [lab.folder, homedir()]) expect(told).not.toContain(place);
    const whole = await texts('local', task);
    expect(whole).toContain(`"path":"${market}"`);
    expect(whole).toContain(`"file":"${join(lab.folder, 'strategies')}`);
    const { strategy_file } = (
      (await lab.call('GET', `/v2/tasks/${task}`, { tenant: 'alice' })).body as {
        result: { strategy_file: string };
      }
    )['result'];
    const again = { tool: 'backtest', strategy: { file: strategy_file } };
    expect((await post('/v2/run_task', again)).status).toBe(202);
  });

  test('an error tells a guest no place either', async () => {
    vi.spyOn(lab.lab.candles, 'list').mockRejectedValue(
      new LabError('data.missing', `The stored candles ${lab.folder}/.strategy-lab/data/x.arrow are gone.`, {
        action: `Look into ${lab.folder}.`,
      }),
    );
    const wanted = { data: { symbol: 'ANY' } };
    const message = 'The stored candles .strategy-lab/data/x.arrow are gone.';
    expect((await start('alice', wanted)).body).toMatchObject({ detail: message, action: 'Look into ..' });
    const call = {
      jsonrpc: '2.0',
      method: 'run_task',
      params: { prompt: idea, context: wanted.data },
      id: 1,
    };
    expect((await lab.rpc(call, { tenant: 'alice' })).body).toMatchObject({ error: { message } });
    expect((await start('local', wanted)).body).toMatchObject({
      detail: expect.stringContaining(lab.folder),
    });
  });

  test('paths are told by their place in the workspace, else by their names; what is no path stays', () => {
    const posix = pathHider('/home/ann/work/.strategy-lab', '/home/ann/work/strategies', '/home/ann');
    expect(
      posix.value({
        file: '/home/ann/work/strategies/a.strategy.ts',
        list: [{ path: '/mnt/data/b.csv' }, { path: '/home/ann/c.csv' }, { file: 'd.ts' }],
        path: ['/mnt/e.csv'],
        message: 'No /home/ann/work/.strategy-lab/data/x in /home/ann, /home/annabel or /home/ann/work.',
        source: 'open("/home/ann/work/x")',
        url: 'http://localhost/home',
        ratio: 0.5,
        nothing: null,
      }),
    ).toEqual({
      file: 'a.strategy.ts',
      list: [{ path: 'b.csv' }, { path: 'c.csv' }, { file: 'd.ts' }],
      path: ['e.csv'],
      message: 'No .strategy-lab/data/x in ~, /home/annabel or ..',
      source: 'open("/home/ann/work/x")',
      url: 'http://localhost/home',
      ratio: 0.5,
      nothing: null,
    });
    const root = pathHider('/lab', '/strategies', '/');
    expect(root.text('a /lab/x, /strategies/y and http://z/')).toBe('a /lab/x, y and http://z/');
    const windows = pathHider('C:\\Ann\\work\\lab', 'C:\\Ann\\work\\strategies', 'C:\\Ann');
    expect(windows.value({ file: 'C:\\Ann\\work\\strategies\\a.py', path: 'D:\\data\\b.csv' })).toEqual({
      file: 'a.py',
      path: 'b.csv',
    });
  });
});

describe('how a task is found in the queue', () => {
  test('a look at one task reads that one alone, however many wait', async () => {
    await pause();
    const tasks = [await start('local'), await start('local'), await start('local')].map(idOf);
    const queue = await lab.lab.tasks.queue();
    const list = vi.spyOn(queue, 'list');
    for (const task of tasks) {
      expect((await lab.call('GET', `/v2/tasks/${task}`)).body).toMatchObject({ state: 'queued' });
    }
    expect(list).not.toHaveBeenCalled();
    const [stopped = ''] = tasks;
    await post('/v1/control', { action: 'pause', task_id: stopped }, 'local');
    list.mockClear();
    for (let time = 0; time < 20; time += 1) {
      const { body } = await lab.call('GET', `/v2/tasks/${stopped}`);
      expect(body).toMatchObject({ state: 'interrupted' });
    }
    // A look at all of them, of three states, serves all who ask for one that is not there.
    expect(list.mock.calls.length).toBeLessThanOrEqual(6);
  });

  test('a run that another program has enqueued is found too', async () => {
    await pause();
    const task = idOf(await start('local'));
    await post('/v1/control', { action: 'pause', task_id: task }, 'local');
    expect((await lab.call('GET', `/v2/tasks/${task}`)).body).toMatchObject({ state: 'interrupted' });
    const queue = await lab.lab.tasks.queue();
    await queue.enqueue([{ type: 'saga', payload: { sagaId: task } }]);
    expect((await lab.call('GET', `/v2/tasks/${task}`)).body).toMatchObject({ state: 'queued' });
  });
});

describe('the end of a task', () => {
  const cancel = (task: string, tenant = 'alice', headers = {}) =>
    post('/v2/cancel_task', { task_id: task, by: 'Ann', comment: 'enough' }, tenant, headers);

  test('one that waits at its gate is undone and cancelled, and the journal keeps who said it', async () => {
    const task = idOf(await start());
    await lab.reach(task, 'waiting-for-reason');
    expect((await cancel(task, 'bob')).status).toBe(404);
    expect((await cancel(task)).body).toMatchObject({ task_id: task });
    await lab.reach(task, 'cancelled');
    expect((await (await lab.lab.sagas()).view(task)).cancellation).toMatchObject({
      by: 'Ann (token of alice)',
      comment: 'enough',
    });
    const whole = { tool: 'backtest', strategy: { source: crossing }, data: { timeframe: '1d' }, gates: [] };
    const done = idOf(await post('/v2/run_task', whole));
    await lab.reach(done, 'completed');
    expect(await cancel(done)).toMatchObject({ status: 409, body: { reason: 'saga.state' } });
  });

  test('one that waits in a full queue is cancelled all the same, and makes room', async () => {
    await pause();
    const [first, second] = [idOf(await start()), idOf(await start())];
    expect((await start()).status).toBe(503);
    expect((await cancel(first)).status).toBe(200);
    await post('/v1/control', { action: 'resume' }, 'local');
    await lab.reach(first, 'cancelled');
    await lab.reach(second, 'waiting-for-reason');
    expect((await runsOf()).find(({ id }) => id === first)?.steps[0]?.attempts).toBe(0);
    expect((await start()).status).toBe(202);
  });

  test('one at work stops, and the same request under a key ends it once', async () => {
    const body = { tool: 'optimise', strategy: { source: crossing } };
    const task = idOf(await post('/v2/run_task', body));
    await lab.reach(task, 'running');
    const headers = { 'Idempotency-Key': 'end' };
    const first = await cancel(task, 'alice', headers);
    expect(first.status).toBe(200);
    expect((await cancel(task, 'alice', headers)).body).toEqual(first.body);
    await lab.reach(task, 'cancelled');
  });
});

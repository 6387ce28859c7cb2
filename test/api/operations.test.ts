import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { crossing, idea, openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeAll(async () => {
  lab = await openTestServer({ tenants: ['alice', 'bob'] });
});
afterAll(() => lab.close());

const start = async (body: unknown, tenant = 'local'): Promise<string> => {
  const reply = await lab.call('POST', '/v1/run_task', { body, tenant });
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  return (reply.body as { task_id: string }).task_id;
};

describe('an idea as a task', () => {
  let task: string;
  beforeAll(async () => {
    const envelope = {
      jsonrpc: '2.0',
      method: 'run_task',
      params: { tool: 'generate', prompt: idea, priority: 10, context: { timeframe: '4h' } },
      id: 'first',
    };
    const reply = await lab.call('POST', '/v1/run_task', { body: envelope });
    expect(reply.body).toEqual({
      jsonrpc: '2.0',
      id: 'first',
      result: {
        task_id: expect.stringMatching(/^\w+$/),
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        state: expect.stringMatching(/^(queued|running)$/),
      },
    });
    task = (reply.body as { result: { task_id: string } }).result.task_id;
    await lab.reach(task, 'waiting-for-review');
  });

  test('comes to its review with a strategy, a result and a report', async () => {
    const found = await lab.reach(task, 'waiting-for-review');
    expect(found).toMatchObject({
      tool: 'generate',
      tenant: 'local',
      priority: 10,
      waiting_for: 'review',
      result: { metrics: { trades: expect.any(Number) }, isolation: { level: 'preview' } },
    });
    const { result } = found as { result: { strategy_file: string; report_file: string } };
    await expect(readFile(join(lab.folder, 'strategies', result.strategy_file), 'utf8')).resolves.toContain(
      'defineStrategy',
    );
    expect(result.report_file).toMatch(/\.html$/);
  });

  test('its log tells what was reasoned, what was coded, and by trace id the same', async () => {
    const { body } = await lab.call('GET', `/v1/get_log?task_id=${task}&step=reason`);
    const { lines } = body as { lines: { message: string; trace_id: string; step: string }[] };
    expect(lines.length).toBeGreaterThan(6);
    expect(lines.every(({ step }) => step === 'reason')).toBe(true);
    const whole = await lab.call('GET', `/v1/get_log?task_id=${task}`);
    const traced = await lab.call('GET', `/v1/logs?trace_id=${lines[0]?.trace_id}`);
    expect(traced.body).toEqual(whole.body);
    expect(JSON.stringify(whole.body)).toContain('characters, hash');
    const last = await lab.call('GET', `/v1/get_log?task_id=${task}&limit=1`);
    expect((last.body as { lines: unknown[] }).lines).toEqual(
      (whole.body as { lines: unknown[] }).lines.slice(-1),
    );
  });

  test('a decision on evidence that no longer stands is refused; on what stands it counts, with who said it', async () => {
    const { evidence_hash } = await lab.reach(task, 'waiting-for-review');
    const stale = await lab.call('POST', '/v1/feedback', {
      body: { task_id: task, action: 'approve', evidence_hash: '0'.repeat(64) },
    });
    expect(stale).toMatchObject({ status: 409, body: { reason: 'saga.state' } });
    const fixed = await lab.call('POST', '/v1/inject', {
      body: {
        task_id: task,
        idea: idea.replace('10-hour', '12-hour'),
        by: 'Ann',
        comment: 'slower',
        evidence_hash,
      },
    });
    expect(fixed.status, JSON.stringify(fixed.body)).toBe(200);
    const anew = await lab.reach(task, 'waiting-for-review');
    expect(anew['evidence_hash']).not.toBe(evidence_hash);
    const approved = await lab.call('POST', '/v1/strategy/approve', { body: { task_id: task, by: 'Ann' } });
    expect(approved.body).toMatchObject({ task_id: task });
    await lab.reach(task, 'completed');
    const { decisions } = await (await lab.lab.sagas()).view(task);
    expect(decisions).toMatchObject([
      { action: 'fix', by: 'Ann (token of local)', comment: 'slower', step: 'review' },
      { action: 'approve', by: 'Ann (token of local)' },
    ]);
    const late = await lab.call('POST', '/v1/strategy/approve', { body: { task_id: task } });
    expect(late).toMatchObject({ status: 409, body: { reason: 'saga.state' } });
  });
});

describe('a strategy as a task', () => {
  test('is backtested as the lab itself would, edited at its gate, rolled back and rejected', async () => {
    const task = await start({
      tool: 'backtest',
      context: { strategy: { source: crossing }, timeframe: '1d' },
    });
    const before = await lab.reach(task, 'waiting-for-review');
    const edited = crossing.replace('default: 10', 'default: 5');
    const fixed = await lab.call('PUT', '/v1/strategy/fix', { body: { task_id: task, source: edited } });
    expect(fixed.status, JSON.stringify(fixed.body)).toBe(200);
    const after = await lab.reach(task, 'waiting-for-review');
    expect((after['result'] as { result_hash: string }).result_hash).not.toBe(
      (before['result'] as { result_hash: string }).result_hash,
    );
    const back = await lab.call('POST', '/v1/feedback', {
      body: { task_id: task, action: 'rollback', to: 'guard', at: 'review' },
    });
    expect(back.status, JSON.stringify(back.body)).toBe(200);
    await lab.reach(task, 'waiting-for-guard');
    expect(
      (await lab.call('POST', '/v1/feedback', { body: { task_id: task, action: 'reject' } })).status,
    ).toBe(200);
    await lab.reach(task, 'rejected');
  });

  test('what Guardian refuses starts no task, and the reason names the rule', async () => {
    const body = {
      tool: 'backtest',
      context: { strategy: { source: `import fs from 'node:fs';\n${crossing}` } },
    };
    const reply = await lab.call('POST', '/v1/run_task', { body });
    expect(reply).toMatchObject({ status: 422, body: { reason: 'strategy.guard' } });
  });

  test('version 2 takes parameters, settings and gates, and answers with the task', async () => {
    const body = {
      tool: 'backtest',
      strategy: { source: crossing, language: 'javascript' },
      data: { timeframe: '1d' },
      params: { fast: 7 },
      settings: { cash: 500, fee: 0.002 },
      gates: [],
      priority: 3,
    };
    const reply = await lab.call('POST', '/v2/run_task', { body });
    expect(reply).toMatchObject({ status: 202, body: { tool: 'backtest', priority: 3 } });
    const { task_id } = reply.body as { task_id: string };
    const done = await lab.reach(task_id, 'completed');
    const { result_hash } = done['result'] as { result_hash: string };
    const { manifest } = await lab.lab.readResult(result_hash);
    expect(manifest).toMatchObject({
      strategy: { params: { fast: 7 } },
      settings: { cash: 500, fee: 0.002 },
    });
  });

  test('unknown tools, data, files and mixed wishes are told apart', async () => {
    const reason = async (body: unknown) => {
      const reply = await lab.call('POST', '/v1/run_task', { body });
      return `${reply.status} ${(reply.body as { reason: string }).reason}`;
    };
    expect(await reason({ tool: 'paint', prompt: idea })).toBe('400 usage');
    expect(await reason({ prompt: idea, context: { symbol: 'NO/SUCH' } })).toBe('422 data.missing');
    expect(await reason({ prompt: idea, context: { data: 'ffffffff' } })).toBe('422 data.missing');
    expect(await reason({ tool: 'backtest', context: { strategy: { file: 'no.strategy.ts' } } })).toBe(
      '404 not-found',
    );
    expect(await reason({ tool: 'backtest', prompt: idea })).toBe('400 usage');
    expect(await reason({ tool: 'generate' })).toBe('400 usage');
    expect(await reason({ prompt: idea, priorty: 3 })).toBe('400 usage');
  });
});

test('code runs in the sandbox on stored data, and the result is the one that the host settled', async () => {
  const body = {
    source: crossing,
    context: { timeframe: '4h' },
    params: { fast: 12 },
    settings: { seed: 3 },
  };
  const reply = await lab.call('POST', '/v1/sandbox_exec', { body });
  expect(reply).toMatchObject({
    status: 200,
    body: {
      state: 'waiting-for-review',
      guardian: { verdict: 'pass', findings: [] },
      result: { isolation: { level: 'preview' }, metrics: { trades: expect.any(Number) } },
      error: null,
    },
  });
  const { result } = reply.body as { result: { result_hash: string; metrics: { trades: number } } };
  const kept = await lab.lab.readResult(result.result_hash);
  expect(kept.trades.length).toBeGreaterThan(5);
  expect(kept.metrics['trades']).toBe(result.metrics.trades);
  const refused = await lab.call('POST', '/v1/sandbox_exec', { body: { source: 'eval("1")' } });
  expect(refused).toMatchObject({
    status: 200,
    body: { task_id: null, state: 'refused', guardian: { verdict: 'refuse' }, result: null },
  });
});

test('a pause starts nothing more, and what waited goes on when it ends', async () => {
  const control = (body: unknown) => lab.call('POST', '/v1/control', { body });
  expect((await control({ action: 'pause' })).body).toMatchObject({ paused: true, state: null });
  const task = await start({ tool: 'reasoning', prompt: idea, priority: 50 });
  expect((await lab.call('GET', '/v1/status')).body).toMatchObject({
    queue_depth: 1,
    active_workers: 0,
    paused: true,
  });
  expect((await lab.call('GET', `/v2/tasks/${task}`)).body).toMatchObject({ state: 'queued' });
  expect((await control({ action: 'scale', workers: 3 })).body).toMatchObject({ workers: 3, paused: true });
  expect((await control({ action: 'pause', task_id: task })).body).toMatchObject({
    state: 'interrupted',
    queue_depth: 0,
  });
  expect((await control({ action: 'resume' })).body).toMatchObject({ paused: false });
  expect((await control({ action: 'resume', task_id: task })).status).toBe(200);
  await lab.reach(task, 'waiting-for-reason');
  expect((await control({ action: 'scale' })).status).toBe(400);
  expect((await control({ action: 'pause', task_id: task })).status).toBe(409);
});

test('a task is routed to an agent that takes its tool, which finds it and answers it', async () => {
  const agent = { agent_id: 'coder-1', name: 'Coder', tools: ['coding'] };
  const added = await lab.call('POST', '/v1/add_agent', { body: agent, tenant: 'alice' });
  expect(added.body).toMatchObject({ ...agent, tenant: 'alice', registered_time: expect.any(Number) });
  const task = await start({ tool: 'coding', prompt: idea }, 'alice');
  await lab.reach(task, 'waiting-for-code');
  const routed = await lab.call('POST', '/v1/route', {
    body: { task_id: task, agent_id: 'coder-1' },
    tenant: 'alice',
  });
  expect(routed.body).toEqual({ task_id: task, agent_id: 'coder-1', state: 'waiting-for-code' });
  const found = await lab.call('GET', '/v2/tasks?agent_id=coder-1', { tenant: 'alice' });
  expect(found.body).toMatchObject({ tasks: [{ task_id: task, agent_id: 'coder-1' }] });
  const fix = { task_id: task, source: crossing, by: 'coder-1' };
  expect((await lab.call('POST', '/v1/inject', { body: fix, tenant: 'alice' })).status).toBe(200);
  await lab.reach(task, 'waiting-for-code');

  const other = await start({ tool: 'reasoning', prompt: idea }, 'alice');
  const wrong = { task_id: other, agent_id: 'coder-1' };
  expect((await lab.call('POST', '/v1/route', { body: wrong, tenant: 'alice' })).status).toBe(400);
  const taken = await lab.call('POST', '/v1/add_agent', { body: agent, tenant: 'bob' });
  expect(taken).toMatchObject({ status: 409, body: { reason: 'conflict' } });
  await lab.reach(other, 'waiting-for-reason');
});

test("a strategy that a caller puts in the place of the agents' is no person's, and runs at the level of callers", async () => {
  const strict = await openTestServer({ minimumLevel: 'container' });
  onTestFinished(() => strict.close());
  const { body } = await strict.call('POST', '/v1/run_task', { body: { tool: 'coding', prompt: idea } });
  const task = (body as { task_id: string }).task_id;
  await strict.reach(task, 'waiting-for-code');
  const fix = { task_id: task, source: crossing };
  expect((await strict.call('PUT', '/v1/strategy/fix', { body: fix })).status).toBe(200);
  await strict.reach(task, 'waiting-for-code');
  const sagas = await strict.lab.sagas();
  expect((await sagas.view(task)).input).toMatchObject({ minimumLevel: 'container', editedBy: 'agent' });
  expect(await sagas.results(task)).toMatchObject({ code: { author: 'agent' } });
});

test('a guest reads no strategy of the folder, but what a caller has sent', async () => {
  await lab.lab.strategies.write('mine.strategy.ts', crossing);
  const backtest = (file: string, tenant: string) =>
    lab.call('POST', '/v1/run_task', { body: { tool: 'backtest', context: { strategy: { file } } }, tenant });
  expect((await backtest('mine.strategy.ts', 'alice')).status).toBe(404);
  expect((await backtest('mine.strategy.ts', 'local')).status).toBe(202);
  const sent = await lab.call('POST', '/v1/run_task', {
    body: { tool: 'backtest', context: { strategy: { source: crossing } } },
    tenant: 'alice',
  });
  const { task_id } = sent.body as { task_id: string };
  const { input } = await (await lab.lab.sagas()).view(task_id);
  expect((await backtest(basename((input as { file: string }).file), 'alice')).status).toBe(202);
});

test('a decision that may come again must say what it was made on', async () => {
  const task = await start({ tool: 'reasoning', prompt: idea });
  await lab.reach(task, 'waiting-for-reason');
  const approve = (body: object) =>
    lab.call('POST', '/v1/strategy/approve', {
      body: { task_id: task, ...body },
      headers: { 'Idempotency-Key': `key-${JSON.stringify(body).length}` },
    });
  expect(await approve({})).toMatchObject({ status: 400, body: { reason: 'usage' } });
  expect((await approve({ at: 'reason' })).status).toBe(200);
});

test('names that every object has are no parameters', async () => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    expect((await lab.call('GET', `/health?${name}=1`)).status, name).toBe(400);
  }
});

test('a batch that is too long is refused, and its caller is heard again at once', async () => {
  const batch = JSON.stringify(Array.from({ length: 60_000 }, () => 0));
  expect((await lab.call('POST', '/rpc', { text: batch })).status).toBeLessThan(500);
  expect((await lab.call('GET', '/v1/status')).status).toBe(200);
});

test('a tenant sees and decides its own tasks alone, and changes nothing of the whole', async () => {
  const task = await start({ tool: 'reasoning', prompt: idea }, 'alice');
  await lab.reach(task, 'waiting-for-reason');
  const as = (tenant: string) => async (method: string, path: string, body?: unknown) =>
    (await lab.call(method, path, { tenant, ...(body !== undefined && { body }) })).status;
  const bob = as('bob');
  expect(await bob('GET', `/v2/tasks/${task}`)).toBe(404);
  expect(await bob('GET', `/v1/get_log?task_id=${task}`)).toBe(404);
  expect(await bob('POST', '/v1/strategy/approve', { task_id: task })).toBe(404);
  expect(await bob('POST', '/v1/route', { task_id: task, agent_id: 'coder-1' })).toBe(404);
  expect(await bob('POST', '/v1/control', { action: 'pause' })).toBe(403);
  expect(await bob('POST', '/v1/control', { action: 'resume', task_id: task })).toBe(404);
  const list = await lab.call('GET', '/v2/tasks', { tenant: 'bob' });
  expect(list.body).toEqual({ tasks: [] });
  const trace = (await lab.reach(task, 'waiting-for-reason'))['trace_id'];
  expect((await lab.call('GET', `/v1/logs?trace_id=${trace}`, { tenant: 'bob' })).body).toEqual({
    lines: [],
  });
  expect(await as('alice')('GET', `/v2/tasks/${task}`)).toBe(200);
  expect(await as('local')('GET', `/v2/tasks/${task}`)).toBe(200);
});

test('figures are of what was done', async () => {
  const { body } = await lab.call('GET', '/v1/analytics');
  const figures = body as Record<string, number> & { latency: { p50: number; p95: number } };
  expect(figures['tasks']).toBeGreaterThan(3);
  expect(figures['throughput']).toBeCloseTo((figures['tasks'] as number) / 60, 9);
  expect(figures['success_rate']).toBe(1);
  expect(figures['utilization']).toBeGreaterThan(0);
  expect(figures.latency.p50).toBeLessThanOrEqual(figures.latency.p95);
  expect((await lab.call('GET', '/v1/status')).body).toMatchObject({ latency_p95: figures.latency.p95 });
});

test('health is told to anyone, its parts and figures to callers alone', async () => {
  const open = await fetch(`${lab.server.url}/health`);
  expect(await open.json()).toMatchObject({
    status: 'ok',
    running: true,
    config: { enable_aster: false, enable_drift: false, enable_symphony: false, paper_trading: true },
    components: { trading_loop: 'absent', agent_orchestrator: 'running' },
  });
  expect((await fetch(`${lab.server.url}/api/v2/health`)).status).toBe(401);
  expect((await lab.call('GET', '/api/v2/health')).body).toMatchObject({
    status: 'ok',
    parts: expect.arrayContaining([expect.objectContaining({ part: 'journal', state: 'ok' })]),
  });
  const metrics = await lab.call('GET', '/metrics');
  expect(metrics.headers.get('content-type')).toContain('text/plain');
  expect(metrics.body).toMatch(/^# TYPE queue_depth gauge$/m);
  expect(metrics.body).toMatch(/^api_request_seconds_count\{route="\/health",status="2xx"\} 1$/m);
});

test('nothing went wrong inside', () => {
  expect(lab.problems).toEqual([]);
});

import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { SagaEvent, SagaFact, SagaNotice } from '../../../extension/contracts/saga.ts';
import { applySagaEvent } from '../../../extension/orchestrator/saga/reducer.ts';
import { findProgram } from '../../setup/packages.ts';
import { sampleMetrics, sampleSaga, samplesOf, sampleWorld, taskEnded } from './sampleMetrics.ts';

const bucketed = (samples: Record<string, number>) =>
  Object.entries(samples).filter(([labels]) => !labels.includes('le='));

/** The notices of a saga whose facts happened a second after one another. */
function noticesOf(...facts: SagaFact[]): SagaNotice[] {
  let state: ReturnType<typeof applySagaEvent> | null = null;
  return facts.map((fact, index) => {
    const time = 1_700_000_000_000 + index * 1000;
    const event: SagaEvent = { ...fact, sagaId: 's1', sequence: index + 1, time, traceId: 'trace' };
    state = applySagaEvent(state, event);
    return { kind: 'event', sagaId: 's1', event, state };
  });
}

const started: SagaFact = {
  type: 'saga.started',
  data: { name: 'toy', version: 1, steps: ['reason', 'code'], gates: [], input: null },
};
const stepStarted = (step: string, attempt = 1): SagaFact => ({
  type: 'saga.step-started',
  data: { step, generation: 1, attempt, idempotencyKey: `s1/${step}/1` },
});
const error = { reason: 'internal', message: 'no', action: null, place: null };

describe('the five metrics that others build on', () => {
  test('have their names, kinds and labels', async () => {
    const metrics = sampleMetrics(sampleWorld());
    for (const notice of noticesOf(started, stepStarted('reason'), {
      type: 'saga.step-completed',
      data: { step: 'reason', generation: 1, result: null, artefacts: [] },
    })) {
      metrics.hear(notice);
    }
    metrics.observe({ kind: 'reasoned', agent: 'rules', priority: 5, seconds: 0.2, providerSeconds: 0 });
    metrics.observe(taskEnded());
    const { text, contentType } = await metrics.expose();
    expect(contentType).toContain('text/plain');
    expect(text).toContain('# TYPE reasoning_latency_seconds histogram');
    expect(samplesOf(text, 'reasoning_latency_seconds_sum')).toEqual({ 'agent="rules",priority="5"': 0.2 });
    expect(text).toContain('# TYPE queue_depth gauge');
    expect(samplesOf(text, 'queue_depth')).toEqual({ 'priority="5",tenant="alice"': 3 });
    expect(text).toContain('# TYPE sandbox_escape_attempts_total counter');
    expect(samplesOf(text, 'sandbox_escape_attempts_total')['reason="sandbox.tampered"']).toBe(0);
    expect(text).toContain('# TYPE saga_steps_duration_seconds histogram');
    expect(samplesOf(text, 'saga_steps_duration_seconds_sum')).toEqual({
      'step_name="reason",status="completed"': 1,
    });
    expect(text).toContain('# TYPE task_completion_rate gauge');
    expect(samplesOf(text, 'task_completion_rate')).toEqual({ 'task_type="backtest"': 1 });
  });

  test.skipIf(findProgram('promtool') === undefined)(
    "and all others pass promtool's rules of naming",
    async () => {
      const { text } = await sampleMetrics(sampleWorld()).expose();
      const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
      expect({ status: checked.status, said: checked.stderr }).toEqual({ status: 0, said: '' });
    },
  );
});

describe('what callers make up cannot grow the registry', () => {
  test('a thousand tenants leave twenty by name, and the sum stays true', async () => {
    const world = sampleWorld();
    const depths = Array.from({ length: 1000 }, (_, index) => ({
      priority: 1,
      tenant: `tenant ${index}`,
      tasks: index + 1,
    }));
    if (world.queue !== null) world.queue = { ...world.queue, depths };
    const samples = samplesOf((await sampleMetrics(world).expose()).text, 'queue_depth');
    expect(Object.keys(samples)).toHaveLength(21);
    expect(Object.values(samples).reduce((sum, value) => sum + value, 0)).toBe(500_500);
    expect(samples['priority="1",tenant="tenant 999"']).toBe(1000);
  });

  test('a thousand task types, agents, connections and markets leave a bounded number of series', async () => {
    const metrics = sampleMetrics(sampleWorld());
    for (let index = 0; index < 1000; index++) {
      const name = `name ${index} ${'x'.repeat(500)}`;
      metrics.observe(taskEnded({ taskType: name, priority: index }));
      metrics.observe({ kind: 'reasoned', agent: name, priority: index, seconds: 1, providerSeconds: 0 });
      metrics.observe({
        kind: 'data-received',
        venue: name,
        symbol: name,
        timeframe: '1h',
        lagSeconds: 1,
        latencySeconds: 1,
        gaps: 1,
      });
      metrics.observe({ kind: 'connection-changed', peer: name, isUp: true });
    }
    const { text } = await metrics.expose();
    const counted = samplesOf(text, 'queue_task_attempts_total');
    expect(Object.keys(counted)).toHaveLength(41);
    expect(Object.values(counted).reduce((sum, value) => sum + value, 0)).toBe(1000);
    expect(Object.keys(samplesOf(text, 'task_completion_rate'))).toHaveLength(41);
    expect(text.length).toBeLessThan(700_000);
    expect(text).not.toContain('x'.repeat(65));
  });

  test('a tenant that is gone has no series any more', async () => {
    const world = sampleWorld();
    const metrics = sampleMetrics(world);
    await metrics.expose();
    if (world.queue !== null) world.queue = { ...world.queue, depths: [] };
    expect(samplesOf((await metrics.expose()).text, 'queue_depth')).toEqual({});
  });
});

test('what cannot be read has no value, which is not 0', async () => {
  const world = { ...sampleWorld(), queue: null, sandboxes: null, sagas: null };
  world.host = { ...world.host, journalBytes: null, eventLoopDelay: null };
  const { text } = await sampleMetrics(world).expose();
  for (const name of ['queue_running_tasks', 'sandboxes_active', 'journal_size_bytes', 'sagas']) {
    expect(samplesOf(text, name), name).toEqual({});
  }
  expect(samplesOf(text, 'process_uptime_seconds')).toEqual({ '': 60 });
});

test('the rate of completion counts what came to its end within the hour, and not what is tried again', async () => {
  const world = sampleWorld();
  const metrics = sampleMetrics(world);
  const rate = async () => samplesOf((await metrics.expose()).text, 'task_completion_rate');
  metrics.observe(taskEnded());
  metrics.observe(taskEnded({ status: 'failed' }));
  metrics.observe(taskEnded({ status: 'yielded' }));
  expect(await rate()).toEqual({ 'task_type="backtest"': 1 });
  metrics.observe(taskEnded({ status: 'dead' }));
  expect(await rate()).toEqual({ 'task_type="backtest"': 0.5 });
  world.now += 30 * 60_000;
  metrics.observe(taskEnded({ endedTime: world.now }));
  world.now += 31 * 60_000;
  expect(await rate()).toEqual({ 'task_type="backtest"': 1 });
  world.now += 60 * 60_000;
  expect(await rate()).toEqual({});
});

test('a change of the lead is counted, and a take-over with how long it took', async () => {
  const metrics = sampleMetrics(sampleWorld());
  metrics.observe({ kind: 'lease-changed', change: 'acquired', recoverySeconds: null });
  metrics.observe({ kind: 'lease-changed', change: 'taken-over', recoverySeconds: 3.5 });
  const { text } = await metrics.expose();
  expect(samplesOf(text, 'lease_changes_total')).toEqual({
    'change="acquired"': 1,
    'change="taken-over"': 1,
  });
  expect(samplesOf(text, 'lease_recovery_seconds_sum')).toEqual({ '': 3.5 });
});

test('of a connection the last answer counts', async () => {
  const metrics = sampleMetrics(sampleWorld());
  const peer = async () => samplesOf((await metrics.expose()).text, 'connection_up');
  expect(await peer()).toEqual({});
  metrics.observe({ kind: 'connection-changed', peer: 'docker', isUp: true });
  metrics.observe({ kind: 'connection-changed', peer: 'docker', isUp: false });
  expect(await peer()).toEqual({ 'peer="docker"': 0 });
});

test('a step that failed at its second attempt is measured from the first, and counts one retry', async () => {
  const metrics = sampleMetrics(sampleWorld());
  const notices = noticesOf(started, stepStarted('reason'), stepStarted('reason', 2), {
    type: 'saga.step-failed',
    data: { step: 'reason', generation: 1, error, artefacts: [] },
  });
  for (const notice of notices) metrics.hear(notice);
  const { text } = await metrics.expose();
  expect(bucketed(samplesOf(text, 'saga_steps_duration_seconds_sum'))).toEqual([
    ['step_name="reason",status="failed"', 2],
  ]);
  expect(samplesOf(text, 'saga_step_retries_total')).toEqual({ 'step_name="reason"': 1 });
});

test('attempts to break out are those of the journal, and never fewer than before', async () => {
  const world = sampleWorld();
  const alert = { reason: 'sandbox.tampered' } as const;
  world.sagas = [sampleSaga({ alerts: [alert, alert] as never })];
  const metrics = sampleMetrics(world);
  const count = async () =>
    samplesOf((await metrics.expose()).text, 'sandbox_escape_attempts_total')['reason="sandbox.tampered"'];
  expect(await count()).toBe(2);
  expect(await count()).toBe(2);
  world.sagas = null;
  expect(await count()).toBe(2);
});

test('what could not be undone is counted from the journal, and has no zero before that was read', async () => {
  const world = sampleWorld();
  const metrics = sampleMetrics(world);
  const count = async () => samplesOf((await metrics.expose()).text, 'saga_undo_failures_total');
  world.sagas = null;
  expect(await count()).toEqual({});
  world.sagas = [];
  expect(await count()).toEqual({ '': 0 });
  world.sagas = [sampleSaga({ notUndone: [{}, {}] as never }), sampleSaga({ notUndone: [{}] as never })];
  expect(await count()).toEqual({ '': 3 });
  world.sagas = null;
  expect(await count()).toEqual({ '': 3 });
});

test('the states of sagas are few, whatever gate one waits at', async () => {
  const world = sampleWorld();
  world.sagas = ['waiting-for-review', 'waiting-for-code', 'failed'].map((state) => sampleSaga({ state }));
  const { text } = await sampleMetrics(world).expose();
  expect(samplesOf(text, 'sagas')).toEqual({
    'pipeline="toy",state="waiting"': 2,
    'pipeline="toy",state="failed"': 1,
  });
});

test.each([
  [1_700_000_000_000 - 2500, 3, { '': 2.5 }],
  [null, 0, { '': 0 }],
  [null, 3, {}],
])('what waits longest since %j among %i tasks reads %j', async (oldestReadyTime, tasks, samples) => {
  const world = sampleWorld();
  if (world.queue !== null) {
    const depths = [{ priority: 1, tenant: 'a', tasks }];
    world.queue = { ...world.queue, depths, oldestReadyTime };
  }
  const { text } = await sampleMetrics(world).expose();
  expect(samplesOf(text, 'queue_oldest_task_seconds')).toEqual(samples);
});

test('one scrape reads the queue and the journal once', async () => {
  const world = sampleWorld();
  let reads = 0;
  const { queue } = world;
  Object.defineProperty(world, 'queue', {
    get() {
      reads += 1;
      return queue;
    },
  });
  await sampleMetrics(world).expose();
  expect(reads).toBe(1);
});

test('two labs in one process share no metric', async () => {
  const [one, two] = [sampleMetrics(sampleWorld()), sampleMetrics(sampleWorld())];
  one.observe(taskEnded());
  expect(samplesOf((await two.expose()).text, 'queue_task_attempts_total')).toEqual({});
});

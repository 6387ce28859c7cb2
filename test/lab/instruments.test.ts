import { expect, onTestFinished, test } from 'vitest';
import type { PlacedEvent } from '../../extension/contracts/events.ts';
import type { LogRecord } from '../../extension/contracts/logRecord.ts';
import { samplesOf } from '../observability/metrics/sampleMetrics.ts';
import { ideaRun } from './ideaRun.ts';
import { openMeasuredLab } from './openMeasuredLab.ts';

test('a run of a lab shows in its metrics, its log, its events and its health, each in the trace of the run', async () => {
  const records: LogRecord[] = [];
  const lab = await openMeasuredLab({
    instruments: { logSinks: [(record) => records.push(record)] },
  });
  onTestFinished(() => lab.close());
  const sagas = await lab.sagas();
  const id = await ideaRun(lab);
  expect((await sagas.run(id)).state).toBe('completed');

  const { text } = await lab.instruments.expose();
  const [reasoned] = Object.entries(samplesOf(text, 'reasoning_latency_seconds_count'));
  expect(reasoned).toEqual(['agent="catalogue reasoning",priority="none"', 1]);
  expect(samplesOf(text, 'saga_steps_duration_seconds_count')).toMatchObject({
    'step_name="reason",status="completed"': 1,
    'step_name="review",status="completed"': 1,
  });
  const starts = samplesOf(text, 'sandbox_start_seconds_count');
  expect(starts['level="preview",source="cold"']).toBeGreaterThan(1);
  expect(samplesOf(text, 'sagas')).toEqual({ 'pipeline="generate",state="completed"': 1 });
  expect(samplesOf(text, 'journal_size_bytes')['']).toBeGreaterThan(1000);
  expect(samplesOf(text, 'sandboxes_active')).toEqual({ '': 0 });
  expect(samplesOf(text, 'queue_running_tasks')).toEqual({ '': 0 });

  expect(samplesOf(text, 'event_loop_delay_seconds')['statistic="max"']).toBeGreaterThan(0);

  const { traceId } = await sagas.view(id);
  const own = records.filter(({ metadata }) => metadata['saga'] === id);
  expect(own.map(({ message }) => message)).toContain('saga.completed');
  expect(new Set(own.map(({ trace_id }) => trace_id)).size).toBe(1);
  expect(own[0]?.trace_id).not.toBe(traceId);
  expect(own[0]?.trace_id).toMatch(/^[0-9a-f]{32}$/);

  const events: PlacedEvent[] = [];
  for await (const event of (await lab.events()).replay({ patterns: ['*'] })) events.push(event);
  expect(new Set(events.map((event) => `${event.correlationId} ${event.traceId}`))).toEqual(
    new Set([`${id} ${traceId}`]),
  );
  expect(events.filter(({ type }) => type === 'backtest.completed')).toMatchObject([
    { data: { runId: id, metrics: { sharpe: expect.any(Number) } } },
  ]);

  const report = await lab.health.report();
  expect(report.parts.filter(({ state }) => state === 'down')).toEqual([]);
  expect(lab.health.service().components.agent_orchestrator).toBe('running');
  expect(lab.instruments.recent.agents).toMatchObject([{ name: 'catalogue reasoning', answers: 1 }]);
});

test('reasoning is measured under the priority of the task that it is done for', async () => {
  const rested = Promise.withResolvers<void>();
  const lab = await openMeasuredLab({
    onAttempted: () => rested.resolve(),
  });
  onTestFinished(() => lab.close());
  const id = await ideaRun(lab, ['reason']);
  await lab.tasks.enqueueRun(id, { priority: 7 });
  await lab.tasks.work();
  await rested.promise;
  expect((await (await lab.sagas()).view(id)).waitingFor).toBe('reason');
  const { text } = await lab.instruments.expose();
  expect(samplesOf(text, 'reasoning_latency_seconds_count')).toEqual({
    'agent="catalogue reasoning",priority="7"': 1,
  });
});

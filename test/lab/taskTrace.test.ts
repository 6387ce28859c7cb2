import { expect, test } from 'vitest';
import { w3cTraceId } from '../../extension/observability/trace/ids.ts';
import { samplesOf } from '../observability/metrics/sampleMetrics.ts';
import { startOtlpReceiver } from '../observability/trace/otlpReceiver.ts';
import { ideaRun } from './ideaRun.ts';
import { openMeasuredLab } from './openMeasuredLab.ts';

test('a run that the queue has run is a part of its task, in one trace, and both are measured', async () => {
  const receiver = await startOtlpReceiver();
  const lab = await openMeasuredLab({
    instruments: { tracesTo: { endpoint: receiver.address, name: 'the test' } },
  });
  const sagas = await lab.sagas();
  const id = await ideaRun(lab);
  await lab.tasks.enqueueRun(id, { tenant: 'alice', priority: 7 });
  await lab.tasks.work();
  await expect.poll(async () => (await sagas.view(id)).state, { timeout: 50_000 }).toBe('completed');
  const ended = async () => samplesOf((await lab.instruments.expose()).text, 'queue_task_attempts_total');
  await expect.poll(ended, { timeout: 20_000 }).toEqual({ 'task_type="saga",status="completed"': 1 });
  const { text } = await lab.instruments.expose();
  expect(samplesOf(text, 'task_completion_rate')).toEqual({ 'task_type="saga"': 1 });
  expect(samplesOf(text, 'queue_wait_seconds_count')).toEqual({ 'priority="7"': 1 });
  expect(samplesOf(text, 'workers_ready')['']).toBeGreaterThan(0);
  const { traceId } = await sagas.view(id);
  await lab.close();

  const [task, pipeline] = [receiver.span('task'), receiver.span('mcp_full_pipeline')];
  expect(pipeline.parentSpanId).toBe(task.spanId);
  expect(receiver.span('reasoning_step').parentSpanId).toBe(pipeline.spanId);
  expect(new Set(receiver.spans().map((span) => span.traceId))).toEqual(new Set([w3cTraceId(traceId)]));
});

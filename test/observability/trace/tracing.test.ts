import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { SagaNotice } from '../../../extension/contracts/saga.ts';
import { makeLogger } from '../../../extension/observability/log/logger.ts';
import { makeAmbientTrace, traceSteps } from '../../../extension/observability/trace/ambient.ts';
import { parseTraceparent, w3cTraceId } from '../../../extension/observability/trace/ids.ts';
import { taskSpanId } from '../../../extension/observability/trace/observedSpans.ts';
import { openTracing, tracesUrl } from '../../../extension/observability/trace/tracing.ts';
import type { SagaDefinition } from '../../../extension/orchestrator/saga/definition.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { taskEnded } from '../metrics/sampleMetrics.ts';
import { startOtlpReceiver } from './otlpReceiver.ts';

type Steps = Record<string, () => Promise<unknown>>;

/** A pipeline with the names of the real one whose steps do what a test says, traced to a receiver. */
async function tracedEngine(work: Steps, gates: string[] = []) {
  const receiver = await startOtlpReceiver();
  const ambient = makeAmbientTrace();
  const failures: unknown[] = [];
  const tracing = openTracing({
    endpoint: receiver.address,
    endpointName: 'the test',
    service: 'strategy-lab',
    version: '1.2.3',
    currentPlace: ambient.current,
    onFailure: (error) => failures.push(error),
  });
  const definition: SagaDefinition<unknown> = {
    name: 'generate',
    version: 1,
    inputSchema: z.unknown(),
    gates,
    steps: Object.entries(work).map(([name, run]) => ({
      name,
      resultSchema: z.unknown(),
      run,
      compensate: async () => {},
    })),
    onFix: async (_, input) => ({ input, restartAt: Object.keys(work)[0] ?? '' }),
  };
  let time = 1_700_000_000_000;
  const notices: SagaNotice[] = [];
  const engine = new SagaEngine({
    journal: await openTestJournal(emptyFolderInMemory()),
    definitions: [traceSteps(definition, ambient)],
    clock: () => {
      time += 1000;
      return time;
    },
    newId: () => 'run1',
    listener: (notice) => {
      notices.push(notice);
      tracing.hear(notice);
    },
  });
  return { receiver, ambient, tracing, engine, failures, notices };
}

test('one trace from a task over the steps of its saga to a sandbox, logs, events and a child process', async () => {
  const logged: (string | null)[] = [];
  let childSays = '';
  const lab = await tracedEngine({
    reason: async () => {
      makeLogger({
        service: 's',
        level: 'info',
        sinks: [({ trace_id }) => logged.push(trace_id)],
        clock: () => 0,
        currentTrace: () => lab.ambient.current()?.traceId ?? null,
      }).info('reasoning');
    },
    code: async () => {
      const program = "process.stdout.write(process.env.TRACEPARENT ?? '')";
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], {
        env: { ...process.env, ...lab.ambient.childEnvironment() },
      });
      childSays = stdout;
    },
    sandbox: async () => {
      lab.tracing.observe({
        kind: 'sandbox-started',
        level: 'gvisor',
        source: 'cold',
        startedTime: 1_700_000_001_000,
        readyTime: 1_700_000_001_300,
      });
    },
  });
  const place = { traceId: 'trace-7', spanId: taskSpanId('trace-7', 't1', 1) };
  const id = await lab.engine.create({ name: 'generate', input: null, traceId: 'trace-7' });
  await lab.ambient.run(place, () => lab.engine.run(id));
  lab.tracing.observe(taskEnded({ trace: { traceId: 'trace-7', spanId: null } }));
  await lab.tracing.close();

  expect(lab.failures).toEqual([]);
  const { receiver } = lab;
  const traceId = w3cTraceId('trace-7');
  expect(new Set(receiver.spans().map((span) => [span.traceId, span.service].join()))).toEqual(
    new Set([`${traceId},strategy-lab`]),
  );
  const names = ['task', 'mcp_full_pipeline', 'reasoning_step', 'codegen_step', 'sandbox_step'];
  expect(
    receiver
      .spans()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...names, 'sandbox_start'].sort());
  const parentOf = (name: string) =>
    receiver.spans().find(({ spanId }) => spanId === receiver.span(name).parentSpanId)?.name;
  expect(receiver.span('task').parentSpanId ?? '').toBe('');
  expect(parentOf('mcp_full_pipeline')).toBe('task');
  for (const step of ['reasoning_step', 'codegen_step', 'sandbox_step']) {
    expect(parentOf(step), step).toBe('mcp_full_pipeline');
  }
  expect(parentOf('sandbox_start')).toBe('sandbox_step');
  expect(logged).toEqual([traceId]);
  expect(parseTraceparent(childSays)).toEqual({ traceId, spanId: receiver.span('codegen_step').spanId });
  expect(lab.notices.every((notice) => notice.kind !== 'event' || notice.event.traceId === 'trace-7')).toBe(
    true,
  );
});

test("spans last as long as the journal's events are apart, and tell what they were", async () => {
  const { engine, tracing, receiver } = await tracedEngine({ reason: async () => null });
  await engine.run(await engine.create({ name: 'generate', input: null }));
  await tracing.close();
  const { startTimeUnixNano, endTimeUnixNano, attributes } = receiver.span('reasoning_step');
  expect(Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9).toBe(1);
  const facts = Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
  );
  expect(facts).toEqual({
    'saga.id': 'run1',
    'saga.step': 'reason',
    'saga.generation': 1,
    'saga.attempts': 1,
  });
});

test('a gate is a span of its own, and a failed step, its compensations and its saga say what failed', async () => {
  const { engine, tracing, receiver } = await tracedEngine(
    {
      reason: async () => null,
      code: async () => {
        throw new Error('token=abcdefgh12345678 was refused');
      },
    },
    ['reason'],
  );
  const id = await engine.create({ name: 'generate', input: null });
  await engine.run(id);
  await engine.decide(id, { action: 'approve' });
  await engine.run(id);
  await tracing.close();
  expect(receiver.span('human_gate').parentSpanId).toBe(receiver.span('mcp_full_pipeline').spanId);
  for (const name of ['codegen_step', 'mcp_full_pipeline']) {
    expect(receiver.span(name).status).toEqual({ code: 2, message: 'token=*** was refused' });
  }
  expect(receiver.span('undo_reasoning_step').status.code ?? 0).toBe(0);
});

test('a sandbox that is started outside any saga is a trace of its own', async () => {
  const { tracing, receiver } = await tracedEngine({});
  const times = { startedTime: 1000, readyTime: 2000 };
  tracing.observe({ kind: 'sandbox-started', level: 'preview', source: 'pool', ...times });
  await tracing.close();
  expect(receiver.span('sandbox_start').parentSpanId ?? '').toBe('');
});

test('a collector that is not there keeps no program from its end', async () => {
  const tracing = openTracing({
    endpoint: 'http://127.0.0.1:1',
    endpointName: 'the test',
    service: 's',
    version: '1',
    currentPlace: () => null,
    onFailure: () => {},
  });
  for (let index = 0; index < 10_000; index++) tracing.observe(taskEnded({ taskId: String(index) }));
  await expect(tracing.close()).resolves.toBeUndefined();
});

describe('the address of a collector', () => {
  test.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/traces'],
    ['http://127.0.0.1:4318/', 'http://127.0.0.1:4318/v1/traces'],
    ['https://host/otel', 'https://host/otel/v1/traces'],
    ['https://host/v1/traces', 'https://host/v1/traces'],
  ])('%s sends to %s', (endpoint, url) => {
    expect(tracesUrl(endpoint, 'the test')).toBe(url);
  });

  test.each(['', 'localhost:4318', 'file:///tmp', 'http://'])('%j is refused in a sentence', (endpoint) => {
    expect(() => tracesUrl(endpoint, 'the test')).toThrow(
      `the test: ${endpoint} is no address that traces can be sent to.`,
    );
  });
});

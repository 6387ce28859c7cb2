import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { logRecordSchema } from '../../extension/contracts/logRecord.ts';
import { sloReportSchema } from '../../extension/contracts/slo.ts';
import { startOtlpReceiver } from '../observability/trace/otlpReceiver.ts';
import { call, newFolder, writeMarket } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path, 400);
});
afterAll(() => folder.remove());

const idea = 'buy when the fast average crosses above the slow one';
const runIt = (environment: Record<string, string> = {}, more: string[] = []) =>
  call(['run', '--idea', idea, '--data', market, '--gates', 'none', '--json', ...more], {
    folder: folder.path,
    environment,
  });

describe('a run that is traced', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  test('sends its pipeline and steps as parts of what called the program, and its log has the same trace', async () => {
    const receiver = await startOtlpReceiver();
    const answer = await runIt({ STRATEGY_LAB_OTLP: receiver.address, TRACEPARENT: traceparent }, [
      '--log',
      'info',
    ]);
    expect(answer.code, answer.stderr).toBe(0);
    const spans = receiver.spans();
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(
      new Set(['4bf92f3577b34da6a3ce929d0e0e4736']),
    );
    const pipeline = receiver.span('mcp_full_pipeline');
    expect(pipeline.parentSpanId).toBe('00f067aa0ba902b7');
    for (const step of ['reasoning_step', 'codegen_step', 'sandbox_step', 'review_step']) {
      expect(receiver.span(step).parentSpanId, step).toBe(pipeline.spanId);
    }
    const steps = new Map(spans.map(({ spanId, name }) => [spanId, name]));
    const started = spans.filter(({ name }) => name === 'sandbox_start');
    expect(started.length).toBeGreaterThan(1);
    for (const { parentSpanId = '' } of started) {
      expect(steps.get(parentSpanId)).toMatch(/^(sandbox|optimise|backtest)_step$/);
    }
    const records = answer.stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => logRecordSchema.parse(JSON.parse(line)));
    expect(records.at(-1)).toMatchObject({
      message: 'saga.completed',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      service_name: 'strategy-lab',
    });
  });

  test('says so where the address is none', async () => {
    const answer = await call(['status', '--json'], {
      folder: folder.path,
      environment: { STRATEGY_LAB_OTLP: 'collector' },
    });
    expect(answer.code).toBe(1);
    expect(JSON.parse(answer.stdout)).toMatchObject({
      error: {
        reason: 'usage',
        message: 'STRATEGY_LAB_OTLP: collector is no address that traces can be sent to.',
      },
    });
  });
});

const hook = `
    import { registerHooks } from 'node:module';
    import { readFileSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    const marks = { sdk: 'BatchSpanProcessor', metrics: 'exponentialBuckets' };
    registerHooks({ load(url, context, next) {
      if (url.startsWith('file:')) {
        const text = readFileSync(fileURLToPath(url), 'utf8');
        for (const [name, mark] of Object.entries(marks)) if (text.includes(mark)) process.stderr.write('LOADED ' + name + '\\n');
      }
      return next(url, context);
    } });`;
const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(hook)}`;

let plainRun: ReturnType<typeof runIt> | undefined;

/** A run that is not traced and tells what it loads, made once for all tests that look at it. */
function runPlainly(): ReturnType<typeof runIt> {
  plainRun ??= runIt({ NODE_OPTIONS });
  return plainRun;
}

test('a run that is not traced loads nothing of the SDK for traces, nor the package for metrics', async () => {
  const plain = await runPlainly();
  expect(plain.code, plain.stderr).toBe(0);
  expect(plain.stderr).not.toContain('LOADED');
});

test('a run gives its result all the same where the collector of its traces is not there', async () => {
  const traced = await runIt({ NODE_OPTIONS, STRATEGY_LAB_OTLP: 'http://127.0.0.1:1' });
  expect(traced.code, traced.stderr).toBe(0);
  // The marks are where a run that is not traced is searched for them.
  expect(traced.stderr).toContain('LOADED sdk');
});

test("what happens is in the lab's log, a JSON record a line, without the idea and the code", async () => {
  const answer = await runPlainly();
  expect(answer.code, answer.stderr).toBe(0);
  const text = await readFile(join(folder.path, '.strategy-lab/logs/strategy-lab.log'), 'utf8');
  const records = text
    .trim()
    .split('\n')
    .map((line) => logRecordSchema.parse(JSON.parse(line)));
  const run = records.at(-1)?.metadata['saga'];
  const own = records.filter(({ metadata }) => metadata['saga'] === run);
  expect(own[0]).toMatchObject({ level: 'info', message: 'saga.started' });
  expect(own.at(-1)).toMatchObject({ level: 'info', message: 'saga.completed' });
  expect(new Set(own.map(({ trace_id }) => trace_id)).size).toBe(1);
  expect(text).not.toContain(idea);
  expect(text).not.toContain('defineStrategy');
  expect(answer.stderr).not.toContain('"service_name"');
});

describe('status --slo', () => {
  test('tells availability, recovery, what was lost, and how long each step took', async () => {
    const answer = await call(['status', '--slo', '--json'], { folder: folder.path });
    expect(answer.code, answer.stderr).toBe(0);
    const { slo } = z.object({ slo: sloReportSchema }).parse(JSON.parse(answer.stdout));
    expect(slo).toMatchObject({
      availability: { value: 1, ownFaults: 0 },
      recovery: { crashes: 0 },
      lost: 0,
      duplicated: 0,
      stranded: 0,
    });
    expect(slo.durations.map(({ name }) => name)).toContain('backtest');
    expect(slo.overhead).toMatchObject({ unknown: 0 });
  });

  test('tells a run that was killed, and how soon it was taken up again', async () => {
    const own = await newFolder();
    try {
      const data = await writeMarket(own.path, 400);
      const args = ['run', '--idea', idea, '--data', data, '--gates', 'none', '--json', '--log', 'debug'];
      // Late enough to be at work, whatever the machine: a step's begin is what is waited for.
      let killed = await call(args, { folder: own.path, killAfter: 1500 });
      for (let wait = 2000; !killed.stderr.includes('saga.step-started') && wait < 20_000; wait *= 2) {
        killed = await call(args, { folder: own.path, killAfter: wait });
      }
      const sloOf = async () => {
        const answer = await call(['status', '--slo', '--json'], { folder: own.path });
        return z.object({ slo: sloReportSchema }).parse(JSON.parse(answer.stdout)).slo;
      };
      // It may have been between two steps, or done.
      const before = await sloOf();
      expect(before.lost).toBe(0);
      await call(['resume', '--json'], { folder: own.path });
      const after = await sloOf();
      expect(after).toMatchObject({ lost: 0, duplicated: 0, stranded: 0 });
      expect(after.recovery.crashes).toBe(before.recovery.crashes);
      expect(after.recovery.recovered).toBe(before.stranded);
    } finally {
      await own.remove();
    }
  });

  test('is for people too: what was promised, and whether it was kept', async () => {
    const { stdout, code } = await call(['status', '--slo', '--window', '7d'], { folder: folder.path });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Of the last 7d/);
    expect(stdout).toMatch(/^met +nothing is lost$/m);
    expect(stdout).toMatch(/^not available +at least 95 % of crashes are recovered from within 30 s$/m);
    expect(stdout).toMatch(/^reason +\d/m);
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LabError } from '../../../extension/contracts/errors.ts';
import { type LogLevel, type LogRecord, logRecordSchema } from '../../../extension/contracts/logRecord.ts';
import { makeLogger } from '../../../extension/observability/log/logger.ts';
import { w3cTraceId } from '../../../extension/observability/trace/ids.ts';

function loggerFor({ level = 'debug', trace = null }: { level?: LogLevel; trace?: string | null } = {}) {
  const records: LogRecord[] = [];
  const logger = makeLogger({
    service: 'strategy-lab',
    level,
    sinks: [(record) => records.push(record)],
    clock: () => Date.UTC(2024, 0, 2, 3, 4, 5),
    currentTrace: () => trace,
  });
  return { logger, records };
}

test('a record has its time, level, service, trace, message and metadata', () => {
  const { logger, records } = loggerFor({ trace: 'abc' });
  logger.warn('The step was slow.', { step: 'code', seconds: 4.5 });
  expect(records).toEqual([
    {
      timestamp: '2024-01-02T03:04:05.000Z',
      level: 'warn',
      service_name: 'strategy-lab',
      trace_id: w3cTraceId('abc'),
      message: 'The step was slow.',
      metadata: { step: 'code', seconds: 4.5 },
    },
  ]);
  expect(logRecordSchema.parse(records[0])).toEqual(records[0]);
});

test("a run's log carries the run's trace, whatever is at work", () => {
  const { logger, records } = loggerFor({ trace: 'other' });
  logger.of('run').info('done');
  expect(records[0]?.trace_id).toBe(w3cTraceId('run'));
});

test('what is less urgent than the level is not written', () => {
  const { logger, records } = loggerFor({ level: 'warn' });
  for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level](level);
  expect(records.map(({ message }) => message)).toEqual(['warn', 'error']);
});

test('one sink that fails neither ends the work nor keeps the record from the others', () => {
  const records: LogRecord[] = [];
  const logger = makeLogger({
    service: 's',
    level: 'info',
    sinks: [
      () => {
        throw new Error('disk full');
      },
      (record) => records.push(record),
    ],
    clock: () => 0,
    currentTrace: () => null,
  });
  logger.info('said');
  expect(records).toHaveLength(1);
});

describe('nothing secret', () => {
  const secret = 'hunter2hunter2hunter2';
  test.each([
    { message: `password=${secret}` },
    { metadata: { apiKey: secret } },
    { metadata: { 'x-api-key': secret } },
    { metadata: { nested: [{ authorization: `Bearer ${secret}` }] } },
    { metadata: { url: `https://user:${secret}@host/` } },
    { metadata: { error: new Error(`token: ${secret}`, { cause: new Error(`secret=${secret}`) }) } },
    { metadata: { [`token=${secret}`]: 1 } },
    { metadata: { headers: { cookie: secret } } },
    { message: `${'x'.repeat(1990)} token=${secret}` },
  ])('is written: %j', ({ message = 'said', metadata = {} }) => {
    const { logger, records } = loggerFor();
    logger.error(message, metadata);
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toContain(secret.slice(0, 12));
  });

  test("nor a strategy's source, an idea, or what a model wrote: their length alone", () => {
    const { logger, records } = loggerFor();
    logger.info('written', { source: 'export default 1', idea: 'buy low', prompt: 'p', answer: 'abc' });
    expect(records[0]?.metadata).toEqual({
      source: '(16 characters)',
      idea: '(7 characters)',
      prompt: '(1 characters)',
      answer: '(3 characters)',
    });
  });
});

test('a record of anything has a bound and is JSON', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const { logger, records } = loggerFor();
  const value = fc.oneof(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }));
  fc.assert(
    fc.property(fc.string(), value, (message, anything) => {
      records.length = 0;
      logger.info(message, { anything });
      expect(logRecordSchema.safeParse(JSON.parse(JSON.stringify(records[0]))).success).toBe(true);
    }),
  );
  logger.info('x'.repeat(1e6), {
    cyclic,
    wide: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`n${index}`, 'y'.repeat(100)])),
    long: Array.from({ length: 10_000 }, () => 'z'),
    bytes: new Uint8Array(1e6),
  });
  expect(JSON.stringify(records.at(-1)).length).toBeLessThan(20_000);
});

test('an error is written with its reason, what to do, and its causes', () => {
  const { logger, records } = loggerFor();
  const cause = new LabError('journal.unavailable', 'It is locked.', { action: 'Close the other.' });
  logger.error('failed', { error: new Error('no run', { cause }) });
  expect(records[0]?.metadata).toMatchObject({
    error: {
      message: 'no run',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { message: 'It is locked.', reason: 'journal.unavailable', action: 'Close the other.' },
    },
  });
});

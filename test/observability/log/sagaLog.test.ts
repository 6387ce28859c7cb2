import { expect, test } from 'vitest';
import type { LogRecord } from '../../../extension/contracts/logRecord.ts';
import type { SagaEvent, SagaFact, SagaState } from '../../../extension/contracts/saga.ts';
import { makeLogger } from '../../../extension/observability/log/logger.ts';
import { logSagas } from '../../../extension/observability/log/sagaLog.ts';
import { w3cTraceId } from '../../../extension/observability/trace/ids.ts';
import { spanOfSagaNotice } from '../../../extension/observability/trace/sagaSpans.ts';

function recordOf(fact: SagaFact): LogRecord | undefined {
  const records: LogRecord[] = [];
  const logger = makeLogger({
    service: 's',
    level: 'debug',
    sinks: [(record) => records.push(record)],
    clock: () => 0,
    currentTrace: () => 'of something else',
  });
  const event: SagaEvent = { ...fact, sagaId: 's1', sequence: 1, time: 0, traceId: 't' };
  // The log reads the state's name alone.
  const state = { name: 'toy' } as SagaState;
  logSagas(logger)({ kind: 'event', sagaId: 's1', event, state });
  expect(records).toHaveLength(1);
  return records[0];
}

const error = { reason: 'strategy.threw', message: 'no', action: null, place: null };
const step = { step: 'a', generation: 1 };

test.each([
  [
    { type: 'saga.started', data: { name: 'toy', version: 1, steps: ['a'], gates: [], input: 'idea' } },
    'info',
  ],
  [{ type: 'saga.step-completed', data: { ...step, result: 'code', artefacts: [] } }, 'debug'],
  [{ type: 'saga.step-failed', data: { ...step, error, artefacts: [] } }, 'warn'],
  [{ type: 'saga.decided', data: { step: 'a', comment: 'mine', by: 'me', action: 'approve' } }, 'info'],
  [{ type: 'saga.completed', data: {} }, 'info'],
  [{ type: 'saga.failed', data: { step: 'a', error } }, 'error'],
] as const)(
  '%j is of the level %s, in the trace of its saga, without what people and agents wrote',
  (fact, level) => {
    const record = recordOf(fact as unknown as SagaFact);
    expect(record).toMatchObject({
      level,
      trace_id: w3cTraceId('t'),
      metadata: { saga: 's1', pipeline: 'toy' },
    });
    expect(JSON.stringify(record)).not.toMatch(/"(idea|code|mine|me)"/);
  },
);

test('what could not be undone is told apart from a step that failed', () => {
  const failed: SagaFact = { type: 'saga.step-failed', data: { ...step, error, artefacts: [] } };
  const notUndone: SagaFact = { type: 'saga.compensation-failed', data: { ...step, error } };
  expect(recordOf(failed)?.message).toBe('Step a failed.');
  expect(recordOf(notUndone)?.message).toBe('What step a did could not be undone.');
});

test('of what a strategy said the log has one short line without secrets, and of what the lab says all', () => {
  const hostile = `password=hunter2 \u001b[2J\n{"level":"info"} ${'x'.repeat(5000)}`;
  const place = { file: 'a.strategy.ts', line: 3 };
  const errors = {
    foreign: { reason: 'strategy.threw', message: hostile, action: 'Mend it.', place },
    own: { reason: 'data.missing', message: `No data: ${'y'.repeat(500)}.`, action: null, place: null },
  };
  const logged = (error: (typeof errors)[keyof typeof errors]) => {
    const fact = { type: 'saga.failed', data: { step: 'a', error } } as unknown as SagaFact;
    return recordOf(fact)?.metadata['error'] as typeof error;
  };
  const { message, ...rest } = logged(errors.foreign);
  expect(message).toMatch(
    /^strategy\.threw: password=\*\*\* \[2J \{"level":"info"\} x{10,}… \(5\d{3} characters, in the run\)$/,
  );
  expect(message.length).toBeLessThan(200);
  expect(rest).toEqual({ reason: 'strategy.threw', action: 'Mend it.', place });
  expect(logged(errors.own).message).toBe(errors.own.message);
});

test('a span of a step that failed tells as little of it', () => {
  const message = `token=abcdef ${'x'.repeat(900)}`;
  const error = { reason: 'strategy.threw', message, action: null, place: null };
  const event = {
    ...{ type: 'saga.failed', data: { step: 'a', error } },
    ...{ sagaId: 's1', sequence: 1, time: 0, traceId: 't' },
  } as SagaEvent;
  const state = { name: 'toy', phase: 'failed', startedTime: 0 } as SagaState;
  const span = spanOfSagaNotice({ kind: 'event', sagaId: 's1', event, state }, null);
  expect(span?.error).toMatch(/^strategy\.threw: token=\*\*\* x+… \(913 characters, in the run\)$/);
});

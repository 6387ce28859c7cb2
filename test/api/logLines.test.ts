import { expect, test } from 'vitest';
import { logLines } from '../../extension/api/work/logLines.ts';
import { type SagaFact, sagaFactSchema } from '../../extension/contracts/saga.ts';

const run = { step: 'code', generation: 1 };
const error = { reason: 'internal', message: 'The disk is full.', action: null, place: null };
const decided = { step: 'review', comment: 'not so', by: 'ann' };
const artefact = { name: 'a.strategy.ts', mediaType: 'text/typescript', hash: 'a'.repeat(64), bytes: 1 };

/** What is told of each fact. */
const told: readonly (readonly [fact: SagaFact, message: string])[] = [
  [
    {
      type: 'saga.started',
      data: { name: 'toy', version: 1, steps: ['code', 'review'], gates: [], input: {} },
    },
    'The task began: toy with the steps code, review.',
  ],
  [
    { type: 'saga.step-started', data: { ...run, attempt: 2, idempotencyKey: 'k' } },
    'code began, attempt 2.',
  ],
  [{ type: 'saga.step-completed', data: { ...run, result: null, artefacts: [] } }, 'code is done.'],
  [
    { type: 'saga.step-failed', data: { ...run, error, artefacts: [] } },
    'code failed, internal: The disk is full.',
  ],
  [
    { type: 'saga.step-retrying', data: { ...run, error, dueTime: 1_700_000_000_000, artefacts: [] } },
    'code failed and is tried again at 2023-11-14T22:13:20.000Z: The disk is full.',
  ],
  [{ type: 'saga.step-stopped', data: { ...run, artefacts: [] } }, 'code was stopped.'],
  [{ type: 'saga.artefact-kept', data: { ...run, artefact } }, 'code keeps a.strategy.ts as evidence.'],
  [
    { type: 'saga.child-started', data: { ...run, key: 'k', sagaId: 'b', name: 'toy' } },
    'code began the task b: toy.',
  ],
  [{ type: 'saga.children-awaited', data: { sagaIds: ['b', 'c'] } }, 'The task waits for b, c.'],
  [
    { type: 'saga.sandbox-alert', data: { ...run, alert: {} as never } },
    'A sandbox of code did what no honest strategy does.',
  ],
  [
    { type: 'saga.forensics', data: { report: { runtime: 'runsc' } as never } },
    'The strategy was run again under a trace by runsc.',
  ],
  [{ type: 'saga.gate-reached', data: { step: 'review' } }, 'The task waits at review for a decision.'],
  [{ type: 'saga.decided', data: { ...decided, action: 'approve' } }, 'approve at review, by ann: not so'],
  [{ type: 'saga.compensation-started', data: run }, 'code is being undone.'],
  [{ type: 'saga.compensation-completed', data: run }, 'code was undone.'],
  [{ type: 'saga.compensation-failed', data: { ...run, error } }, 'code was not undone: The disk is full.'],
  [{ type: 'saga.rolled-back', data: { to: 'code' } }, 'The task is back at code.'],
  [
    { type: 'saga.restarted', data: { from: 'code', input: {} } },
    'The task goes on from code with what was changed.',
  ],
  [{ type: 'saga.interrupted', data: {} }, 'The task was interrupted; it goes on where it stands.'],
  [{ type: 'saga.completed', data: {} }, 'The task has ended: it is completed.'],
  [{ type: 'saga.rejected', data: {} }, 'The task has ended: it is rejected.'],
  [
    { type: 'saga.cancel-requested', data: { comment: 'enough', by: 'eve', byParent: false } },
    'The task is to be cancelled, by eve: enough',
  ],
  [
    { type: 'saga.cancel-requested', data: { comment: null, by: null, byParent: true } },
    'The task is to be cancelled, by the task that began it',
  ],
  [{ type: 'saga.cancelled', data: {} }, 'The task has ended: it is cancelled.'],
  [{ type: 'saga.failed', data: { step: 'code', error } }, 'code failed, internal: The disk is full.'],
];

test('every fact of a run is told in words, with who decided and why', () => {
  const place = { sagaId: 'a', sequence: 1, time: 1, traceId: 't' };
  for (const [fact, message] of told) {
    expect(logLines([{ ...fact, ...place }]).map((line) => line.message)).toEqual([message]);
  }
  const types = sagaFactSchema.options.map(({ shape }) => shape.type.value);
  expect(new Set(told.map(([{ type }]) => type))).toEqual(new Set(types));
});

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { eventCatalogue } from '../../extension/contracts/events.ts';
import { untriedLimits } from '../../extension/contracts/isolation.ts';
import {
  type SagaEvent,
  type SagaFact,
  type SagaState,
  sagaFactSchema,
} from '../../extension/contracts/saga.ts';
import { applySagaEvent } from '../../extension/orchestrator/saga/reducer.ts';
import { domainEvents } from '../../extension/pipelines/domainEvents.ts';

const folder = new URL('../fixtures/histories/', import.meta.url);
const eventSchema = z
  .object({ sagaId: z.string(), sequence: z.number(), time: z.number(), traceId: z.string() })
  .and(sagaFactSchema);
const historiesOf = (file: string) =>
  z
    .array(z.array(eventSchema))
    .parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))) as SagaEvent[][];

/** What the facts of a history are besides, fact by fact. */
function told(events: readonly SagaEvent[]) {
  let state: SagaState | null = null;
  return events.flatMap((event) => {
    state = applySagaEvent(state, event);
    return domainEvents(event, state).map((domain) => ({ fact: event, domain }));
  });
}

test.each(readdirSync(folder))(
  'in %s every backtest that was done is told once, with its figures',
  (file) => {
    const histories = historiesOf(file);
    const done = (history: SagaEvent[]) =>
      history.filter(({ type, data }) => type === 'saga.step-completed' && data.step === 'backtest').length;
    for (const history of histories) {
      const completed = told(history).filter(({ domain }) => domain.type === 'backtest.completed');
      expect(completed).toHaveLength(done(history));
      for (const { domain } of completed) {
        expect(eventCatalogue[domain.type]?.schema.parse(domain.data)).toEqual(domain.data);
        expect(domain.data).toMatchObject({
          runId: history[0]?.sagaId,
          strategy: expect.stringMatching(/\.strategy\.(ts|py)$/),
          metrics: { sharpe: expect.anything() },
        });
      }
    }
    if (!file.startsWith('walk-forward')) expect(histories.some((history) => done(history) > 0)).toBe(true);
  },
);

const error = { reason: 'sandbox.crash' as const, message: 'It ended.', action: null, place: null };

/** A run of two facts, and what the second is besides. */
function after(name: string, step: string, fact: SagaFact) {
  const facts: SagaFact[] = [
    {
      type: 'saga.started',
      data: { name, version: 1, steps: [step], gates: [], input: { file: '/x/a.strategy.ts' } },
    },
    { type: 'saga.step-started', data: { step, generation: 1, attempt: 1, idempotencyKey: 'k' } },
    fact,
  ];
  const events = facts.map((one, index) => ({
    ...one,
    sagaId: 'run1',
    sequence: index + 1,
    time: index,
    traceId: 't',
  }));
  return told(events).map(({ domain }) => domain);
}

const failed = (step: string): SagaFact => ({
  type: 'saga.step-failed',
  data: { step, generation: 1, error, artefacts: [] },
});

test('a backtest that failed, and an agent that did, are told with their error; another step is not', () => {
  expect(after('backtest', 'backtest', failed('backtest'))).toMatchObject([
    { type: 'backtest.failed', data: { runId: 'run1', error } },
  ]);
  expect(after('generate', 'reason', failed('reason'))).toEqual([
    { type: 'agent.error', agentId: 'reasoning', data: { error, task: 'run1' } },
  ]);
  expect(after('generate', 'guard', failed('guard'))).toEqual([]);
  // There it reads a file, which is no agent's work.
  expect(after('backtest', 'code', failed('code'))).toEqual([]);
});

test('an attempt to break out is a critical alert for those who watch the risk', () => {
  const alert = {
    reason: 'sandbox.protocol' as const,
    message: 'It sent what is no answer.',
    bar: null,
    isolation: { level: 'preview' as const, backend: 'quickjs', limits: untriedLimits },
    exit: { code: 0, signal: null, memoryExceeded: false, killedBy: null },
    receivedBytes: 1,
    stderrBytes: 0,
  };
  expect(
    after('backtest', 'backtest', {
      type: 'saga.sandbox-alert',
      data: { step: 'backtest', generation: 1, alert },
    }),
  ).toMatchObject([{ type: 'risk.alert', data: { rule: 'sandbox.protocol', severity: 'critical' } }]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type SagaFact, sagaFactSchema, sagaStateSchema } from '../../../extension/contracts/saga.ts';
import { foldSaga } from '../../../extension/orchestrator/saga/reducer.ts';
import { viewSaga } from '../../../extension/orchestrator/saga/view.ts';
import { histories, historyByChance, toySteps } from './histories.ts';

test('every prefix of a history folds to a state that its schema and JSON carry unchanged', () => {
  fc.assert(
    fc.property(histories, (events) => {
      for (let length = 1; length <= events.length; length += 1) {
        const prefix = events.slice(0, length);
        const state = foldSaga(prefix);
        expect(sagaStateSchema.parse(JSON.parse(JSON.stringify(state)))).toEqual(state);
        expect(state.sequence).toBe(length);
        for (const { type, data } of prefix)
          expect(sagaFactSchema.parse({ type, data })).toEqual({ type, data });
      }
    }),
    { numRuns: 40 },
  );
});

test('whatever happens, results stand before a gap never after one, at most one step runs, and waiting is at a result', () => {
  fc.assert(
    fc.property(histories, (events) => {
      for (let length = 1; length <= events.length; length += 1) {
        const state = foldSaga(events.slice(0, length));
        const current = state.steps
          .map(({ runs }) => runs.at(-1))
          .map((run) => (run?.status === 'superseded' ? undefined : run));
        const done = current.findIndex((run) => run?.status !== 'done');
        const rest = done === -1 ? [] : current.slice(done + 1);
        expect(rest.every((run) => run === undefined)).toBe(true);
        expect(state.phase === 'waiting').toBe(state.waitingFor !== null);
        if (state.waitingFor !== null)
          expect(current[toySteps.indexOf(state.waitingFor)]?.gate).toBe('waiting');
        if (state.phase === 'completed') expect(done).toBe(-1);
      }
    }),
    { numRuns: 200 },
  );
});

test('a saga that ended rejected or failed has tried to undo every step that can be, each after all later ones', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const state = foldSaga(events);
      if (state.phase !== 'rejected' && state.phase !== 'failed') return;
      const current = state.steps.flatMap(({ name, runs }) => runs.slice(-1).map((run) => ({ name, run })));
      const undoable = current.filter(({ name, run }) => name !== 'c' && run.status !== 'superseded');
      const order = undoable.map(({ run }) => run.compensation?.sequence ?? 0);
      expect(order).not.toContain(0);
      expect(order).toEqual(order.toSorted((a, b) => b - a));
      expect(viewSaga(state, false).actions).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a history with an event missing or out of place does not fold', () => {
  fc.assert(
    fc.property(histories, fc.nat(), (events, random) => {
      fc.pre(events.length > 2);
      const index = random % (events.length - 1);
      expect(() => foldSaga(events.toSpliced(index, 1))).toThrow(
        expect.objectContaining({ reason: 'journal.corrupt' }),
      );
      const doubled = events.toSpliced(index, 0, ...events.slice(index, index + 1));
      expect(() => foldSaga(doubled)).toThrow(expect.objectContaining({ reason: 'journal.corrupt' }));
    }),
    { numRuns: 100 },
  );
});

test('an event that contradicts the state is refused even with the right number', () => {
  const events = historyByChance([], [0, 0]);
  const next = (fact: SagaFact) =>
    foldSaga([
      ...events,
      { ...fact, sagaId: 'one', sequence: events.length + 1, time: 2000, traceId: 'trace' },
    ]);
  const place = { step: 'a', generation: 1 };
  const refused: SagaFact[] = [
    { type: 'saga.step-started', data: { ...place, attempt: 2, idempotencyKey: 'key' } },
    { type: 'saga.step-started', data: { step: 'c', generation: 2, attempt: 1, idempotencyKey: 'key' } },
    { type: 'saga.step-completed', data: { ...place, result: 'twice', artefacts: [] } },
    { type: 'saga.step-completed', data: { step: 'd', generation: 1, result: 1, artefacts: [] } },
    { type: 'saga.step-completed', data: { step: 'x', generation: 1, result: 1, artefacts: [] } },
    { type: 'saga.compensation-completed', data: place },
    { type: 'saga.gate-reached', data: { step: 'd' } },
    { type: 'saga.decided', data: { step: 'a', action: 'approve', comment: null, by: null } },
  ];
  for (const fact of refused) expect(() => next(fact), JSON.stringify(fact)).toThrow();
  expect(
    next({ type: 'saga.step-started', data: { step: 'c', generation: 1, attempt: 1, idempotencyKey: 'k' } })
      .sequence,
  ).toBe(6);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type SagaEvent,
  type SagaFact,
  type SagaState,
  sagaFactSchema,
  sagaStateSchema,
} from '../../../extension/contracts/saga.ts';
import { isEnded, nextMove } from '../../../extension/orchestrator/saga/moves.ts';
import { applySagaEvent, foldSaga } from '../../../extension/orchestrator/saga/reducer.ts';
import { viewSaga } from '../../../extension/orchestrator/saga/view.ts';
import { emptyToy, toyDefinition } from './toy.ts';

const definition = toyDefinition(emptyToy());
const names = definition.steps.map(({ name }) => name);
const error = { reason: 'internal', message: 'broken', action: null, place: null };

/** What chance does with a saga, one number a choice. */
const choices = fc.array(fc.nat(99), { maxLength: 120 });
const gates = fc.subarray(names);

/** A history that follows the rules: the moves as they come, with outcomes, crashes and decisions by chance. */
function history(atGates: readonly string[], chances: readonly number[]): SagaEvent[] {
  const events: SagaEvent[] = [];
  let state: SagaState | null = null;
  const write = (fact: SagaFact) => {
    const sequence = events.length + 1;
    const event = deepFreeze({ ...fact, sagaId: 'one', sequence, time: 1000 + sequence, traceId: 'trace' });
    state = deepFreeze(applySagaEvent(state, event));
    events.push(event);
    return state;
  };
  const data = { name: 'toy', version: 1, steps: names, gates: [...atGates], input: { text: '' } };
  let now = write({ type: 'saga.started', data });
  for (const chance of chances) {
    if (isEnded(now)) break;
    const step = now.waitingFor;
    if (step !== null) {
      now = write({
        type: 'saga.decided',
        data: { step, comment: null, by: null, ...decision(step, chance) },
      });
      continue;
    }
    const move = nextMove(now, definition);
    if (move === null) throw new Error('a saga that does not wait has a move');
    if (move.kind === 'record') {
      now = write(move.fact);
    } else if (move.kind === 'run') {
      const place = { step: move.step, generation: move.generation };
      now = write({
        type: 'saga.step-started',
        data: { ...place, attempt: move.attempt, idempotencyKey: 'key' },
      });
      if (chance < 70)
        now = write({ type: 'saga.step-completed', data: { ...place, result: chance, artefacts: [] } });
      else if (chance < 75)
        now = write({ type: 'saga.step-failed', data: { ...place, error, artefacts: [] } });
      else if (chance < 85) now = write({ type: 'saga.interrupted', data: {} });
    } else {
      const place = { step: move.step, generation: move.run.generation };
      now = write({ type: 'saga.compensation-started', data: place });
      if (chance < 70) now = write({ type: 'saga.compensation-completed', data: place });
      else if (chance < 85) now = write({ type: 'saga.compensation-failed', data: { ...place, error } });
    }
  }
  return events;
}

function decision(step: string, chance: number) {
  const earlier = names.slice(0, names.indexOf(step));
  const target = earlier[chance % 7];
  if (chance < 60 || target === undefined) return { action: 'approve' as const };
  if (chance < 75) return { action: 'rollback' as const, to: target };
  if (chance < 90)
    return { action: 'fix' as const, patch: null, restartAt: target, input: { text: `${chance}` } };
  return { action: 'reject' as const };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

const histories = fc.tuple(gates, choices).map(([atGates, chances]) => history(atGates, chances));

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
        if (state.waitingFor !== null) expect(current[names.indexOf(state.waitingFor)]?.gate).toBe('waiting');
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
  const events = history([], [0, 0]);
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

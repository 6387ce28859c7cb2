import fc from 'fast-check';
import type { SagaEvent, SagaFact, SagaState } from '../../../extension/contracts/saga.ts';
import { isEnded, nextMoves } from '../../../extension/orchestrator/saga/moves.ts';
import { applySagaEvent } from '../../../extension/orchestrator/saga/reducer.ts';
import { emptyToy, toyDefinition } from './toy.ts';

const definition = toyDefinition(emptyToy());
export const toySteps = definition.steps.map(({ name }) => name);
const error = { reason: 'internal', message: 'broken', action: null, place: null };

/** What chance does with a saga, one number a choice. */
const choices = fc.array(fc.nat(99), { maxLength: 120 });
const gates = fc.subarray(toySteps);

/** A history that follows the rules: the moves as they come, with outcomes, crashes and decisions by chance. */
export function historyByChance(atGates: readonly string[], chances: readonly number[]): SagaEvent[] {
  const events: SagaEvent[] = [];
  let state: SagaState | null = null;
  const write = (fact: SagaFact) => {
    const sequence = events.length + 1;
    const event = deepFreeze({ ...fact, sagaId: 'one', sequence, time: 1000 + sequence, traceId: 'trace' });
    state = deepFreeze(applySagaEvent(state, event));
    events.push(event);
    return state;
  };
  const data = { name: 'toy', version: 1, steps: toySteps, gates: [...atGates], input: { text: '' } };
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
    const [move] = nextMoves(now, definition);
    if (move === undefined) throw new Error('a saga that does not wait has a move');
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
  const earlier = toySteps.slice(0, toySteps.indexOf(step));
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

/** Events of a saga of the toy pipeline. */
export const histories = fc
  .tuple(gates, choices)
  .map(([atGates, chances]) => historyByChance(atGates, chances));

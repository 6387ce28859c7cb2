import { createHash } from 'node:crypto';
import { LabError } from '../../contracts/errors.ts';
import type { SagaFact, SagaView, StepRun } from '../../contracts/saga.ts';
import type { ParentPlace } from '../../contracts/sagaPlaces.ts';
import type { ChildOutcome, ChildRequest } from './definition.ts';
import { currentRun, type RunPlace } from './runs.ts';
import type { SagaLog } from './sagaLog.ts';

/** Unwinds a step that waits for a saga which it has started. */
export class ChildWaits extends Error {
  override readonly message = 'It waits for a run that it has started.';
}

/** The step that asks, and how it is told that it must wait. */
export interface Asker extends RunPlace {
  readonly log: SagaLog;
  readonly signal: AbortSignal;
  readonly write: (fact: SagaFact) => Promise<void>;
  /** Takes the ids of sagas that it must wait for. */
  readonly parked: Set<string>;
}

export interface ChildRuns {
  run(request: ChildRequest, asker: Asker): Promise<ChildOutcome>;
  /** Undoes a saga that a step has started, wherever it stands, and resolves once that has ended. */
  undo(sagaId: string, signal: AbortSignal): Promise<void>;
}

/** What sagas that start others need of the engine. */
export interface ChildEngine {
  /** Writes the saga down unless it is there. */
  create(id: string, request: ChildRequest, parent: ParentPlace, traceId: string): Promise<void>;
  /** Runs it to its rest. Throws `conflict` while another process does. */
  run(id: string, signal: AbortSignal): Promise<SagaView>;
  results(id: string): Promise<Record<string, unknown>>;
  view(id: string): Promise<SagaView>;
  /** Asks for its end, and for its undoing where it is complete. */
  cancelForParent(id: string): Promise<void>;
  /** Resolves after a moment. */
  pause(signal: AbortSignal): Promise<void>;
}

const endStates = ['completed', 'rejected', 'failed', 'cancelled'];

export function childRuns(engine: ChildEngine): ChildRuns {
  return {
    async run(request, { log, step, generation, signal, write, parked }) {
      const { key, name } = request;
      const known = currentRun(log.state, step)?.children.find((child) => child.key === key);
      const parent = { sagaId: log.id, step, generation, key };
      const id = known?.sagaId ?? childId(parent);
      if (known === undefined) {
        await write({ type: 'saga.child-started', data: { step, generation, key, sagaId: id, name } });
      }
      signal.throwIfAborted();
      await engine.create(id, request, parent, log.state.traceId);
      const view = await runOrLeave(engine, id, signal);
      if (view.state === 'completed') return { sagaId: id, results: await engine.results(id) };
      signal.throwIfAborted();
      if (endStates.includes(view.state)) throw ended(view);
      parked.add(id);
      throw new ChildWaits();
    },
    async undo(id, signal) {
      const exists = await engine.view(id).catch((error) => {
        if (LabError.is(error, 'not-found')) return null;
        throw error;
      });
      // The process died between the intent and the saga.
      if (exists === null) return;
      await engine.cancelForParent(id);
      for (;;) {
        const { state, notUndone } = await runOrLeave(engine, id, signal);
        signal.throwIfAborted();
        if (!endStates.includes(state)) {
          await engine.pause(signal);
          continue;
        }
        if (notUndone.length === 0) return;
        const what = notUndone.map(({ step, error }) => `${step}: ${error.message}`).join('; ');
        throw new LabError('saga.child', `Run ${id} could not be undone as a whole: ${what}`, {
          action: `See run ${id} for what still stands, and remove it by hand.`,
        });
      }
    },
  };
}

/** Undoes the sagas that a step has started, the last first; all are tried. Gives the errors. */
export async function undoChildren(
  children: StepRun['children'],
  { undo }: ChildRuns,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  for (const { sagaId } of children.toReversed()) {
    await undo(sagaId, signal).catch((error) => errors.push(error));
    signal.throwIfAborted();
  }
  return errors;
}

/** Runs it; where another process does, where it stands. */
async function runOrLeave(engine: ChildEngine, id: string, signal: AbortSignal): Promise<SagaView> {
  try {
    return await engine.run(id, signal);
  } catch (error) {
    if (!LabError.is(error, 'conflict')) throw error;
    return engine.view(id);
  }
}

const idLength = 16;

/** Always the same for the same place, so that a step which is run again finds what it has started. */
function childId({ sagaId, step, generation, key }: ParentPlace): string {
  const place = JSON.stringify([sagaId, step, generation, key]);
  return createHash('sha256').update(place).digest('hex').slice(0, idLength);
}

function ended({ id, name, state, error }: SagaView): LabError {
  const why = error === null ? '' : ` ${error.message}`;
  return new LabError('saga.child', `Run ${id} (${name}), which this run needs, ended ${state}.${why}`, {
    action: `See run ${id} for the reason.`,
  });
}

import { isDeepStrictEqual } from 'node:util';
import { LabError } from '../../contracts/errors.ts';
import type { Proposal } from '../../contracts/search.ts';
import {
  type BatchAnswer,
  type BatchOutcome,
  type BatchTask,
  batchAnswerSchema,
  batchOutcomeSchema,
} from '../../contracts/searchBatch.ts';
import type { TaskQueue, TaskRecord } from '../../contracts/tasks.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import { sha256 } from '../backtestResult.ts';
import type { BatchRunner, BatchWatch, BatchWork, SearchBasis } from './batch.ts';
import { type Abilities, batchTaskType } from './batchTasks.ts';
import { getJson, type SharedArtefacts, shareSearch } from './sharedSearch.ts';

export interface BatchQueue {
  readonly queue: Pick<TaskQueue, 'enqueue' | 'get' | 'cancel'>;
  readonly artefacts: SharedArtefacts;
  /** What this machine can do: others are asked for the same numbers. */
  readonly abilities: Abilities;
}

export interface SharedBatchesOptions {
  /** Joins those who work on the queue. Asked before each batch. */
  readonly join: (signal: AbortSignal) => Promise<BatchQueue>;
  /** Runs what the queue did not bring to an end. */
  readonly local: BatchRunner;
  /** Whose turn it is among all who share the queue. */
  readonly tenant: string;
  /** UTC milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Hears in a sentence why a batch is run here. */
  readonly warn: (message: string) => void;
}

/** Batches that are in the queue together: enough for a good many machines. */
const mostAtOnce = 32;
const lookMilliseconds = 100;
/** How long batches are run here after a fault of the queue, before it is tried again. */
const restMilliseconds = 60_000;
/** How often a batch is enqueued anew that was cancelled or has failed before. */
const mostRounds = 10;

/**
 * Runs batches as tasks of a queue that other machines work on too. A batch that was under way when this process
 * died is found again, and not run twice. What the queue cannot bring to an end runs here.
 */
export function sharedBatches(options: SharedBatchesOptions): BatchRunner {
  const { join, local, tenant, clock, sleep, warn } = options;
  const shared = new WeakMap<SearchBasis, Promise<string>>();
  let restsUntil = 0;

  const share = (artefacts: SharedArtefacts, basis: SearchBasis): Promise<string> => {
    const known = shared.get(basis) ?? shareSearch(artefacts, basis);
    shared.set(basis, known);
    known.catch(() => shared.delete(basis));
    return known;
  };

  const enqueue = async (
    { queue, artefacts }: BatchQueue,
    engine: string,
    { basis, batch, key }: BatchWork,
  ): Promise<string> => {
    const payload: BatchTask = { search: await share(artefacts, basis), batch: [...batch] };
    const type = batchTaskType(engine, basis.minimumLevel);
    const name = sha256(canonicalJson({ key, type, payload })).slice(0, 40);
    for (let round = 1; round <= mostRounds; round++) {
      const id = `${name}.${round}`;
      const [enqueued] = await queue.enqueue([{ id, type, payload, tenant }]);
      if (enqueued?.isNew === true) return id;
      const state = (await queue.get(id))?.state;
      if (state !== 'cancelled' && state !== 'dead') return id;
    }
    throw new LabError('task.state', 'The batch has failed too often in the queue.');
  };

  const ended = async (queue: BatchQueue['queue'], id: string, signal: AbortSignal): Promise<TaskRecord> => {
    for (;;) {
      signal.throwIfAborted();
      const task = await queue.get(id);
      if (task === null) throw new LabError('not-found', 'The queue has lost the task.');
      if (task.state === 'done' || task.state === 'dead' || task.state === 'cancelled') return task;
      await sleep(lookMilliseconds, signal);
    }
  };

  /** Null where the queue did not bring it to an end. */
  const runThere = async (work: BatchWork, { signal }: BatchWatch): Promise<Ran | null> => {
    const joined = await join(signal);
    const { queue, artefacts, abilities } = joined;
    const engine = abilities.get(work.basis.source.language)?.engine;
    if (engine === undefined) return null;
    const id = await enqueue(joined, engine, work);
    try {
      const task = await ended(queue, id, signal);
      if (task.state !== 'done') {
        warn(`A batch of a search runs here: in the queue it was ${task.error ?? task.state}`);
        return null;
      }
      const answer = batchAnswerSchema.parse(task.result);
      if (answer.kind === 'failed') return answer;
      const outcome = await getJson(artefacts, answer.outcome, batchOutcomeSchema);
      if (!isOutcomeOf(outcome, work.batch)) {
        throw new LabError('task.state', 'The answer is about other parameter sets.');
      }
      return { kind: 'ran', outcome };
    } catch (error) {
      if (signal.aborted) await queue.cancel(id).catch(() => false);
      throw error;
    }
  };

  return {
    atOnce: () => mostAtOnce,
    async run(work, watch) {
      const { signal } = watch;
      let ran: Ran | null = null;
      if (clock() >= restsUntil) {
        try {
          ran = await runThere(work, watch);
        } catch (error) {
          if (signal.aborted) {
            throw new LabError('cancelled', 'The search was stopped.', { cause: signal.reason });
          }
          restsUntil = clock() + restMilliseconds;
          warn(`Batches of a search run here alone: ${messageOf(error)}`);
        }
      }
      if (ran === null) return local.run(work, watch);
      watch.progress(1);
      if (ran.kind === 'ran') return ran.outcome;
      for (const alert of ran.alerts) await watch.alert(alert);
      throw errorOf(ran);
    },
  };
}

type Failed = Extract<BatchAnswer, { kind: 'failed' }>;
type Ran = { readonly kind: 'ran'; readonly outcome: BatchOutcome } | Failed;

function isOutcomeOf({ trials, tried }: BatchOutcome, batch: readonly Proposal[]): boolean {
  return (
    trials.length === batch.length &&
    tried.length === batch.length &&
    batch.every((proposal, set) =>
      isDeepStrictEqual({ ...trials[set]?.trial, ...proposal }, trials[set]?.trial),
    )
  );
}

function errorOf({ reason, message, action, place }: Failed): LabError {
  const { line, column, bar, time } = place ?? {};
  return new LabError(reason, message, {
    ...(action !== undefined && { action }),
    ...(place !== undefined && {
      place: {
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
        ...(bar !== undefined && { bar }),
        ...(time !== undefined && { time }),
      },
    }),
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

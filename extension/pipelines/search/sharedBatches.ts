import { isDeepStrictEqual } from 'node:util';
import { cleanText } from '../../../sandbox/failures.ts';
import { courseOf } from '../../backtest/metrics/course.ts';
import { LabError } from '../../contracts/errors.ts';
import { type IsolationLevel, isAtLeast } from '../../contracts/isolation.ts';
import {
  type BatchAnswer,
  type BatchOutcome,
  type BatchTask,
  batchAnswerSchema,
  batchOutcomeSchema,
} from '../../contracts/searchBatch.ts';
import type { TaskQueue, TaskRecord } from '../../contracts/tasks.ts';
import { enteredBefore, rowStartsOf } from '../../evaluation/validation/rows.ts';
import { marketsOf } from '../../market/runCandles.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import { sha256 } from '../backtestResult.ts';
import {
  type BatchRunner,
  type BatchWork,
  barsOfBatch,
  type LocalBatches,
  type SearchBasis,
} from './batch.ts';
import { type Abilities, batchTaskType } from './batchTasks.ts';
import { getJson, type SharedArtefacts, shareSearch } from './sharedSearch.ts';

export interface BatchQueue {
  readonly queue: Pick<TaskQueue, 'enqueue' | 'get' | 'cancel'>;
  readonly artefacts: SharedArtefacts;
  /** What this machine can do: others are asked for the same numbers. */
  readonly abilities: Abilities;
  /** Whether this process takes tasks of the queue; if not, its own come home where nobody takes them. */
  readonly isWorkedHere: boolean;
}

export interface SharedBatchesOptions {
  /** Joins those who work on the queue. Asked before each batch. */
  readonly join: () => Promise<BatchQueue>;
  /** Runs what the queue does not bring to an end. */
  readonly local: LocalBatches;
  /** Whose turn it is among all who share the queue. */
  readonly tenant: string;
  /** UTC milliseconds. */
  readonly clock: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Hears in a sentence why batches are run here. */
  readonly warn: (message: string) => void;
}

/** The level from which on a machine takes what others ask for without being told to. */
export const hostLevel: IsolationLevel = 'container';

/** Batches that are in the queue together: enough for a good many machines. */
const mostAtOnce = 32;
const lookMilliseconds = 100;
/** How long batches are run here after a fault of the queue, before it is tried again. */
const restMilliseconds = 60_000;
/** How long a batch waits for a worker before it comes home, where there is a place for it. */
const patienceMilliseconds = 3_000;
/** A batch that takes longer is taken home: its worker lives and does not get on. */
const longestMilliseconds = 3_600_000;
/** A batch that nobody has begun by then is not begun any more; the artefacts are there until then. */
const deadlineMilliseconds = 24 * 3_600_000;
/** How old what is shared may be; artefacts go after a day. */
const freshMilliseconds = 6 * 3_600_000;
/** How often a batch is enqueued anew that was cancelled or has failed before. */
const mostRounds = 100;

/**
 * Runs batches as tasks of a queue that other machines work on too. A batch that was under way when this process
 * died is found again, and not run twice. What the queue cannot bring to an end runs here.
 */
export function sharedBatches(options: SharedBatchesOptions): BatchRunner {
  const { join, local, tenant, clock, sleep, warn } = options;
  const shared = new WeakMap<SearchBasis, { readonly time: number; readonly hash: Promise<string> }>();
  let restsUntil = 0;

  const share = (artefacts: SharedArtefacts, basis: SearchBasis): Promise<string> => {
    const known = shared.get(basis);
    if (known !== undefined && clock() - known.time < freshMilliseconds) return known.hash;
    const hash = shareSearch(artefacts, basis);
    shared.set(basis, { time: clock(), hash });
    hash.catch(() => shared.delete(basis));
    return hash;
  };

  const enqueue = async (
    { queue, artefacts }: BatchQueue,
    type: string,
    { basis, batch, key }: BatchWork,
  ): Promise<string> => {
    const payload: BatchTask = { search: await share(artefacts, basis), batch: [...batch] };
    const name = sha256(canonicalJson({ key, type, payload })).slice(0, 40);
    const deadline = clock() + deadlineMilliseconds;
    for (let round = 1; round <= mostRounds; round++) {
      const id = `${name}.${round}`;
      const [enqueued] = await queue.enqueue([{ id, type, payload, tenant, deadline }]);
      if (enqueued?.isNew === true) return id;
      const state = (await queue.get(id))?.state;
      if (state !== 'cancelled' && state !== 'dead') return id;
    }
    throw new LabError('task.state', 'The batch has failed too often in the queue.');
  };

  /** Null where it shall come home. */
  const ended = async (
    { queue, isWorkedHere }: BatchQueue,
    id: string,
    { basis }: BatchWork,
    signal: AbortSignal,
  ): Promise<TaskRecord | null> => {
    const start = clock();
    for (;;) {
      signal.throwIfAborted();
      const task = await queue.get(id);
      if (task === null) throw new LabError('not-found', 'The queue has lost the task.');
      const { state } = task;
      if (state === 'done' || state === 'dead' || state === 'cancelled') return task;
      const since = clock() - start;
      const isLeft = state === 'waiting' && !isWorkedHere && since > patienceMilliseconds;
      if ((isLeft && local.hasPlace(basis.candles)) || since > longestMilliseconds) {
        await queue.cancel(id);
        return null;
      }
      await sleep(lookMilliseconds, signal);
    }
  };

  /** Null where the queue does not bring it to an end. */
  const runThere = async (work: BatchWork, signal: AbortSignal): Promise<Ran | null> => {
    const { basis } = work;
    const joined = await join();
    const ability = joined.abilities.get(basis.source.language);
    if (ability === undefined || !isAtLeast(ability.level, basis.minimumLevel)) return null;
    // Where the sandboxes here would be better than asked for, those elsewhere shall be too.
    const isLifted = isAtLeast(ability.level, hostLevel) && !isAtLeast(basis.minimumLevel, hostLevel);
    const level = isLifted ? hostLevel : basis.minimumLevel;
    const wanted = isLifted ? { ...work, basis: lifted(basis) } : work;
    const id = await enqueue(joined, batchTaskType(ability.engine, level), wanted);
    try {
      const task = await ended(joined, id, work, signal);
      if (task === null) return null;
      if (task.state !== 'done') {
        warn(`A batch of a search runs here: in the queue it was ${cleanText(task.error ?? task.state)}`);
        return null;
      }
      const answer = batchAnswerSchema.parse(task.result);
      if (answer.kind === 'failed') return answer;
      const outcome = await getJson(joined.artefacts, answer.outcome, batchOutcomeSchema);
      if (!isOutcomeOf(outcome, work)) {
        throw new LabError('task.state', 'The answer is about other parameter sets or bars.');
      }
      return { kind: 'ran', outcome };
    } catch (error) {
      // Nobody waits for it: the server may be what is gone.
      if (signal.aborted) joined.queue.cancel(id).catch(() => false);
      throw error;
    }
  };

  const lifts = new WeakMap<SearchBasis, SearchBasis>();
  const lifted = (basis: SearchBasis): SearchBasis => {
    const known = lifts.get(basis) ?? { ...basis, minimumLevel: hostLevel };
    lifts.set(basis, known);
    return known;
  };

  return {
    atOnce: (candles) => (clock() < restsUntil ? local.atOnce(candles) : mostAtOnce),
    async run(work, watch) {
      const { signal } = watch;
      let ran: Ran | null = null;
      if (clock() >= restsUntil) {
        try {
          ran = await unlessAborted(signal, runThere(work, signal));
        } catch (error) {
          if (signal.aborted) {
            throw new LabError('cancelled', 'The search was stopped.', { cause: signal.reason });
          }
          if (clock() >= restsUntil) warn(`Batches of a search run here alone: ${messageOf(error)}`);
          restsUntil = clock() + restMilliseconds;
        }
      }
      if (ran === null) return local.run(work, watch);
      watch.progress(1);
      if (ran.kind === 'ran') return ran.outcome;
      throw errorOf(ran);
    },
  };
}

type Failed = Extract<BatchAnswer, { kind: 'failed' }>;
type Ran = { readonly kind: 'ran'; readonly outcome: BatchOutcome } | Failed;

/** What `work` comes to, or the signal's reason: a server may not answer for long. */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => undefined);
  }
}

/** Whether an answer is about what was asked for: each set once, on these bars. */
function isOutcomeOf({ trials, tried }: BatchOutcome, { basis, batch }: BatchWork): boolean {
  const candles = barsOfBatch(basis.candles, batch);
  const rows = rowStartsOf(courseOf(marketsOf(candles)).time, candles.timeframe).length - 1;
  const entered = enteredBefore([], rows).length;
  return (
    trials.length === batch.length &&
    tried.length === batch.length &&
    batch.every((proposal, set) => {
      const searched = trials[set];
      const params = tried[set]?.params;
      return (
        isDeepStrictEqual({ ...searched?.trial, ...proposal }, searched?.trial) &&
        isDeepStrictEqual({ ...params, ...proposal.params }, params) &&
        searched?.returns.length === rows &&
        searched.entered.length === entered &&
        searched.spans.every(({ from, to }) => from < to && to <= rows) &&
        (searched.split === null) === (basis.splitBar === null)
      );
    })
  );
}

function errorOf({ reason, message, action, place }: Failed): LabError {
  const { line, column, bar, time } = place ?? {};
  return new LabError(reason, cleanText(message, longestText), {
    ...(action !== undefined && { action: cleanText(action, longestText) }),
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

const longestText = 2000;

function messageOf(error: unknown): string {
  return cleanText(error instanceof Error ? error.message : String(error));
}

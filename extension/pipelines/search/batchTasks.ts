import * as z from 'zod';
import { cleanText } from '../../../sandbox/failures.ts';
import { LabError } from '../../contracts/errors.ts';
import { type IsolationLevel, isAtLeast, isolationLevels } from '../../contracts/isolation.ts';
import { type BatchAnswer, batchTaskSchema, strategyFaults } from '../../contracts/searchBatch.ts';
import type { StrategyLanguage } from '../../contracts/strategyLanguage.ts';
import type { RunningTask, TaskHandler } from '../../orchestrator/workers/task.ts';
import type { BatchRunner, SearchBasis } from './batch.ts';
import { fetchSearch, putJson, type SharedArtefacts } from './sharedSearch.ts';

/** What the sandboxes of a machine can do with strategies in one language. */
export interface Ability {
  /** The strongest level that they reach. */
  readonly level: IsolationLevel;
  /** Names all that numbers hang on: the build of the lab and the runtime in the sandbox. */
  readonly engine: string;
}

export type Abilities = ReadonlyMap<StrategyLanguage, Ability>;

/**
 * The type of the tasks that hold batches: by it nobody takes a task whose numbers would come out otherwise, or for
 * which their sandboxes are too weak.
 */
export function batchTaskType(engine: string, level: IsolationLevel): string {
  return `search-batch/${engine}/${level}`;
}

export interface BatchHandlerOptions {
  /** Names what numbers hang on, as `Ability.engine`. */
  readonly engineOf: (language: StrategyLanguage, runtime: string) => string;
  readonly artefacts: SharedArtefacts;
  readonly local: BatchRunner;
  readonly abilities: Abilities;
  /** Nothing is run below it. */
  readonly floor: IsolationLevel;
}

/** Searches of which candles are at hand: those of a few runs at one time. */
const keptSearches = 4;

/** The work on batches of searches, whoever makes them, as far as the sandboxes of this machine go. */
export function batchHandlers(options: BatchHandlerOptions): TaskHandler[] {
  const { artefacts, local, abilities, floor, engineOf } = options;
  const searches = new Map<string, Promise<SearchBasis>>();
  const searchOf = (hash: string): Promise<SearchBasis> => {
    const known = searches.get(hash) ?? fetchSearch(artefacts, hash);
    // The one that was asked for last stands last.
    searches.delete(hash);
    searches.set(hash, known);
    known.catch(() => searches.delete(hash));
    const [oldest] = searches.keys();
    if (searches.size > keptSearches && oldest !== undefined) searches.delete(oldest);
    return known;
  };
  const run = async (task: RunningTask, engine: string): Promise<BatchAnswer> => {
    const { search, batch } = batchTaskSchema.parse(task.payload);
    const basis = await searchOf(search);
    const minimumLevel = isAtLeast(basis.minimumLevel, floor) ? basis.minimumLevel : floor;
    try {
      const outcome = await local.run(
        { basis: { ...basis, minimumLevel }, batch, key: task.id },
        {
          signal: task.signal,
          // Whoever asked runs it by itself then, and is told.
          alert: async () => undefined,
          progress: () => undefined,
        },
      );
      // A sandbox of another kind may have been taken since it was found out what those here can do.
      if (engineOf(basis.source.language, outcome.runtime) !== engine) {
        throw new LabError('sandbox.unavailable', 'The sandboxes here are others than when the work began.');
      }
      return { kind: 'ran', outcome: await putJson(artefacts, outcome) };
    } catch (error) {
      const answer = faultOf(error);
      if (answer === null || task.signal.aborted) throw error;
      return answer;
    }
  };
  return [...abilities.values()].flatMap(({ engine, level: best }) =>
    isolationLevels
      .filter((level) => level !== 'none' && isAtLeast(best, level))
      .map(
        (level): TaskHandler => ({
          type: batchTaskType(engine, level),
          async run(task) {
            const answer = await run(task, engine);
            return { kind: 'done', result: answer, hasFailed: answer.kind === 'failed' };
          },
          isFinal,
        }),
      ),
  );
}

const longestText = 2000;

/** What to answer where the strategy itself failed: it would anywhere. Null where the machine may be to blame. */
function faultOf(error: unknown): BatchAnswer | null {
  if (!LabError.is(error)) return null;
  const reason = strategyFaults.find((fault) => fault === error.reason);
  if (reason === undefined) return null;
  const { message, action, place } = error;
  // Its file is the one of whoever asked.
  const { file: _, ...rest } = place ?? {};
  return {
    kind: 'failed',
    reason,
    message: cleanText(message, longestText),
    ...(action !== undefined && { action: cleanText(action, longestText) }),
    ...(place !== undefined && { place: rest }),
  };
}

/** Whether another machine would do no better: whoever asked runs it by itself then. */
function isFinal(error: unknown): boolean {
  if (error instanceof z.ZodError) return true;
  if (!LabError.is(error)) return false;
  const { reason } = error;
  const isOfSandbox = reason.startsWith('sandbox.');
  return (
    reason === 'not-found' || (isOfSandbox && reason !== 'sandbox.unavailable' && reason !== 'sandbox.level')
  );
}

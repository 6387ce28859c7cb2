import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ReturnsMatrix } from '../../evaluation/validation/selection.ts';
import { type Answer, answerSchema, type Job } from './jobs.ts';
import { shareMatrix } from './matrix.ts';

/** More are of no use: each reads all of the matrix through one memory. */
const mostWorkers = 8;

export interface ComputeOptions {
  /** The worker's entry: `computeWorker.js` of the build, or `computeWorker.ts` itself. */
  readonly workerUrl: URL;
  /** Threads; as many as the machine runs at once, and 8 at most, where it is left out. */
  readonly workers?: number;
}

/**
 * Does jobs over a matrix of returns in threads of their own, so that the caller's stays free. Answers in
 * the order of the jobs, equal for any number of workers.
 * @throws the reason of `signal` once it is aborted; what a worker failed with
 */
export type Compute = (
  matrix: ReturnsMatrix,
  jobs: readonly Job[],
  signal: AbortSignal,
  onDone?: (done: number) => void,
) => Promise<Answer[]>;

export function makeCompute({ workerUrl, workers = availableParallelism() }: ComputeOptions): Compute {
  return async (matrix, jobs, signal, onDone) => {
    signal.throwIfAborted();
    const shared = shareMatrix(matrix);
    const answers: Answer[] = new Array<Answer>(jobs.length);
    let next = 0;
    let done = 0;
    const threads = Array.from(
      { length: Math.max(1, Math.min(workers, mostWorkers, jobs.length)) },
      () => new Worker(workerUrl, { name: 'compute', workerData: { matrix: shared } }),
    );
    const work = (worker: Worker): Promise<void> =>
      new Promise((resolve, reject) => {
        let own = -1;
        const ask = (): void => {
          own = next++;
          const job = jobs[own];
          if (job === undefined) resolve();
          else worker.postMessage(job);
        };
        worker.on('message', (message: unknown) => {
          const answer = answerSchema.safeParse(message);
          if (!answer.success) return reject(answer.error);
          answers[own] = answer.data;
          done++;
          onDone?.(done);
          ask();
        });
        worker.on('error', reject);
        worker.on('exit', () => reject(new Error('a compute worker ended early')));
        ask();
      });
    let stop = (): void => undefined;
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason as Error);
    });
    signal.addEventListener('abort', stop, { once: true });
    try {
      await Promise.race([Promise.all(threads.map(work)), stopped]);
      return answers;
    } finally {
      signal.removeEventListener('abort', stop);
      await Promise.all(threads.map((thread) => thread.terminate()));
    }
  };
}

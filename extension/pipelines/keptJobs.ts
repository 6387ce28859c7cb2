import { estimateProgress } from '../evaluation/search/progress.ts';
import type { KeptWork } from './keptWork.ts';

/** One run in a sandbox as a part of longer work. */
export interface KeptJob<Part> {
  /** Unique in its work; people see it as it runs. */
  readonly name: string;
  readonly bars: number;
  readonly run: (signal: AbortSignal, progress: (fraction: number) => void) => Promise<Part>;
}

export interface JobControl {
  readonly signal: AbortSignal;
  /** UTC milliseconds. */
  readonly clock: () => number;
  /** `fraction` from 0 to 1. */
  readonly progress: (fraction: number, text: string) => void;
  /** Jobs at a time. */
  readonly atOnce: number;
}

/**
 * Runs what is not kept of some jobs, and keeps each as it is done. Where one fails the others are stopped and
 * are gone before anyone hears of it.
 * @returns the part of each job by its name
 */
export async function runKeptJobs<Part>(
  jobs: readonly KeptJob<Part>[],
  kept: KeptWork<Part>,
  control: JobControl,
): Promise<Map<string, Part>> {
  const parts = new Map<string, Part>();
  for (const { name } of jobs) {
    const part = kept.find(name);
    if (part !== undefined) parts.set(name, part);
  }
  const left = jobs.filter(({ name }) => !parts.has(name));
  const told = progressOf(jobs, left, control);
  const stop = new AbortController();
  const signal = AbortSignal.any([control.signal, stop.signal]);
  const waiting = left[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (const job of waiting) {
      signal.throwIfAborted();
      const part = await job.run(signal, (fraction) => told(job, fraction));
      parts.set(job.name, part);
      await kept.keep(job.name, part);
      told(job, 1);
    }
  };
  const workers = Array.from({ length: control.atOnce }, async () => {
    try {
      await work();
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  await Promise.allSettled(workers);
  // A worker that was stopped fails for the sake of the one that stopped it.
  control.signal.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  return parts;
}

/** Tells how much of the bars of all jobs is done, and how long the rest takes at the pace of this attempt. */
function progressOf<Part>(
  jobs: readonly KeptJob<Part>[],
  left: readonly KeptJob<Part>[],
  { clock, progress }: JobControl,
): (job: KeptJob<Part>, fraction: number) => void {
  const barsOf = (some: readonly KeptJob<Part>[]): number => some.reduce((sum, { bars }) => sum + bars, 0);
  const total = barsOf(jobs);
  const before = total - barsOf(left);
  const fractions = new Map<string, number>();
  const start = clock();
  return (job, fraction) => {
    fractions.set(job.name, fraction);
    const done = left.reduce((sum, { name, bars }) => sum + bars * (fractions.get(name) ?? 0), before);
    const estimate = estimateProgress(done, total, clock() - start, before);
    const { remaining } = estimate;
    const rest = remaining === null ? '' : `, about ${Math.ceil(remaining / 1000)} s left`;
    progress(estimate.fraction, `${job.name}${rest}`);
  };
}

import * as z from 'zod';

const seconds = z.number().nonnegative();
const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);

/**
 * How well the lab kept its promises within a window. What was too seldom to carry a figure is null. Work is a
 * step of a saga or a task of the queue; an attempt at it may end by a crash of the process.
 */
export const sloReportSchema = z.object({
  /** UTC milliseconds; what ended from the first to before the second. */
  window: z.object({ from: z.number(), to: z.number() }),
  /** Attempts that did not end by the lab's own fault, among all that ended. */
  availability: z.object({ value: share.nullable(), attempts: count, ownFaults: count }),
  recovery: z.object({
    /** Attempts that a crash ended, and those of them after which the work was taken up again. */
    crashes: count,
    recovered: count,
    /** From the last sign of life to the new attempt: an upper bound, as the moment of a crash is not known. */
    medianSeconds: seconds.nullable(),
    maxSeconds: seconds.nullable(),
    /** Crashes after which the work was taken up within the limit. */
    withinLimit: share.nullable(),
    limitSeconds: seconds,
  }),
  /** Work that a crash left behind and nobody has taken up yet: it can be resumed. */
  stranded: count,
  /** Work whose result should be on record and is not. */
  lost: count,
  /** Work whose result is on record more than once. */
  duplicated: count,
  compensations: z.object({ value: share.nullable(), ended: count, failed: count }),
  /** Work that completed, by name; from its last attempt's begin to its end. */
  durations: z.array(
    z.object({
      name: z.string(),
      count,
      medianSeconds: seconds,
      /** Null below 20: the largest of fewer is no 95th percentile. */
      p95Seconds: seconds.nullable(),
      maxSeconds: seconds,
    }),
  ),
  /** Time of work less what models took of it; `unknown` is work of which the latter is not on record. */
  overhead: z.object({
    count,
    unknown: count,
    medianSeconds: seconds.nullable(),
    p95Seconds: seconds.nullable(),
    maxSeconds: seconds.nullable(),
  }),
  objectives: z.array(
    z.object({
      name: z.string(),
      /** What is promised, in words. */
      target: z.string(),
      /** Null where the sample cannot tell. */
      isMet: z.boolean().nullable(),
    }),
  ),
});
export type SloReport = z.infer<typeof sloReportSchema>;

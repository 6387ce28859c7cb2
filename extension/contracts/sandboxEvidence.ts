import * as z from 'zod';
import { isolationSchema } from './isolation.ts';

/**
 * Ends of a run that an honest strategy cannot bring about: bytes that are no answer, a runner that lies or
 * leaves, a flood. A crash, a limit of memory or of time is not among them: those come from mistakes too.
 */
export const alertReasons = [
  'sandbox.protocol',
  'sandbox.tampered',
  'sandbox.early-exit',
  'sandbox.output',
] as const;
export const alertReasonSchema = z.enum(alertReasons);
export type AlertReason = z.infer<typeof alertReasonSchema>;

/** How the process of a sandbox ended. */
export const sandboxExitSchema = z.object({
  code: z.number().int().nullable(),
  /** Name of the signal that ended it, as its exit code tells; null where none did. */
  signal: z.string().nullable(),
  memoryExceeded: z.boolean(),
  /** Why the lab ended it; null where it ended by itself. */
  killedBy: z.enum(['timeout', 'output', 'protocol', 'cancelled', 'finished', 'lost']).nullable(),
});
export type SandboxExit = z.infer<typeof sandboxExitSchema>;

const bytes = z.number().int().nonnegative();

/** A run that ended by what no honest strategy does. */
export const sandboxAlertSchema = z.object({
  reason: alertReasonSchema,
  /** What was found, in the lab's own words. */
  message: z.string().max(2000),
  /** Where in the run it was found. */
  bar: z.number().int().nonnegative().nullable(),
  isolation: isolationSchema,
  exit: sandboxExitSchema,
  /** Bytes of answers that were read. */
  receivedBytes: bytes,
  /** Bytes of its error output, none of which is ever kept. */
  stderrBytes: bytes,
});
export type SandboxAlert = z.infer<typeof sandboxAlertSchema>;

/** What was seen of the sandboxes of a run that gave a result. */
export const sandboxRecordSchema = z.object({
  /** How they ended: after their last answer. */
  exit: z.literal('finished'),
  /** Sandboxes that ran it: a double run has two. */
  sandboxes: z.number().int().positive(),
  /** Bytes of answers, of all of them. */
  receivedBytes: bytes,
  /** Bytes of error output, of all of them; none is kept. */
  stderrBytes: bytes,
  /** Lines of the strategy's log that did not fit. */
  logLinesDropped: z.number().int().nonnegative(),
});
export type SandboxRecord = z.infer<typeof sandboxRecordSchema>;

/** What a trace of system calls can show that no honest strategy and no honest runner does. */
export const forensicKinds = [
  'program',
  'process',
  'network',
  'file-read',
  'file-write',
  'signal',
  'trace',
  'namespace',
  'mount',
  'privilege',
  'kernel',
  'memory-file',
] as const;
export const forensicKindSchema = z.enum(forensicKinds);
export type ForensicKind = z.infer<typeof forensicKindSchema>;

/** Most calls of a kind that are kept word for word. */
export const mostForensicExamples = 5;

export const forensicFindingSchema = z.object({
  kind: forensicKindSchema,
  /** Calls of this kind, and how many of them the sandbox is known to have refused. */
  count: z.number().int().positive(),
  refused: z.number().int().nonnegative(),
  /** The first calls with their arguments, fit to be shown. */
  examples: z.array(z.string().max(300)).max(mostForensicExamples),
});
export type ForensicFinding = z.infer<typeof forensicFindingSchema>;

/** What running a strategy again under a trace of its system calls has shown. */
export const forensicReportSchema = z.object({
  /** Name of the runtime that traced it. */
  runtime: z.string().max(200),
  /** Reason by which it ended this time; `done` where it came to its end. */
  ended: z.string().max(100),
  /** That reason in a sentence; null for `done`. */
  message: z.string().max(2000).nullable(),
  /** Calls that were read. */
  calls: z.number().int().nonnegative(),
  /** True where the trace was longer than is read, and its end is not known. */
  isCut: z.boolean(),
  findings: z.array(forensicFindingSchema),
});
export type ForensicReport = z.infer<typeof forensicReportSchema>;

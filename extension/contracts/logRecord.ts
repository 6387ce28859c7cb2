import * as z from 'zod';

/** From the least to the most urgent. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export const logLevelSchema = z.enum(logLevels);
export type LogLevel = z.infer<typeof logLevelSchema>;

/** One line of a log, as JSON. */
export const logRecordSchema = z.object({
  /** ISO 8601, UTC. */
  timestamp: z.string(),
  level: logLevelSchema,
  /** Which program or part speaks, such as `strategy-lab` or `strategy-lab-worker`. */
  service_name: z.string(),
  /** The trace that it belongs to, as 32 hex digits; null outside any. */
  trace_id: z.string().nullable(),
  message: z.string(),
  metadata: z.record(z.string(), z.unknown()),
});
export type LogRecord = z.infer<typeof logRecordSchema>;

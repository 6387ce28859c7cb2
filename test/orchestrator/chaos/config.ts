import * as z from 'zod';

export const chaosConfigSchema = z.object({
  role: z.enum(['host', 'worker']),
  /** The process's place, which its successor takes over. */
  by: z.string(),
  seed: z.number(),
  lab: z.string(),
  /** Socket of a server; null for the embedded queue. */
  redis: z.string().nullable(),
  history: z.string(),
  /** A file that is there once no more is to be wished for. */
  stop: z.string(),
  journalWorker: z.string(),
  heartbeatWorker: z.string(),
});
export type ChaosConfig = z.infer<typeof chaosConfigSchema>;

import * as z from 'zod';

/*
 * How the parts of a lab are. `ok`: works. `degraded`: works, and less well than it should. `down`: does not
 * work. `absent`: is not set up here, and nothing that is in use needs it.
 */
export const partStates = ['ok', 'degraded', 'down', 'absent'] as const;
export type PartState = (typeof partStates)[number];

/** What one part came to. */
export const partFindingSchema = z.object({
  state: z.enum(partStates),
  /** What was found, in a sentence. */
  detail: z.string().max(500),
  /** Why it is not ok, in a word or two for programs; null where it is. */
  reason: z.string().max(100).nullable(),
  /** What a person can do about it; null where nothing is to be done. */
  action: z.string().max(500).nullable(),
});
export type PartFinding = z.infer<typeof partFindingSchema>;

export const partHealthSchema = partFindingSchema.extend({
  part: z.string().max(60),
  /** How long it took to find out, which is how long the part took to answer. */
  latency_ms: z.number().nonnegative(),
});
export type PartHealth = z.infer<typeof partHealthSchema>;

/** This machine and process. */
export const systemHealthSchema = z.object({
  cpu_count: z.number().int().positive(),
  /** Mean of the last minute; null where the system has none. */
  load_average: z.number().nullable(),
  memory_total_bytes: z.number(),
  memory_free_bytes: z.number(),
  process_memory_bytes: z.number(),
  event_loop_delay_ms: z.number().nullable(),
  /** Room on the lab's disk; null where it cannot be read. */
  disk_free_bytes: z.number().nullable(),
});
export type SystemHealth = z.infer<typeof systemHealthSchema>;

/** The answer of `/api/v2/health`: every part by name, with its latency, and the system. */
export const healthReportSchema = z.object({
  /** The worst state of a part that the lab cannot do without, and at best `degraded` where any other is. */
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  /** UTC milliseconds. */
  time: z.number(),
  uptime_seconds: z.number().nonnegative(),
  parts: z.array(partHealthSchema),
  system: systemHealthSchema,
});
export type HealthReport = z.infer<typeof healthReportSchema>;

/** How a component of trading is: `absent` where this program has none, or it was not asked for. */
const componentSchema = z.enum(['running', 'stopped', 'absent']);

/** The answer of `/health`: short, from memory alone, made to be asked often. */
export const serviceHealthSchema = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  version: z.string(),
  running: z.boolean(),
  uptime_seconds: z.number().nonnegative(),
  config: z.object({
    enable_aster: z.boolean(),
    enable_drift: z.boolean(),
    enable_symphony: z.boolean(),
    paper_trading: z.boolean(),
  }),
  components: z.object({
    trading_loop: componentSchema,
    agent_orchestrator: componentSchema,
    position_tracker: componentSchema,
    platform_router: componentSchema,
  }),
});
export type ServiceHealth = z.infer<typeof serviceHealthSchema>;

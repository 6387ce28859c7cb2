import * as z from 'zod';

/** Levels of isolation from the strongest to none, as probed. */
export const isolationLevels = ['gvisor', 'container', 'namespaces', 'preview', 'none'] as const;
export const isolationLevelSchema = z.enum(isolationLevels);
export type IsolationLevel = z.infer<typeof isolationLevelSchema>;

/** How each level is described to people. */
export const isolationDescriptions: Record<IsolationLevel, string> = {
  gvisor: 'Docker with gVisor: a separate kernel',
  container: 'Docker container: shares your kernel',
  namespaces: 'Linux namespaces: shares your kernel',
  preview: 'QuickJS interpreter in a worker: for previews, no limit by the operating system',
  none: 'no isolation: refused',
};

/** True when `level` isolates at least as well as `wanted`. */
export function isAtLeast(level: IsolationLevel, wanted: IsolationLevel): boolean {
  return isolationLevels.indexOf(level) <= isolationLevels.indexOf(wanted);
}

/** What a sandbox limits, as canaries try it. */
export const limitNames = ['memory', 'processes', 'processor', 'network', 'files', 'time'] as const;
export const limitNameSchema = z.enum(limitNames);
export type LimitName = z.infer<typeof limitNameSchema>;

/** How each limit is called before people. */
export const limitLabels: Record<LimitName, string> = {
  memory: 'memory',
  processes: 'processes',
  processor: 'processor',
  network: 'network',
  files: 'files',
  time: 'time',
};

/** Of each limit whether it was seen to hold; null where it was not tried, or the trial did not come to pass. */
export const limitVerdictsSchema = z.record(limitNameSchema, z.boolean().nullable());
export type LimitVerdicts = z.infer<typeof limitVerdictsSchema>;

export const untriedLimits: LimitVerdicts = {
  memory: null,
  processes: null,
  processor: null,
  network: null,
  files: null,
  time: null,
};

/** How code was isolated. What was stored before every limit was tried knew of the memory alone. */
export const isolationSchema = z.object({
  level: isolationLevelSchema,
  backend: z.string(),
  limits: limitVerdictsSchema.default(untriedLimits),
});
export type Isolation = z.infer<typeof isolationSchema>;

/** True where any limit was tried. */
export function wereTried(limits: LimitVerdicts): boolean {
  return limitNames.some((name) => limits[name] !== null);
}

/** The limits that were seen not to hold. */
export function brokenLimits(limits: LimitVerdicts): LimitName[] {
  return limitNames.filter((name) => limits[name] === false);
}

import { z } from 'zod';

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

import * as z from 'zod';
import { limitNames, limitVerdictsSchema } from '../../extension/contracts/isolation.ts';

/** What canaries found of one sandbox. */
export const canaryReportSchema = z.object({
  limits: limitVerdictsSchema,
  /** Release and version of the kernel as it is seen inside; null where it was not told. */
  kernel: z.string().nullable(),
});
export type CanaryReport = z.infer<typeof canaryReportSchema>;

/**
 * False where a trial did not come to pass, which is worth another. The processor's alone is not: a machine that was
 * too busy twice will be so again, and what is known of a sandbox should not change from run to run.
 */
export function isWholeReport({ limits, kernel }: CanaryReport): boolean {
  return kernel !== null && limitNames.every((name) => name === 'processor' || limits[name] !== null);
}

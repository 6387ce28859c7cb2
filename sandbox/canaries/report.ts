import { z } from 'zod';
import { limitNames, limitVerdictsSchema } from '../../extension/contracts/isolation.ts';

/** What canaries found of one sandbox. */
export const canaryReportSchema = z.object({
  limits: limitVerdictsSchema,
  /** Release and version of the kernel as it is seen inside; null where it was not told. */
  kernel: z.string().nullable(),
});
export type CanaryReport = z.infer<typeof canaryReportSchema>;

/** False where a trial did not come to pass, as on a machine that is too busy: it is worth another. */
export function isWholeReport({ limits, kernel }: CanaryReport): boolean {
  return kernel !== null && limitNames.every((name) => limits[name] !== null);
}

import * as z from 'zod';
import { contentHashSchema } from '../../contracts/journal.ts';

/** Name of the step. */
export const stressStepName = 'stress';

export const stressStepSchema = z.object({
  /** Artefact: the whole report. */
  stress: contentHashSchema,
  /** Markets that the strategy was run on, and those of them on which it made money. */
  markets: z.number().int().nonnegative(),
  profitable: z.number().int().nonnegative(),
  /** The deepest fall among them. */
  worstDrawdown: z.number().nullable(),
});

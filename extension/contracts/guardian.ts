import * as z from 'zod';

/** One finding of a Guardian rule; line and column count from 1, in UTF-16 units. */
export const findingSchema = z.object({
  rule: z.string().regex(/^[A-Z]+\d+$/),
  severity: z.enum(['error', 'warning', 'info']),
  line: z.number().int().positive(),
  column: z.number().int().positive(),
  endLine: z.number().int().positive(),
  endColumn: z.number().int().positive(),
  /** One sentence: what is wrong here. */
  message: z.string(),
  /** One sentence: what to write instead. */
  advice: z.string(),
  /** A replacement of the marked range that mends it, where one is certain. */
  fix: z.object({ title: z.string(), newText: z.string() }).optional(),
});

export type Finding = z.infer<typeof findingSchema>;

/** What a run showed of a strategy, as a finding of one of the rules D1 to D4. */
export const runFindingSchema = findingSchema
  .pick({ rule: true, severity: true, message: true, advice: true })
  .extend({
    /** Null where it is about the strategy and not about a place of it. */
    line: z.number().int().positive().nullable(),
    column: z.number().int().positive().nullable(),
  });
export type RunFinding = z.infer<typeof runFindingSchema>;

/** Who wrote the code under judgement; suppressing comments count only in a person's code. */
export const authorSchema = z.enum(['person', 'agent']);
export type Author = z.infer<typeof authorSchema>;

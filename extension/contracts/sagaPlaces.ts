import * as z from 'zod';

export const stepNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/**
 * Steps by stage. Stages follow each other; the branches of a stage are run at the same time, the steps of
 * a branch one after the other.
 */
export const stagesSchema = z.array(z.array(z.array(stepNameSchema).min(1)).min(1)).min(1);
export type Stages = z.infer<typeof stagesSchema>;

/** The run of a step that a saga was started by, and the name by which that step knows it. */
export const parentSchema = z.object({
  sagaId: z.string(),
  step: stepNameSchema,
  generation: z.number().int().positive(),
  key: z.string().min(1).max(200),
});
export type ParentPlace = z.infer<typeof parentSchema>;

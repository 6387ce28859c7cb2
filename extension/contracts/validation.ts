import { z } from 'zod';

const count = z.number().int().min(0).max(10_000_000);
const length = count.min(1);

/** Bars that no part may use, so that what is learned on one side says nothing of the other. */
const borders = {
  /** Longest span of a trade in bars: where the trades' own spans are not known, so many are left out. */
  purge: count.default(0),
  /** Further bars left out, for what prices remember beyond a trade. */
  embargo: count.default(0),
};

/** How the bars are parted into those that choose parameters and those that judge the choice. */
export const validationDefinitionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hold-out'),
    /** Part of the bars, the last of them, that is held back. */
    fraction: z
      .number()
      .gt(0)
      .lt(1)
      .default(1 / 3),
    ...borders,
  }),
  z.object({
    kind: z.literal('walk-forward'),
    train: length,
    test: length,
    /** Bars from one test window to the next; left out, each begins where the last one ended. */
    step: length.optional(),
    /** Whether each train window begins at the first bar, and so grows; else it rolls along. */
    anchored: z.boolean().default(false),
    ...borders,
  }),
  z.object({ kind: z.literal('k-fold'), folds: z.number().int().min(2).max(50).default(5), ...borders }),
  z
    .object({
      kind: z.literal('combinatorial'),
      groups: z.number().int().min(2).max(50).default(10),
      testGroups: z.number().int().min(1).max(49).default(2),
      ...borders,
    })
    .refine(({ groups, testGroups }) => testGroups < groups, {
      message: 'there must be more groups than test groups',
    }),
]);
export type ValidationDefinition = z.infer<typeof validationDefinitionSchema>;

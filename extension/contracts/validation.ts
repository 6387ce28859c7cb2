import * as z from 'zod';
import { parameterValuesSchema } from './strategy.ts';

/** Most points of a validation's curves. */
export const maximumCurvePoints = 1201;

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

export const validationKinds = ['rolling', 'anchored', 'k-fold', 'combinatorial'] as const;
export type ValidationKind = (typeof validationKinds)[number];

/** What a choice per fold can rest on: figures of a stretch of returns. */
export const validationObjectives = ['sharpe', 'sortino', 'totalReturn'] as const;
export const validationObjectiveSchema = z.enum(validationObjectives);
export type ValidationObjective = z.infer<typeof validationObjectiveSchema>;

/** The lengths that each kind knows. */
const lengthsOf: Readonly<Record<ValidationKind, readonly string[]>> = {
  rolling: ['train', 'test', 'step'],
  anchored: ['train', 'test', 'step'],
  'k-fold': ['folds'],
  combinatorial: ['groups', 'testGroups'],
};

/** A validation as a person asks for it. Lengths are bars; what is left out is derived from the data. */
export const validationRequestSchema = z
  .strictObject({
    kind: z.enum(validationKinds).default('rolling'),
    train: length.optional(),
    test: length.optional(),
    step: length.optional(),
    folds: z.number().int().min(2).max(50).optional(),
    groups: z.number().int().min(2).max(50).optional(),
    testGroups: z.number().int().min(1).max(49).optional(),
    purge: count.optional(),
    embargo: count.optional(),
  })
  .superRefine(({ kind, ...given }, context) => {
    for (const name of ['train', 'test', 'step', 'folds', 'groups', 'testGroups'] as const) {
      if (given[name] === undefined || lengthsOf[kind].includes(name)) continue;
      context.addIssue({ code: 'custom', path: [name], message: `a ${kind} validation has none` });
    }
  });
export type ValidationRequest = z.infer<typeof validationRequestSchema>;

const figure = z.number().nullable();
const number = z.number().int().nonnegative();
const twinOf = <T extends z.ZodType>(inner: T) => z.object({ inSample: inner, outOfSample: inner });
const twin = twinOf(figure);

/** What was chosen in a fold, by its place among the folds and among the sets, and how it did. */
export const foldReportSchema = z.object({
  fold: number,
  set: number,
  isJudged: z.boolean(),
  score: twin,
  meanReturn: twin,
});

/** Open times of the first and the last bar of a stretch, and its rows. */
const stretchSchema = z.object({ firstTime: z.number(), lastTime: z.number(), rows: number });
export type Stretch = z.infer<typeof stretchSchema>;

const foldSchema = z.object({
  /** Without the rows that purge and embargo leave out; those of the chosen set's own trades besides. */
  train: z.array(stretchSchema),
  test: z.array(stretchSchema),
  params: parameterValuesSchema,
  /** False where no set could be judged on the train rows, and the first one was kept. */
  isJudged: z.boolean(),
  score: twin,
  /** Mean return of a row. */
  meanReturn: twin,
  /** Trades that were entered there. */
  trades: twinOf(number),
});

const pathSchema = z.object({
  score: figure,
  totalReturn: z.number(),
  /** At the ends of rows. */
  maxDrawdown: z.number(),
  trades: number,
});

const cellsSchema = z.array(z.array(figure).max(1000)).max(1000);
const axisSchema = z.object({ name: z.string(), values: z.array(z.number()) });

/** How the objective changes around the chosen set: its surface, and how much of it the neighbours keep. */
export const stabilitySchema = z.object({
  x: axisSchema,
  y: axisSchema.nullable(),
  cells: twinOf(cellsSchema),
  chosen: z.object({ x: z.number().int(), y: z.number().int() }),
  /** Sets one step of the grid away, in all parameters at once. */
  neighbours: number,
  /** Mean of the neighbours / own value. */
  kept: twin,
  positive: twin,
  /** Part of the cells that hang together with the chosen one at 80 % of the best or more; null for none. */
  plateau: figure,
  /** Null where that cannot be told. */
  shape: z.enum(['plateau', 'slope', 'spike']).nullable(),
});
export type StabilitySummary = z.infer<typeof stabilitySchema>;

const curve = z.array(z.number()).max(maximumCurvePoints);

/** What choosing parameters by a rule was worth on bars that the choices did not see. */
export const validationSummarySchema = z.object({
  kind: z.enum(validationKinds),
  /** Lengths in rows. */
  definition: validationDefinitionSchema,
  objective: validationObjectiveSchema,
  /** What a row is: a UTC day, or a bar where bars are a day or longer. */
  unit: z.enum(['day', 'bar']),
  rows: number,
  /** Parameter sets that were searched, those of them that were chosen, and runs that confirmed them. */
  sets: number,
  chosenSets: number,
  confirmations: number,
  /** Fewest trades in the train rows that let a set be chosen. */
  leastTrades: number,
  folds: z.array(foldSchema).min(1),
  score: twin,
  meanReturn: twin,
  efficiency: figure,
  degradation: figure,
  paths: z.array(pathSchema).min(1),
  /** Of the paths' scores; null where no path has one. */
  spread: z
    .object({
      lowest: z.number(),
      lowerQuartile: z.number(),
      median: z.number(),
      upperQuartile: z.number(),
      highest: z.number(),
    })
    .nullable(),
  /** The path that stands for all: the only one, or the one whose score is the middle one. */
  path: number,
  /** Its equity at the ends of rows, beginning with the initial cash, and that of buying and holding over them. */
  curve: z.object({
    time: curve,
    equity: curve,
    hold: curve,
    /** Of the paths with the lowest and the highest end; null where there is one path. */
    lowest: curve.nullable(),
    highest: curve.nullable(),
  }),
  stability: stabilitySchema.nullable(),
});
export type ValidationSummary = z.infer<typeof validationSummarySchema>;

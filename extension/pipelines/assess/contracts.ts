import * as z from 'zod';
import { gatePolicySchema } from '../../contracts/gate.ts';
import { authorSchema } from '../../contracts/guardian.ts';
import { contentHashSchema } from '../../contracts/journal.ts';
import { searchDefinitionSchema } from '../../contracts/search.ts';
import { parameterValuesSchema } from '../../contracts/strategy.ts';
import { stressDefinitionSchema } from '../../contracts/stress.ts';
import {
  foldReportSchema,
  stabilitySchema,
  validationDefinitionSchema,
  validationKinds,
  validationObjectiveSchema,
  validationRequestSchema,
} from '../../contracts/validation.ts';
import { optimiseStepSchema, patchOriginSchema, trialInputSchema } from '../generate/contracts.ts';

/** Names of the pipelines for a strategy file that is there already. */
export const backtestSagaName = 'backtest';
export const optimiseSagaName = 'optimise';
export const stressSagaName = 'stress';
export const walkForwardSagaName = 'walk-forward';

export const assessInputSchema = trialInputSchema.extend({
  /** The strategy as it was when the run began; later edits of the file are for later runs. */
  source: z.string().min(1).max(1_000_000),
  /** Absolute path of its file. */
  file: z.string().min(1),
  author: authorSchema,
  /** Values over the declared defaults. */
  params: parameterValuesSchema,
  /** Judges all bars as one, where the last third is else judged apart. */
  isWhole: z.boolean().default(false),
  /** The search; null for a small grid around the defaults. */
  search: searchDefinitionSchema.nullable().default(null),
  /** Bounds of the gate. */
  policy: gatePolicySchema.default(gatePolicySchema.parse({})),
  /** What a stress test tries. */
  stress: stressDefinitionSchema.default(stressDefinitionSchema.parse({})),
});
export type AssessInput = z.infer<typeof assessInputSchema>;

/** What a person may change at a gate: the strategy itself. */
export const assessPatchSchema = patchOriginSchema.extend({ source: z.string().min(1).max(1_000_000) });

export const walkForwardInputSchema = assessInputSchema.extend({
  validation: validationRequestSchema.default(validationRequestSchema.parse({})),
});
export type WalkForwardInput = z.infer<typeof walkForwardInputSchema>;

/** The search of a walk-forward with what was chosen in the last fold, whose test bars the choice did not see. */
export const selectionStepSchema = optimiseStepSchema.extend({
  /** Artefact: the choices of all folds. */
  selection: contentHashSchema,
});

const figure = z.number().nullable();
const twin = z.object({ inSample: figure, outOfSample: figure });

/** The artefact of that name. */
export const selectionSchema = z.object({
  /** Lengths in rows. */
  definition: validationDefinitionSchema,
  objective: validationObjectiveSchema,
  leastTrades: z.number().int().nonnegative(),
  sets: z.array(parameterValuesSchema),
  folds: z.array(foldReportSchema),
  /** Trades that each fold's choice entered in the train rows. */
  trainTrades: z.array(z.number().int().nonnegative()),
  stability: stabilitySchema.nullable(),
});
export type Selection = z.infer<typeof selectionSchema>;

export const validateStepSchema = z.object({
  /** Artefact: the summary as contracts/validation.ts has it. */
  validation: contentHashSchema,
  kind: z.enum(validationKinds),
  folds: z.number().int().positive(),
  score: twin,
  efficiency: figure,
  /** Of the path that stands for all. */
  totalReturn: z.number(),
  trades: z.number().int().nonnegative(),
});

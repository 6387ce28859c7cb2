import { z } from 'zod';
import { gatePolicySchema } from '../../contracts/gate.ts';
import { authorSchema } from '../../contracts/guardian.ts';
import { searchDefinitionSchema } from '../../contracts/search.ts';
import { parameterValuesSchema } from '../../contracts/strategy.ts';
import { stressDefinitionSchema } from '../../contracts/stress.ts';
import { trialInputSchema } from '../generate/contracts.ts';

/** Names of the pipelines for a strategy file that is there already. */
export const backtestSagaName = 'backtest';
export const optimiseSagaName = 'optimise';
export const stressSagaName = 'stress';

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
export const assessPatchSchema = z.object({ source: z.string().min(1).max(1_000_000) });

import type * as z from 'zod';
import { firstAtOrAfter } from '../backtest/timeIndex.ts';
import { reasoningResultSchema } from '../contracts/agents.ts';
import { LabError } from '../contracts/errors.ts';
import { fragilitySchema } from '../contracts/fragility.ts';
import { type GatePolicy, gatePolicySchema } from '../contracts/gate.ts';
import type { RunEvidence } from '../contracts/runEvidence.ts';
import { stressReportSchema } from '../contracts/stress.ts';
import { type ValidationSummary, validationSummarySchema } from '../contracts/validation.ts';
import { judgeGate } from '../evaluation/gate.ts';
import { assessInputSchema, validateStepSchema } from './assess/contracts.ts';
import { atMainBars } from './atMainBars.ts';
import {
  generateInputSchema,
  guardStepSchema,
  optimiseStepSchema,
  reasonResultSchema,
} from './generate/contracts.ts';
import { loadRunCandles } from './loadRunCandles.ts';
import {
  alignedBytes,
  type EvidenceSources,
  loadEquity,
  loadOrders,
  loadRecordedBacktest,
  parseStep,
  type RecordedBacktest,
} from './recordedBacktest.ts';
import { stressStepSchema } from './stress/contracts.ts';

/**
 * Reads all that a panel shows of a run.
 * @throws LabError `saga.state` while the run has no backtest, `saga.version` for one that kept no equity,
 * `not-found`, `data.missing`, `journal.corrupt`
 */
export async function loadRunEvidence(sources: EvidenceSources, id: string): Promise<RunEvidence> {
  const recorded = await loadRecordedBacktest(sources, id);
  const { run, results, step, source, file } = recorded;
  const equity = await loadEquity(sources, recorded);
  if (equity === null) {
    throw new LabError('saga.version', `Run ${id} was made by an earlier version, which kept no equity.`, {
      action: 'Open its report page, or run the strategy again.',
    });
  }
  const candles = await loadRunCandles(sources, recorded.input);
  const { trades, segments } = recorded.result;
  const shown = atMainBars(candles, equity, trades);
  const plots = await Promise.all(
    step.plots.map(async ({ name, pane, hash }) => ({
      name,
      pane,
      values: Float64Array.from(new Float32Array(alignedBytes(await sources.readArtefact(hash)))),
    })),
  );
  const variations = await loadVariations(sources, recorded);
  const generate = generateInputSchema.safeParse(run.input);
  const { result } = recorded;
  const optimisation = parseStep(optimiseStepSchema, results['optimise'])?.optimisation ?? null;
  const validation = await loadValidation(sources, results);
  const policy = policyOf(run.input);
  return {
    run,
    result,
    candles,
    equity: shown.equity,
    hold: shown.hold,
    plots,
    orders: await loadOrders(sources, step),
    source,
    file,
    findings: parseStep(guardStepSchema, results['guard'])?.findings ?? [],
    splitBar:
      step.splitBar === undefined || segments === null
        ? null
        : firstAtOrAfter(candles.time, segments.splitTime),
    idea: generate.success ? generate.data.idea : null,
    reasoning: reasoningOf(results['reason']),
    ...variations,
    optimisation,
    policy,
    gate: judgeGate({
      policy,
      result,
      luck: optimisation?.luck ?? null,
      fragility: variations.fragility,
      validation,
    }),
    validation,
  };
}

/** The bounds that the run was started with; a run from an idea has the usual ones. */
export function policyOf(input: unknown): GatePolicy {
  return assessInputSchema.safeParse(input).data?.policy ?? gatePolicySchema.parse({});
}

/** What was found out about the run by changing something; null where nothing was changed. */
export async function loadVariations(
  { readArtefact }: Pick<EvidenceSources, 'readArtefact'>,
  { step, results }: Pick<RecordedBacktest, 'step' | 'results'>,
): Promise<Pick<RunEvidence, 'fragility' | 'stress'>> {
  const read = async <T>(hash: string | undefined, schema: z.ZodType<T>): Promise<T | null> =>
    hash === undefined ? null : schema.parse(JSON.parse(new TextDecoder().decode(await readArtefact(hash))));
  const [fragility, stress] = await Promise.all([
    read(step.fragility, fragilitySchema),
    read(parseStep(stressStepSchema, results['stress'])?.stress, stressReportSchema),
  ]);
  return { fragility, stress };
}

/** What the validation of a run came to; null where it has none. @throws LabError `not-found`, `journal.corrupt` */
export async function loadValidation(
  { readArtefact }: Pick<EvidenceSources, 'readArtefact'>,
  results: Readonly<Record<string, unknown>>,
): Promise<ValidationSummary | null> {
  const step = parseStep(validateStepSchema, results['validate']);
  if (step === null) return null;
  const text = new TextDecoder().decode(await readArtefact(step.validation));
  return validationSummarySchema.parse(JSON.parse(text));
}

function reasoningOf(result: unknown): RunEvidence['reasoning'] {
  const reasoning = parseStep(reasonResultSchema, result)?.reasoning;
  return reasoning === undefined ? null : reasoningResultSchema.parse(reasoning);
}

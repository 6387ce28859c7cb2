import type { z } from 'zod';
import { reasoningResultSchema } from '../contracts/agents.ts';
import { backtestResultSchema } from '../contracts/backtest.ts';
import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { RunEvidence } from '../contracts/runEvidence.ts';
import type { SagaView } from '../contracts/saga.ts';
import {
  backtestStepSchema,
  generateInputSchema,
  guardStepSchema,
  optimiseStepSchema,
  reasonResultSchema,
  sourceStepSchema,
  type TrialInput,
  trialInputSchema,
} from './generate/contracts.ts';

export interface EvidenceSources {
  readonly view: (id: string) => Promise<SagaView>;
  readonly results: (id: string) => Promise<Record<string, unknown>>;
  readonly readArtefact: (hash: string) => Promise<Uint8Array>;
  readonly loadCandles: (data: TrialInput['data']) => Promise<Candles>;
  /** Absolute path of a generated strategy's file. */
  readonly strategyPath: (file: string) => string;
}

/**
 * Reads all that a panel shows of a run.
 * @throws LabError `saga.state` while the run has no backtest, `not-found`, `data.missing`, `journal.corrupt`
 */
export async function loadRunEvidence(sources: EvidenceSources, id: string): Promise<RunEvidence> {
  const [run, results] = await Promise.all([sources.view(id), sources.results(id)]);
  const backtest = parseStep(backtestStepSchema, results['backtest']);
  const code = parseStep(sourceStepSchema, results['code']);
  const input = trialInputSchema.safeParse(run.input);
  if (backtest === null || code === null || !input.success) {
    throw new LabError('saga.state', `Run ${id} has no backtest yet.`, {
      action: 'Wait for it, or look at the graph of its steps.',
    });
  }
  if (backtest.equity === undefined) {
    throw new LabError('saga.version', `Run ${id} was made by an earlier version, which kept no equity.`, {
      action: 'Open its report page, or run the strategy again.',
    });
  }
  const [resultBytes, equityBytes, candles] = await Promise.all([
    sources.readArtefact(backtest.result),
    sources.readArtefact(backtest.equity),
    sources.loadCandles(input.data.data),
  ]);
  const plots = await Promise.all(
    backtest.plots.map(async ({ name, pane, hash }) => ({
      name,
      pane,
      values: Float64Array.from(new Float32Array(alignedBytes(await sources.readArtefact(hash)))),
    })),
  );
  const generate = generateInputSchema.safeParse(run.input);
  return {
    run,
    result: backtestResultSchema.parse(JSON.parse(new TextDecoder().decode(resultBytes))),
    candles,
    equity: new Float64Array(alignedBytes(equityBytes)),
    plots,
    source: code.code.source,
    file: sources.strategyPath(code.file),
    findings: parseStep(guardStepSchema, results['guard'])?.findings ?? [],
    splitBar: backtest.splitBar ?? null,
    idea: generate.success ? generate.data.idea : null,
    reasoning: reasoningOf(results['reason']),
    optimisation: parseStep(optimiseStepSchema, results['optimise'])?.optimisation ?? null,
  };
}

function reasoningOf(result: unknown): RunEvidence['reasoning'] {
  const reasoning = parseStep(reasonResultSchema, result)?.reasoning;
  return reasoning === undefined ? null : reasoningResultSchema.parse(reasoning);
}

function parseStep<T>(schema: z.ZodType<T>, result: unknown): T | null {
  const parsed = schema.safeParse(result);
  return parsed.success ? parsed.data : null;
}

/** The bytes in a buffer of their own: a number array must begin at a multiple of its width. */
function alignedBytes(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

import type * as z from 'zod';
import { type BacktestResult, backtestResultSchema } from '../contracts/backtest.ts';
import { LabError } from '../contracts/errors.ts';
import type { OrderEvents } from '../contracts/orderEvents.ts';
import type { SagaView } from '../contracts/saga.ts';
import {
  backtestStepSchema,
  sourceStepSchema,
  type TrialInput,
  trialInputSchema,
} from './generate/contracts.ts';
import type { RunDataSources } from './loadRunCandles.ts';
import { decodeOrderEvents } from './orderEvents.ts';

/** Where the record of a run is read from. */
export interface EvidenceSources extends RunDataSources {
  readonly view: (id: string) => Promise<SagaView>;
  readonly results: (id: string) => Promise<Record<string, unknown>>;
  readonly readArtefact: (hash: string) => Promise<Uint8Array>;
  /** Absolute path of a generated strategy's file. */
  readonly strategyPath: (file: string) => string;
}

/** What a run has kept of its backtest. */
export interface RecordedBacktest {
  readonly run: SagaView;
  readonly results: Readonly<Record<string, unknown>>;
  readonly input: TrialInput;
  readonly step: z.infer<typeof backtestStepSchema>;
  readonly result: BacktestResult;
  /** The result as it was written. */
  readonly bytes: Uint8Array;
  /** Source text of the strategy, and the absolute path of its file. */
  readonly source: string;
  readonly file: string;
}

/** @throws LabError `saga.state` while the run has no backtest, `not-found`, `journal.corrupt` */
export async function loadRecordedBacktest(sources: EvidenceSources, id: string): Promise<RecordedBacktest> {
  const [run, results] = await Promise.all([sources.view(id), sources.results(id)]);
  const step = parseStep(backtestStepSchema, results['backtest']);
  const code = parseStep(sourceStepSchema, results['code']);
  const input = trialInputSchema.safeParse(run.input);
  if (step === null || code === null || !input.success) {
    throw new LabError('saga.state', `Run ${id} has no backtest yet.`, {
      action: 'Wait for it, or look at the graph of its steps.',
    });
  }
  const bytes = await sources.readArtefact(step.result);
  return {
    run,
    results,
    input: input.data,
    step,
    result: backtestResultSchema.parse(JSON.parse(new TextDecoder().decode(bytes))),
    bytes,
    source: code.code.source,
    file: sources.strategyPath(code.file),
  };
}

/** Equity at the close of each bar (after each time, with several markets); null for runs of earlier versions, which kept none. */
export async function loadEquity(
  sources: Pick<EvidenceSources, 'readArtefact'>,
  { step }: RecordedBacktest,
): Promise<Float64Array | null> {
  if (step.equity === undefined) return null;
  return new Float64Array(alignedBytes(await sources.readArtefact(step.equity)));
}

/** What became of each order; null for runs of earlier versions. @throws LabError `journal.corrupt` */
export async function loadOrders(
  sources: Pick<EvidenceSources, 'readArtefact'>,
  { orders }: Pick<RecordedBacktest['step'], 'orders'>,
): Promise<OrderEvents | null> {
  return orders === undefined ? null : decodeOrderEvents(await sources.readArtefact(orders));
}

export function parseStep<T>(schema: z.ZodType<T>, result: unknown): T | null {
  const parsed = schema.safeParse(result);
  return parsed.success ? parsed.data : null;
}

/** The bytes in a buffer of their own: a number array must begin at a multiple of its width. */
export function alignedBytes(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

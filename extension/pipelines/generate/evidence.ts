import type * as z from 'zod';
import { type BacktestResult, backtestResultSchema } from '../../contracts/backtest.ts';
import { type Fragility, fragilitySchema } from '../../contracts/fragility.ts';
import { type ChartData, chartDataSchema } from '../../contracts/report.ts';
import { languageOfFile, type StrategySource } from '../../contracts/strategyLanguage.ts';
import { stressReportSchema } from '../../contracts/stress.ts';
import type { CompensationContext, StepContext } from '../../orchestrator/saga/definition.ts';
import { sourceStepSchema } from './contracts.ts';

type AnyContext = StepContext<unknown> | CompensationContext<unknown>;

/** The strategy under work. */
export function currentSource(context: AnyContext): StrategySource {
  const { code, file } = context.result('code', sourceStepSchema);
  return { text: code.source, language: languageOfFile(file) };
}

/** A value with the hash of the JSON that was written of it. */
interface Made<T> {
  readonly hash: string;
  readonly value: T;
}

/**
 * The last result and chart that this process has made, by the hashes of their artefacts: what it has just
 * written itself it need not read and parse again. What another process wrote is read and checked.
 */
export class FreshEvidence {
  #result: Made<BacktestResult> | undefined;
  #chart: Made<ChartData> | undefined;

  /** Takes the place of what was made before. */
  set(result: Made<BacktestResult>, chart: Made<ChartData>): void {
    this.#result = result;
    this.#chart = chart;
  }

  result(hash: string): BacktestResult | undefined {
    return this.#result?.hash === hash ? this.#result.value : undefined;
  }

  chart(hash: string): ChartData | undefined {
    return this.#chart?.hash === hash ? this.#chart.value : undefined;
  }
}

const decoder = new TextDecoder();

type Artefacts = Pick<AnyContext, 'getArtefact'>;

export async function readJson<T>(artefacts: Artefacts, hash: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(decoder.decode(await artefacts.getArtefact(hash))));
}

/** @throws LabError `not-found`, `journal.corrupt` */
export async function readResult(
  artefacts: Artefacts,
  hash: string,
  fresh?: FreshEvidence,
): Promise<BacktestResult> {
  return fresh?.result(hash) ?? readJson(artefacts, hash, backtestResultSchema);
}

/** What became of the run when one thing of it was changed; null where nothing was. */
export async function readFragility(
  context: AnyContext,
  hash: string | undefined,
): Promise<Fragility | null> {
  return hash === undefined ? null : readJson(context, hash, fragilitySchema);
}

export function readStress(context: AnyContext, hash: string) {
  return readJson(context, hash, stressReportSchema);
}

/** @throws LabError `not-found`, `journal.corrupt` */
export async function readChart(
  artefacts: Artefacts,
  hash: string,
  fresh?: FreshEvidence,
): Promise<ChartData> {
  return fresh?.chart(hash) ?? readJson(artefacts, hash, chartDataSchema);
}

/** Keeps a value as JSON evidence and returns its content hash. */
export async function keepJson(context: StepContext<unknown>, name: string, value: unknown): Promise<string> {
  const reference = await context.putArtefact(name, 'application/json', JSON.stringify(value));
  return reference.hash;
}

/** Keeps numbers as binary evidence, as they lie in memory, and returns their content hash. */
export async function keepColumn(
  context: StepContext<unknown>,
  name: string,
  values: Float64Array | Float32Array | Uint8Array,
): Promise<string> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return (await context.putArtefact(name, 'application/octet-stream', bytes)).hash;
}

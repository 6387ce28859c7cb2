import type { z } from 'zod';
import { backtestResultSchema } from '../../contracts/backtest.ts';
import { type Fragility, fragilitySchema } from '../../contracts/fragility.ts';
import { chartDataSchema } from '../../contracts/report.ts';
import { stressReportSchema } from '../../contracts/stress.ts';
import type { CompensationContext, StepContext } from '../../orchestrator/saga/definition.ts';
import { sourceStepSchema } from './contracts.ts';

type AnyContext = StepContext<unknown> | CompensationContext<unknown>;

/** The strategy under work. */
export function currentSource(context: AnyContext): string {
  return context.result('code', sourceStepSchema).code.source;
}

const decoder = new TextDecoder();

export async function readJson<T>(context: AnyContext, hash: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(decoder.decode(await context.getArtefact(hash))));
}

export function readResult(context: AnyContext, hash: string) {
  return readJson(context, hash, backtestResultSchema);
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

export function readChart(context: AnyContext, hash: string) {
  return readJson(context, hash, chartDataSchema);
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

import type { z } from 'zod';
import { backtestResultSchema } from '../../contracts/backtest.ts';
import { chartDataSchema } from '../../contracts/report.ts';
import type { CompensationContext, StepContext } from '../../orchestrator/saga/definition.ts';
import { codeStepSchema, type GenerateInput } from './contracts.ts';

type AnyContext = StepContext<GenerateInput> | CompensationContext<GenerateInput>;

/** The strategy under work. */
export function currentSource(context: AnyContext): string {
  return context.result('code', codeStepSchema).code.source;
}

const decoder = new TextDecoder();

async function readJson<T>(context: AnyContext, hash: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(decoder.decode(await context.getArtefact(hash))));
}

export function readResult(context: AnyContext, hash: string) {
  return readJson(context, hash, backtestResultSchema);
}

export function readChart(context: AnyContext, hash: string) {
  return readJson(context, hash, chartDataSchema);
}

/** Keeps a value as JSON evidence and returns its content hash. */
export async function keepJson(
  context: StepContext<GenerateInput>,
  name: string,
  value: unknown,
): Promise<string> {
  const reference = await context.putArtefact(name, 'application/json', JSON.stringify(value));
  return reference.hash;
}

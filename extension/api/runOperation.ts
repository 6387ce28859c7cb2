import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import type { Caller } from './caller.ts';
import type { Operation } from './operation.ts';
import type { ApiPorts } from './ports.ts';

/** Parameters that do not fit their schema; the same for each way of calling. */
export function paramsError(message: string): LabError {
  return new LabError('usage', message, { action: 'See /openapi.json for what the operation takes.' });
}

/**
 * Runs an operation for a caller: what goes in and what comes out fits the schemas.
 * @throws LabError `api.forbidden`, those of the operation, `usage` for parameters that do not fit
 */
export async function runOperation(
  { name, scope, params: paramsSchema, result: resultSchema, run }: Operation,
  params: unknown,
  caller: Caller,
  ports: ApiPorts,
): Promise<unknown> {
  if (scope !== null && !caller.scopes.has(scope)) {
    throw new LabError('api.forbidden', `This token may not ${scope}, which ${name} needs.`, {
      action: 'Use a token of a caller who may.',
    });
  }
  const parsed = paramsSchema.safeParse(params);
  if (!parsed.success) throw paramsError(`${name}: ${issuesOf(parsed.error)}.`);
  const result = resultSchema.safeParse(await run(parsed.data, caller, ports));
  if (result.success) return result.data;
  throw new Error(`The answer of ${name} does not fit: ${z.prettifyError(result.error)}`);
}

/** What does not fit and where, in one line. */
export function issuesOf({ issues }: z.ZodError): string {
  const lines = issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  return lines.join('; ').slice(0, 1000);
}

import * as z from 'zod';
import type { LabErrorReason } from '../../contracts/errors.ts';
import type { Answer } from './idempotency.ts';

/** What another try may well come through: an answer that tells of it is not the last word on its request. */
const passing: ReadonlySet<string> = new Set<LabErrorReason>([
  'internal',
  'cancelled',
  'api.limit',
  'journal.unavailable',
  'journal.conflict',
  'queue.full',
  'queue.unavailable',
  'sandbox.unavailable',
  'exchange.unavailable',
]);

const problemSchema = z.object({ reason: z.string() });
const failureSchema = z.object({ error: z.object({ data: problemSchema }) });

/** Whether an answer may be given again to the same request. A failure inside JSON-RPC comes with a good status. */
export function isFinal({ status, body }: Pick<Answer, 'status' | 'body'>): boolean {
  if (status >= 500) return false;
  if (body === '') return true;
  const document: unknown = JSON.parse(body);
  return (Array.isArray(document) ? document : [document]).every((part) => {
    const failure = failureSchema.safeParse(part).data?.error.data ?? problemSchema.safeParse(part).data;
    return failure === undefined || !passing.has(failure.reason);
  });
}

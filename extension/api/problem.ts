import * as z from 'zod';
import { LabError, type LabErrorReason } from '../contracts/errors.ts';

/** An error as HTTP tells it: problem details of RFC 9457, with the lab's own members. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  reason: z.string(),
  action: z.string().nullable(),
  trace_id: z.string(),
});
export type Problem = z.infer<typeof problemSchema>;

export const problemMediaType = 'application/problem+json';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Unauthorised',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Timed out',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unsupported media type',
  422: 'Cannot be done',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
};

const statuses: Partial<Record<LabErrorReason, number>> = {
  usage: 400,
  'not-found': 404,
  conflict: 409,
  cancelled: 409,
  internal: 500,
  'journal.conflict': 409,
  'journal.corrupt': 500,
  'journal.unavailable': 503,
  'saga.state': 409,
  'saga.version': 409,
  'queue.full': 503,
  'queue.unavailable': 503,
  'sandbox.unavailable': 503,
  'exchange.unavailable': 503,
  'api.unauthorised': 401,
  'api.forbidden': 403,
  'api.limit': 429,
  'api.too-large': 413,
  'api.format': 400,
  'api.repeated': 422,
};

/** The HTTP status of a reason: 422 for what was understood and cannot be done. */
export function statusOfReason(reason: LabErrorReason): number {
  return statuses[reason] ?? 422;
}

/** The error as it is shown: what is not the lab's own says nothing of its inside. */
export function shownError(error: unknown): LabError {
  if (LabError.is(error) && error.reason !== 'internal') return error;
  return new LabError('internal', 'Something in the lab itself went wrong.', {
    action: 'Look into the log of the program that serves, by the trace id.',
    cause: error,
  });
}

/** @param status where another one says it better than that of the reason */
export function problemOf(error: unknown, traceId: string, status?: number): Problem {
  const { reason, message, action = null } = shownError(error);
  const found = status ?? statusOfReason(reason);
  return {
    type: `urn:strategy-lab:problem:${reason}`,
    title: titles[found] ?? 'Refused',
    status: found,
    detail: message,
    reason,
    action,
    trace_id: traceId,
  };
}

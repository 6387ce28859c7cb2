import type { ServerResponse } from 'node:http';
import { LabError } from '../../contracts/errors.ts';
import { problemMediaType, problemOf } from '../problem.ts';
import type { Answer } from './idempotency.ts';

/** An error with what HTTP says of it besides its reason. */
export class HttpRefusal extends Error {
  override readonly cause: LabError;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(cause: LabError, more: { status?: number; headers?: Readonly<Record<string, string>> }) {
    super(cause.message);
    this.cause = cause;
    this.status = more.status;
    this.headers = more.headers ?? {};
  }
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** An answer without a body. */
export const nothing: Answer = { status: 204, contentType: null, body: '' };

export function problemAnswer(error: unknown, traceId: string): Answer {
  const refusal = error instanceof HttpRefusal ? error : undefined;
  const problem = problemOf(refusal?.cause ?? error, traceId, refusal?.status);
  return { status: problem.status, contentType: problemMediaType, body: JSON.stringify(problem) };
}

export function tooMany(seconds: number): HttpRefusal {
  const wait = Math.max(1, Math.ceil(seconds));
  return new HttpRefusal(
    new LabError('api.limit', 'Too many requests at one time.', {
      action: `Wait for ${wait} s and try again.`,
    }),
    { headers: { 'Retry-After': String(wait) } },
  );
}

export function send(
  response: ServerResponse,
  { status, contentType, body }: Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    ...(contentType !== null && { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) }),
  });
  response.end(body);
}

import { createHash } from 'node:crypto';

const traceForm = /^[0-9a-f]{32}$/;
const spanForm = /^[0-9a-f]{16}$/;
const headerForm = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const isZero = (id: string): boolean => /^0+$/.test(id);

/** A place in a trace, by ids of the W3C recommendation Trace Context. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/**
 * The trace id of the W3C for the trace id that events carry: one that has its form is taken as it is, from any
 * other the first 16 bytes of its SHA-256. So every process makes the same of it, and no table is kept.
 */
export function w3cTraceId(traceId: string): string {
  if (traceForm.test(traceId) && !isZero(traceId)) return traceId;
  return createHash('sha256').update('trace\0').update(traceId).digest('hex').slice(0, 32);
}

/**
 * The id of the span of `key`, such as a step's idempotency key, within a trace. Made, not drawn: what works for a
 * step in another process, or after a crash, knows its parent without being told.
 */
export function spanIdOf(traceId: string, key: string): string {
  return createHash('sha256')
    .update('span\0')
    .update(traceId)
    .update('\0')
    .update(key)
    .digest('hex')
    .slice(0, 16);
}

/** The header `traceparent` for what is called from here, sampled. */
export function traceparentOf({ traceId, spanId }: SpanPlace): string {
  return `00-${w3cTraceId(traceId)}-${spanId}-01`;
}

/**
 * The place that a header `traceparent` names; null for what is none. Of later versions the first four fields
 * count, as the recommendation asks.
 */
export function parseTraceparent(header: string | undefined): SpanPlace | null {
  const [, version, traceId = '', spanId = ''] = headerForm.exec(header?.trim() ?? '') ?? [];
  if (version === undefined || version === 'ff') return null;
  if (version === '00' && header?.trim().length !== 55) return null;
  if (!spanForm.test(spanId) || isZero(traceId) || isZero(spanId)) return null;
  return { traceId, spanId };
}

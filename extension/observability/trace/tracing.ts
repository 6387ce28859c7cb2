import { randomBytes } from 'node:crypto';
import { LabError } from '../../contracts/errors.ts';
import type { Observe, TracePlace } from '../../contracts/observation.ts';
import type { SagaNotice } from '../../contracts/saga.ts';
import { redact } from '../redact.ts';
import { spanOfObservation } from './observedSpans.ts';
import type { OtlpExport } from './otlpExport.ts';
import { spanOfSagaNotice } from './sagaSpans.ts';
import type { FinishedSpan } from './span.ts';

export interface TracingOptions {
  /** Address of a collector for OTLP over HTTP, with or without the path `/v1/traces`. */
  readonly endpoint: string;
  readonly service: string;
  readonly version: string;
  readonly currentPlace: () => TracePlace | null;
  /** What the address was given by, for an error that names it. */
  readonly endpointName: string;
  /** Hears that tracing could not begin. */
  readonly onFailure: (error: unknown) => void;
}

export interface Tracing {
  readonly hear: (notice: SagaNotice) => void;
  readonly observe: Observe;
  /** Sends what is left, within a bounded time. Never rejects. */
  readonly close: () => Promise<void>;
}

const tracesPath = '/v1/traces';

/**
 * Where traces go for an address of a collector. Throws `usage` for what is no address of one; `name` is what it
 * was given by.
 */
export function tracesUrl(endpoint: string, name: string): string {
  const url = URL.parse(endpoint);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new LabError('usage', `${name}: ${redact(endpoint)} is no address that traces can be sent to.`, {
      action: 'Give the address of a collector for OTLP over HTTP, such as http://127.0.0.1:4318.',
    });
  }
  if (!url.pathname.endsWith(tracesPath)) url.pathname = `${url.pathname.replace(/\/$/, '')}${tracesPath}`;
  return url.href;
}

/**
 * Makes spans of what happens and sends them to a collector. The SDK is loaded here and nowhere else; what ends
 * before it is there waits for it. Throws as `tracesUrl`.
 */
export function openTracing(options: TracingOptions): Tracing {
  const { service, version, currentPlace, onFailure } = options;
  const url = tracesUrl(options.endpoint, options.endpointName);
  const exporting: Promise<OtlpExport | null> = import('./otlpExport.ts').then(
    ({ otlpExport }) => otlpExport({ url, service, version }),
    (error: unknown) => {
      onFailure(error);
      return null;
    },
  );
  const send = (span: FinishedSpan | null): void => {
    if (span !== null) void exporting.then((exporter) => exporter?.export(span));
  };
  return {
    hear(notice) {
      if (notice.kind === 'event') send(spanOfSagaNotice(notice, currentPlace()));
    },
    observe(observation) {
      send(spanOfObservation(observation, currentPlace(), newSpanId));
    },
    async close() {
      await (await exporting)?.close();
    },
  };
}

function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

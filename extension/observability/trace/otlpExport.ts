import { context, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { logText } from '../log/metadata.ts';
import { w3cTraceId } from './ids.ts';
import type { FinishedSpan } from './span.ts';

/*
 * The one file that loads the SDK of OpenTelemetry. Import it when tracing is switched on, not before. Nothing
 * of it is registered globally.
 */

export interface OtlpOptions {
  /** Where traces go, with its path: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly service: string;
  readonly version: string;
}

export interface OtlpExport {
  readonly export: (span: FinishedSpan) => void;
  /** Sends what is left, within a bounded time, and ends. Never rejects. */
  readonly close: () => Promise<void>;
}

/** How long a collector may take: nobody waits for it but a program that ends. */
const sendMilliseconds = 3000;
const batchMilliseconds = 1000;
const mostWaiting = 4096;

/** Sends spans to a collector by OTLP over HTTP, as JSON, in batches. What it does not take is dropped. */
export function otlpExport({ url, service, version }: OtlpOptions): OtlpExport {
  const next = { traceId: '', spanId: '' };
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    sampler: new AlwaysOnSampler(),
    // Ids are made of what the journal has, not drawn: each is set before its span is made.
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: sendMilliseconds }),
        scheduledDelayMillis: batchMilliseconds,
        exportTimeoutMillis: sendMilliseconds,
        maxQueueSize: mostWaiting,
      }),
    ],
  });
  const tracer = provider.getTracer('strategy-lab', version);
  const root = context.active();
  return {
    export(span) {
      next.traceId = w3cTraceId(span.traceId);
      next.spanId = span.spanId;
      const { traceId } = next;
      const parent =
        span.parentSpanId === null
          ? trace.deleteSpan(root)
          : trace.setSpanContext(root, {
              traceId,
              spanId: span.parentSpanId,
              traceFlags: TraceFlags.SAMPLED,
            });
      const made = tracer.startSpan(
        span.name,
        { startTime: span.startTime, attributes: boundedAttributes(span.attributes) },
        parent,
      );
      if (span.error !== null) {
        made.setStatus({ code: SpanStatusCode.ERROR, message: logText(span.error) });
      }
      made.end(span.endTime);
    },
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

function boundedAttributes(attributes: FinishedSpan['attributes']): FinishedSpan['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'string' ? logText(value) : value,
    ]),
  );
}

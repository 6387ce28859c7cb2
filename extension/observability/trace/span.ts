/** A piece of work that has ended, as tracing tells of it. */
export interface FinishedSpan {
  readonly name: string;
  /** The trace id as events carry it. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Null at the root of a trace. */
  readonly parentSpanId: string | null;
  /** UTC milliseconds. */
  readonly startTime: number;
  readonly endTime: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** What failed, in a sentence; null where nothing did. */
  readonly error: string | null;
}

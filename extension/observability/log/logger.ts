import { type LogLevel, type LogRecord, logLevels } from '../../contracts/logRecord.ts';
import { w3cTraceId } from '../trace/ids.ts';
import { logText, logValue } from './metadata.ts';

/** Where records go. What it throws is lost: a log never ends the work that it tells of. */
export type LogSink = (record: LogRecord) => void;

type Metadata = Readonly<Record<string, unknown>>;
type Write = (message: string, metadata?: Metadata) => void;

export interface Logger extends Readonly<Record<LogLevel, Write>> {
  /** The same log for records of one trace, given as events carry it. */
  readonly of: (traceId: string) => Logger;
}

export interface LoggerOptions {
  readonly service: string;
  /** The least urgent level that is written. */
  readonly level: LogLevel;
  readonly sinks: readonly LogSink[];
  /** UTC milliseconds. */
  readonly clock: () => number;
  /** The trace of what is at work, as events carry it; null outside any. */
  readonly currentTrace: () => string | null;
}

/**
 * Writes structured records: one JSON object each, with its trace, without secrets, and of bounded size. Strategy
 * source and what models write are told by their length alone.
 */
export function makeLogger(options: LoggerOptions): Logger {
  return loggerOf(options, null);
}

function loggerOf(options: LoggerOptions, ownTrace: string | null): Logger {
  const { service, level: least, sinks, clock, currentTrace } = options;
  const write =
    (level: LogLevel): Write =>
    (message, metadata = {}) => {
      if (logLevels.indexOf(level) < logLevels.indexOf(least)) return;
      const traceId = ownTrace ?? currentTrace();
      const record: LogRecord = {
        timestamp: new Date(clock()).toISOString(),
        level,
        service_name: service,
        trace_id: traceId === null ? null : w3cTraceId(traceId),
        message: logText(message),
        metadata: logValue(metadata) as LogRecord['metadata'],
      };
      for (const sink of sinks) {
        try {
          sink(record);
        } catch {
          // There is nobody left to tell.
        }
      }
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    of: (traceId) => loggerOf(options, traceId),
  };
}

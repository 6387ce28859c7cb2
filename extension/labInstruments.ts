import { join } from 'node:path';
import type { LogLevel } from './contracts/logRecord.ts';
import type { Observe, QueueReading, SandboxReading, TracePlace } from './contracts/observation.ts';
import type { SagaNotice, SagaView } from './contracts/saga.ts';
import {
  type EventLoopWatch,
  journalBytesOf,
  type LoopDelay,
  watchEventLoop,
} from './observability/health/hostState.ts';
import { type Logger, type LogSink, makeLogger } from './observability/log/logger.ts';
import { rotatingFile } from './observability/log/rotatingFile.ts';
import { logSagas } from './observability/log/sagaLog.ts';
import type { Metrics } from './observability/metrics/metrics.ts';
import type { HostReading } from './observability/metrics/processMetrics.ts';
import { RecentReadings } from './observability/recentReadings.ts';
import { type AmbientTrace, makeAmbientTrace } from './observability/trace/ambient.ts';
import { openTracing, type Tracing } from './observability/trace/tracing.ts';
import { type VenueReading, VenueReadings } from './observability/venueReadings.ts';

declare const __LAB_VERSION__: string;

/** How a surface wants its lab to be watched. */
export interface InstrumentOptions {
  /** What logs and traces call this program; `strategy-lab` where left out. */
  readonly service?: string;
  /** The least urgent level that is written to the lab's log; `info` where left out. */
  readonly logLevel?: LogLevel;
  /** Where log records go besides the lab's own file. */
  readonly logSinks?: readonly LogSink[];
  /**
   * Address of a collector of traces, and what it was given by; no trace is made, and nothing for it loaded,
   * where left out.
   */
  readonly tracesTo?: { readonly endpoint: string; readonly name: string } | undefined;
  /** Whether to keep metrics from the start on. They cost a package to load. */
  readonly measures?: boolean;
  /** What this program is a part of, as who started it says. */
  readonly calledFrom?: TracePlace | null;
}

export interface InstrumentPorts {
  /** The lab's own folder. */
  readonly folder: string;
  readonly clock: () => number;
  /** All sagas. May reject. */
  readonly listSagas: () => Promise<readonly SagaView[]>;
  readonly readQueue: () => Promise<QueueReading | null>;
  readonly readSandboxes: () => SandboxReading | null;
}

/** All that watches a lab, wired. */
export interface Instruments {
  readonly version: string;
  /** UTC milliseconds. */
  readonly openedTime: number;
  readonly ambient: AmbientTrace;
  readonly logger: Logger;
  readonly hear: (notice: SagaNotice) => void;
  readonly observe: Observe;
  /** Measures what an agent that asks no model takes to reason. */
  readonly reasoning: <T extends { readonly agent: { readonly name: string } }>(
    work: () => Promise<T>,
  ) => Promise<T>;
  /** All metrics in the text format of Prometheus. */
  readonly expose: Metrics['expose'];
  readonly venues: () => readonly VenueReading[];
  readonly recent: Pick<RecentReadings, 'agents' | 'requestP95' | 'sandboxStartMedian'>;
  readonly loopDelay: () => LoopDelay | null;
  readonly journalBytes: () => Promise<number | null>;
  readonly readQueue: () => Promise<QueueReading | null>;
  readonly readSandboxes: () => SandboxReading | null;
  /** Sends traces that are left, within a bounded time. Never rejects. */
  readonly close: () => Promise<void>;
}

const mostLogBytes = 5_000_000;
const keptLogFiles = 3;
/** A list of many runs is long: those who scrape often share one. */
const listMilliseconds = 5000;

/** Makes and wires the instruments of a lab. Throws `usage` for an address of traces that is none. */
export function openInstruments(options: InstrumentOptions, ports: InstrumentPorts): Instruments {
  const { folder, clock } = ports;
  const openedTime = clock();
  const version = __LAB_VERSION__;
  const ambient = makeAmbientTrace(options.calledFrom ?? null);
  const { service = 'strategy-lab' } = options;
  const logger = makeLogger({
    service,
    level: options.logLevel ?? 'info',
    sinks: [
      rotatingFile({ path: logFileOf(folder), mostBytes: mostLogBytes, keptFiles: keptLogFiles }),
      ...(options.logSinks ?? []),
    ],
    clock,
    currentTrace: () => ambient.current()?.traceId ?? null,
  });
  const tracing: Tracing | undefined =
    options.tracesTo === undefined
      ? undefined
      : openTracing({
          endpoint: options.tracesTo.endpoint,
          endpointName: options.tracesTo.name,
          service,
          version,
          currentPlace: ambient.current,
          onFailure: (error) => logger.error('Traces cannot be made.', { error }),
        });
  const venues = new VenueReadings();
  const recent = new RecentReadings();
  let loop: EventLoopWatch | undefined;
  const loopDelay = (): LoopDelay | null => loop?.read() ?? null;
  let journalBytes: number | null = null;
  const readHost = (): HostReading => ({
    uptimeSeconds: Math.max(0, clock() - openedTime) / 1000,
    residentBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    eventLoopDelay: loopDelay(),
    journalBytes,
  });
  let metrics: Promise<Metrics> | undefined;
  const openMetrics = (): Promise<Metrics> => {
    loop ??= watchEventLoop();
    metrics ??= import('./observability/metrics/metrics.ts').then(({ makeMetrics }) =>
      makeMetrics({
        version,
        clock,
        readHost,
        readQueue: ports.readQueue,
        readSandboxes: ports.readSandboxes,
        listSagas: sharedList(ports.listSagas, clock),
      }),
    );
    return metrics;
  };
  if (options.measures === true) void openMetrics();
  const tellMetrics = (tell: (metrics: Metrics) => void): void => {
    void metrics?.then(tell, () => undefined);
  };
  const sagasToLog = logSagas(logger);
  const observe: Observe = (observation) => {
    const time = clock();
    venues.take(observation, time);
    recent.take(observation, time);
    tracing?.observe(observation);
    tellMetrics((kept) => kept.observe(observation));
  };
  return {
    version,
    openedTime,
    ambient,
    logger,
    hear(notice) {
      sagasToLog(notice);
      tracing?.hear(notice);
      tellMetrics((kept) => kept.hear(notice));
    },
    observe,
    async reasoning(work) {
      const started = performance.now();
      const result = await work();
      const seconds = (performance.now() - started) / 1000;
      const { name: agent } = result.agent;
      observe({ kind: 'reasoned', agent, priority: ambient.priority(), seconds, providerSeconds: 0 });
      return result;
    },
    async expose() {
      journalBytes = await journalBytesOf(folder);
      return (await openMetrics()).expose();
    },
    venues: () => venues.list(),
    recent,
    loopDelay,
    journalBytes: () => journalBytesOf(folder),
    readQueue: () => ports.readQueue().catch(() => null),
    readSandboxes: ports.readSandboxes,
    async close() {
      loop?.close();
      await tracing?.close();
    },
  };
}

/** The file of a lab's log. */
export function logFileOf(folder: string): string {
  return join(folder, 'logs', 'strategy-lab.log');
}

function sharedList(
  list: () => Promise<readonly SagaView[]>,
  clock: () => number,
): () => Promise<readonly SagaView[] | null> {
  let kept: { readonly time: number; readonly sagas: Promise<readonly SagaView[] | null> } | undefined;
  return () => {
    const now = clock();
    if (kept === undefined || Math.abs(now - kept.time) >= listMilliseconds) {
      kept = { time: now, sagas: list().catch(() => null) };
    }
    return kept.sagas;
  };
}

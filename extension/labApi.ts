import { stat } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { guard } from '../language-server/guardian/guard.ts';
import { probeBackends } from '../sandbox/probe.ts';
import type { ApiLimits } from './api/http/limits.ts';
import { type ApiServer, startServer } from './api/http/server.ts';
import { openApiWork } from './api/openApiWork.ts';
import type { ApiPorts } from './api/ports.ts';
import { openTokens } from './api/tokens.ts';
import type { HealthReport, PartHealth } from './contracts/health.ts';
import type { IsolationLevel } from './contracts/isolation.ts';
import { type Lab, newShortId } from './lab.ts';

declare const __LAB_VERSION__: string;

export interface ServeOptions {
  readonly host?: string | undefined;
  readonly port: number;
  /** Tenants besides the owner of the lab, each with a token file of its own. */
  readonly tenants: readonly string[];
  /** Lowest isolation that will do for strategies that callers send. */
  readonly minimumLevel: IsolationLevel;
  /** Tasks at work at one time. */
  readonly workers: number;
  readonly limits?: Partial<ApiLimits>;
  /** Hears what went wrong in the lab itself, or in the work of a task. */
  readonly onProblem: (problem: string, error: unknown) => void;
}

/** What of a lab is served. */
export type ServedLab = Pick<
  Lab,
  'folder' | 'clock' | 'candles' | 'strategies' | 'backends' | 'sagas' | 'journal'
>;

export interface LabServer extends Omit<ApiServer, 'close'> {
  readonly tokenFile: string;
  readonly tokenFiles: Readonly<Record<string, string>>;
  /** To be called when the lab has written an event, so that followers hear of it at once. */
  readonly wake: () => void;
  /** Stops serving, and what is at work, so that it can go on later. The lab stays open. */
  close(): Promise<void>;
}

/** Serves a lab to programs. @throws LabError as `startServer` and `openTokens` */
export async function serveLab(lab: ServedLab, options: ServeOptions): Promise<LabServer> {
  const { folder, clock, candles, strategies } = lab;
  const { host, port, minimumLevel, workers, onProblem } = options;
  const tokens = await openTokens(folder, options.tenants);
  // A journal that cannot be opened is said before there is an address.
  await lab.sagas();
  const work = openApiWork({
    clock,
    sagas: () => lab.sagas(),
    journal: () => lab.journal(),
    candles,
    strategies,
    guard: (source, language) => guard(source, { author: 'agent', language }),
    minimumLevel,
    workers,
    onFailure: (id, error) => onProblem(`Task ${id} cannot be worked on.`, error),
  });
  const started = clock();
  let requests = 0;
  const server = await startServer({
    ports: {
      ...work,
      health: healthOf(lab, started),
      metrics: async () => expose(await readings(work, lab.folder), requests, (clock() - started) / 1000),
    },
    tokens,
    journal: () => lab.journal(),
    version: __LAB_VERSION__,
    clock,
    newId: newShortId,
    host,
    port,
    ...(options.limits !== undefined && { limits: options.limits }),
    onRequest: () => {
      requests += 1;
    },
    onInternal: (error, traceId) => onProblem(`A request went wrong, trace ${traceId}.`, error),
  });
  return {
    url: server.url,
    port: server.port,
    tokenFile: tokens.tokenFile,
    tokenFiles: tokens.files,
    wake: work.wake,
    async close() {
      // Work stops first, so that those who wait for its result are answered.
      await work.close();
      await server.close();
    },
  };
}

function healthOf(lab: ServedLab, started: number): ApiPorts['health'] {
  const version = __LAB_VERSION__;
  const uptime = (): number => Math.max(0, lab.clock() - started) / 1000;
  return {
    service: () => ({
      status: 'ok',
      version,
      running: true,
      uptime_seconds: uptime(),
      config: { enable_aster: false, enable_drift: false, enable_symphony: false, paper_trading: true },
      components: {
        trading_loop: 'absent',
        agent_orchestrator: 'running',
        position_tracker: 'absent',
        platform_router: 'absent',
      },
    }),
    async report(): Promise<HealthReport> {
      const parts = await Promise.all([
        ask('journal', async () => {
          await (await lab.journal()).feed.last();
          return 'The journal answers.';
        }),
        ask('sandbox', async () => {
          const found = await probeBackends(lab.backends, AbortSignal.timeout(10_000));
          const best = found.find(({ state }) => state !== 'unavailable');
          if (best === undefined) throw new Error('No strategy can run here.');
          return `Strategies run at the level ${best.level}.`;
        }),
      ]);
      return {
        status: parts.some(({ state }) => state === 'down') ? 'down' : 'ok',
        version,
        time: lab.clock(),
        uptime_seconds: uptime(),
        parts,
        system: {
          cpu_count: availableParallelism(),
          load_average: process.platform === 'win32' ? null : (loadavg()[0] ?? null),
          memory_total_bytes: totalmem(),
          memory_free_bytes: freemem(),
          process_memory_bytes: process.memoryUsage.rss(),
          event_loop_delay_ms: null,
          disk_free_bytes: null,
        },
      };
    },
  };
}

async function ask(part: string, question: () => Promise<string>): Promise<PartHealth> {
  const began = performance.now();
  const latency = (): number => performance.now() - began;
  try {
    const detail = await question();
    return { part, state: 'ok', detail, reason: null, action: null, latency_ms: latency() };
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    const action = 'Run strategy-lab doctor to see what is wrong.';
    return { part, state: 'down', detail, reason: 'unavailable', action, latency_ms: latency() };
  }
}

async function readings({ work }: Pick<ApiPorts, 'work'>, folder: string) {
  const journal = await stat(join(folder, 'journal.sqlite')).catch(() => null);
  return { ...work.reading(), journalBytes: journal?.size ?? 0 };
}

/** The few figures that the interface itself has, in the text format of Prometheus. */
function expose(
  { queueDepth, activeWorkers, workers, journalBytes }: Awaited<ReturnType<typeof readings>>,
  requests: number,
  uptime: number,
) {
  const figures = [
    ['mcp_queue_depth', 'gauge', 'Tasks that wait for a worker.', queueDepth],
    ['mcp_active_workers', 'gauge', 'Tasks at work.', activeWorkers],
    ['mcp_workers', 'gauge', 'Most tasks at work at one time.', workers],
    ['strategy_lab_api_requests_total', 'counter', 'Requests that were answered.', requests],
    ['strategy_lab_journal_bytes', 'gauge', 'Size of the journal.', journalBytes],
    ['strategy_lab_uptime_seconds', 'gauge', 'Time since the interface was opened.', uptime],
  ] as const;
  const text = figures
    .map(([name, type, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`)
    .join('');
  return { contentType: 'text/plain; version=0.0.4; charset=utf-8', text };
}

import { resolve } from 'node:path';
import { guard } from '../language-server/guardian/guard.ts';
import { localTenant } from './api/caller.ts';
import { pathHider } from './api/hiddenPaths.ts';
import type { ApiLimits } from './api/http/limits.ts';
import { type ApiServer, startServer } from './api/http/server.ts';
import { openApiWork } from './api/openApiWork.ts';
import { openTokens } from './api/tokens.ts';
import { defaultGuestLimits, type GuestLimits } from './api/work/guestLimits.ts';
import type { RunTasks } from './api/work/workQueue.ts';
import type { IsolationLevel } from './contracts/isolation.ts';
import { type Lab, newShortId } from './lab.ts';
import type { Instruments } from './labInstruments.ts';
import { fixedWorkers } from './orchestrator/workers/autoscaler.ts';

export interface ServeOptions {
  readonly host?: string | undefined;
  readonly port: number;
  /** Tenants besides the owner of the lab, each with a token file of its own. */
  readonly tenants: readonly string[];
  /** What holds for these tenants, in place of `defaultGuestLimits`. */
  readonly guests?: Partial<GuestLimits>;
  /** Whether to have a token that reads the metrics and may do nothing else. */
  readonly hasScraper?: boolean;
  /** Lowest isolation that will do for strategies that callers send. */
  readonly minimumLevel: IsolationLevel;
  /** Tasks at work at one time; as the load asks for where left out. */
  readonly workers?: number | undefined;
  readonly limits?: Partial<ApiLimits>;
  /** Awaited before each request that may change something. */
  readonly beforeChange?: () => Promise<void>;
  /** Hears what went wrong in the lab itself, or in the work of a task. */
  readonly onProblem: (problem: string, error: unknown) => void;
}

/** What of a lab is served. */
export type ServedLab = Pick<
  Lab,
  'folder' | 'clock' | 'candles' | 'strategies' | 'sagas' | 'journal' | 'health'
> & {
  readonly tasks: RunTasks;
  readonly instruments: Pick<Instruments, 'version' | 'expose' | 'observe'>;
};

export interface LabServer extends Omit<ApiServer, 'close'> {
  readonly tokenFile: string;
  readonly tokenFiles: Readonly<Record<string, string>>;
  /** Null where none was asked for. */
  readonly scrapeTokenFile: string | null;
  /** To be called when the lab has written an event, so that followers hear of it at once. */
  readonly wake: () => void;
  /** Stops serving. The lab stays open, and what is at work goes on. */
  close(): Promise<void>;
}

/** Serves a lab to programs. @throws LabError as `startServer` and `openTokens` */
export async function serveLab(lab: ServedLab, options: ServeOptions): Promise<LabServer> {
  const { folder, clock, candles, strategies, tasks, health, instruments } = lab;
  const { host, port, minimumLevel, workers, onProblem } = options;
  const guests = { ...defaultGuestLimits, ...options.guests };
  const tokens = await openTokens(folder, options.tenants, { hasScraper: options.hasScraper === true });
  // A journal that cannot be opened is said before there is an address.
  await lab.sagas();
  // Measures from here on, whoever asks for it first.
  await instruments.expose();
  const { mostWaiting, mostRunning } = guests;
  const queue = await tasks.queue();
  for (const tenant of options.tenants.filter((name) => name !== localTenant)) {
    await queue.setLimits({ tenant }, { mostWaiting, mostRunning });
  }
  await tasks.work(workers === undefined ? undefined : fixedWorkers(workers));
  const work = openApiWork({
    clock,
    sagas: () => lab.sagas(),
    journal: () => lab.journal(),
    candles,
    strategies,
    guard: (source, language) => guard(source, { author: 'agent', language }),
    minimumLevel,
    tasks,
    guests,
  });
  const server = await startServer({
    ports: {
      ...work,
      health,
      metrics: instruments.expose,
    },
    tokens,
    journal: () => lab.journal(),
    hider: pathHider(resolve(folder), resolve(strategies.pathOf(''))),
    version: instruments.version,
    clock,
    newId: newShortId,
    host,
    port,
    ...(options.limits !== undefined && { limits: options.limits }),
    beforeChange: options.beforeChange,
    onRequest: ({ traceId, spanId, ...ended }) =>
      instruments.observe({ kind: 'request-ended', ...ended, trace: { traceId, spanId } }),
    onInternal: (error, traceId) => onProblem(`A request went wrong, trace ${traceId}.`, error),
  });
  return {
    url: server.url,
    port: server.port,
    tokenFile: tokens.tokenFile,
    tokenFiles: tokens.files,
    scrapeTokenFile: tokens.scrapeTokenFile,
    wake: work.wake,
    close: () => server.close(),
  };
}

import { type DockerClient, statusOf } from '../sandbox/dockerApi.ts';
import { probeBackends, refuseBroken } from '../sandbox/probe.ts';
import type { BackendStatus, SandboxBackend } from '../sandbox/sandbox.ts';
import type { HealthReport, PartFinding, ServiceHealth } from './contracts/health.ts';
import { isolationDescriptions, isolationLevels, type LimitName } from './contracts/isolation.ts';
import type { Observe, QueueReading } from './contracts/observation.ts';
import type { Instruments } from './labInstruments.ts';
import { checkParts, type HealthCheck, isFine, overallState } from './observability/health/checkHealth.ts';
import { freeBytesOf, systemHealth } from './observability/health/hostState.ts';
import { diskFinding, eventLoopFinding } from './observability/health/machineChecks.ts';
import type { VenueReading } from './observability/venueReadings.ts';

export interface HealthParts {
  readonly folder: string;
  readonly clock: () => number;
  readonly instruments: Pick<
    Instruments,
    'version' | 'openedTime' | 'loopDelay' | 'venues' | 'readQueue' | 'observe'
  >;
  readonly backends: readonly SandboxBackend[];
  readonly acceptMissingLimits: readonly LimitName[];
  readonly docker: DockerClient;
  /** Asks the journal for something small. Rejects when it does not work. */
  readonly askJournal: () => Promise<unknown>;
  /** Whether a process works on the queue now. Rejects where the journal does not work. */
  readonly isLed: () => Promise<boolean>;
  /** Whether the engine of sagas is open. */
  readonly isEngineOpen: () => boolean;
  /** Further parts, such as a Redis. */
  readonly more?: readonly HealthCheck[];
}

export interface LabHealth {
  /** Asks every part, all at once and each for a bounded time. Never rejects. */
  readonly report: () => Promise<HealthReport>;
  /** From memory alone: asks nobody. */
  readonly service: () => ServiceHealth;
}

const timeoutMilliseconds = 5000;
/** Finding out what sandboxes hold starts some: that is not done for everyone who asks. */
const sandboxMilliseconds = 60_000;
/** Longer ago than this, an answer of a venue says nothing of now. */
const venueMilliseconds = 15 * 60_000;
const slowSeconds = 2;

/** How the parts of a lab are. */
export function labHealth(parts: HealthParts): LabHealth {
  const { folder, clock, instruments, docker } = parts;
  const findSandbox = kept(sandboxMilliseconds, clock, (signal) => sandboxFinding(parts, signal));
  const checks: HealthCheck[] = [
    {
      part: 'journal',
      isEssential: true,
      check: async () => {
        await parts.askJournal();
        return isFine('The journal answers.');
      },
    },
    { part: 'sandbox', isEssential: true, check: findSandbox },
    {
      part: 'disk',
      isEssential: true,
      check: async () => diskFinding(await freeBytesOf(folder)),
    },
    { part: 'docker', isEssential: false, check: () => dockerFinding(docker, instruments.observe) },
    {
      part: 'data-feeds',
      isEssential: false,
      check: async () => absent('No live feed is open.'),
    },
    {
      part: 'exchanges',
      isEssential: false,
      check: async () => exchangesFinding(instruments.venues(), clock()),
    },
    {
      part: 'models',
      isEssential: false,
      check: async () => absent('No model is set up: the built-in agents work by rules.'),
    },
    {
      part: 'queue',
      isEssential: false,
      check: async () => queueFinding(await instruments.readQueue()),
    },
    {
      part: 'workers',
      isEssential: false,
      check: async () => workersFinding(await parts.isLed(), await instruments.readQueue()),
    },
    ...absentUnless(parts.more ?? [], 'redis', 'No Redis is set up: the lab needs none.'),
  ];
  const essential = new Set(checks.filter(({ isEssential }) => isEssential).map(({ part }) => part));
  let last: HealthReport['status'] | undefined;
  return {
    async report() {
      const delay = instruments.loopDelay();
      const loop: HealthCheck = {
        part: 'event-loop',
        isEssential: false,
        check: async () => eventLoopFinding(delay?.p99 ?? null),
      };
      const options = { timeoutMilliseconds, monotonicClock: () => performance.now() };
      const [found, system] = await Promise.all([
        checkParts([...checks, loop], options),
        systemHealth(folder, delay),
      ]);
      last = overallState(found, essential);
      return { ...stateOf(last), time: clock(), parts: found, system };
    },
    service: () => ({
      ...stateOf(last ?? 'ok'),
      running: true,
      config: { enable_aster: false, enable_drift: false, enable_symphony: false, paper_trading: true },
      components: {
        trading_loop: 'absent',
        agent_orchestrator: parts.isEngineOpen() ? 'running' : 'stopped',
        position_tracker: 'absent',
        platform_router: 'absent',
      },
    }),
  };

  function stateOf(status: HealthReport['status']) {
    const { version, openedTime } = instruments;
    return { status, version, uptime_seconds: Math.max(0, clock() - openedTime) / 1000 };
  }
}

function absent(detail: string): PartFinding {
  return { state: 'absent', detail, reason: null, action: null };
}

/** The check of a part where there is one, else one that says why there is none. */
function absentUnless(more: readonly HealthCheck[], part: string, detail: string): HealthCheck[] {
  const own = more.filter((check) => check.part === part);
  return own.length > 0 ? own : [{ part, isEssential: false, check: async () => absent(detail) }];
}

/** `find` for everyone who asks within so many milliseconds; what failed is found anew. */
function kept(
  milliseconds: number,
  clock: () => number,
  find: (signal: AbortSignal) => Promise<PartFinding>,
): (signal: AbortSignal) => Promise<PartFinding> {
  let last: { readonly time: number; readonly finding: PartFinding } | undefined;
  return async (signal) => {
    if (last !== undefined && Math.abs(clock() - last.time) < milliseconds) return last.finding;
    const finding = await find(signal);
    last = finding.state === 'down' ? undefined : { time: clock(), finding };
    return finding;
  };
}

async function sandboxFinding(
  { backends, acceptMissingLimits }: HealthParts,
  signal: AbortSignal,
): Promise<PartFinding> {
  const found = await probeBackends(backends, signal);
  const usable = found
    .map((status) => refuseBroken(status, acceptMissingLimits))
    .filter(({ state }) => state !== 'unavailable')
    .toSorted((a, b) => isolationLevels.indexOf(a.level) - isolationLevels.indexOf(b.level));
  const [best] = usable;
  if (best !== undefined) {
    return isFine(`Strategies run at the level ${best.level}: ${isolationDescriptions[best.level]}.`);
  }
  const action = found.find((status: BackendStatus) => status.action !== null)?.action ?? null;
  return { state: 'down', detail: 'No strategy can run here.', reason: 'sandbox.unavailable', action };
}

/** A daemon that nobody set up is no connection that is lost. */
async function dockerFinding(docker: DockerClient, observe: Observe): Promise<PartFinding> {
  const tell = (isUp: boolean) => observe({ kind: 'connection-changed', peer: 'docker', isUp });
  try {
    await docker.ping();
    tell(true);
    return isFine('The Docker daemon answers.');
  } catch (error) {
    if (statusOf(error) === undefined && isNotThere(error)) {
      return absent('No Docker daemon is reached: sandboxes of other kinds are taken.');
    }
    tell(false);
    const detail = `The Docker daemon does not answer well: ${error instanceof Error ? error.message : String(error)}`;
    return {
      state: 'down',
      detail,
      reason: 'docker.unavailable',
      action: 'Run `strategy-lab doctor` to see what is wrong with Docker.',
    };
  }
}

function isNotThere(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  return ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'ENOTFOUND'].includes(code);
}

/** More than this wait: the promise of the queue's depth is broken. */
const deepQueue = 100;

function queueFinding(queue: QueueReading | null): PartFinding {
  if (queue === null) return absent('No queue of tasks is open.');
  const waiting = queue.depths.reduce((sum, { tasks }) => sum + tasks, 0);
  const detail = `${waiting} tasks wait, ${queue.running} are at work, ${queue.deadLetters} were given up.`;
  if (queue.deadLetters > 0) {
    const action = 'Look at the dead letters, and replay or discard them.';
    return { state: 'degraded', detail, reason: 'queue.dead-letters', action };
  }
  if (queue.isPaused) {
    const action = 'Resume the queue: strategy-lab resume, or Resume Queue in VS Code.';
    const held = `The queue is paused and starts nothing: ${detail}`;
    return { state: 'degraded', detail: held, reason: 'queue.paused', action };
  }
  if (waiting <= deepQueue) return isFine(detail);
  const action = 'Let more workers join, or send less work.';
  return { state: 'degraded', detail, reason: 'queue.deep', action };
}

function workersFinding(isLed: boolean, queue: QueueReading | null): PartFinding {
  const waiting = queue?.depths.reduce((sum, { tasks }) => sum + tasks, 0) ?? 0;
  const { active, total } = queue?.workers ?? { active: 0, total: 0 };
  if (isLed) return isFine(`The queue is worked on. Of the ${total} workers here ${active} are at work.`);
  if (waiting === 0) return absent('Nobody works on the queue, and nothing waits in it.');
  const action = 'Open the lab in VS Code, or run strategy-lab worker.';
  const detail = `Nobody works on the queue, in which ${waiting} tasks wait.`;
  return { state: 'degraded', detail, reason: 'queue.unworked', action };
}

function exchangesFinding(venues: readonly VenueReading[], now: number): PartFinding {
  const recent = venues.flatMap(({ venue, latencySeconds, time }) =>
    latencySeconds === null || now - time > venueMilliseconds ? [] : [{ venue, latencySeconds }],
  );
  if (recent.length === 0) return absent('No exchange was asked for data of late.');
  const detail = recent
    .map(({ venue, latencySeconds }) => `${venue} answered in ${Math.round(latencySeconds * 1000)} ms`)
    .join(', ');
  if (recent.every(({ latencySeconds }) => latencySeconds <= slowSeconds)) return isFine(`${detail}.`);
  return { state: 'degraded', detail: `${detail}.`, reason: 'exchange.slow', action: null };
}

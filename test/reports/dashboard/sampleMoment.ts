import type { HealthReport } from '../../../extension/contracts/health.ts';
import type { QueueReading } from '../../../extension/contracts/observation.ts';
import type { SagaView } from '../../../extension/contracts/saga.ts';
import type { FlowWords } from '../../../extension/reports/dashboard/pipelineFlow.ts';
import type { LabMoment } from '../../../extension/reports/dashboard/snapshot.ts';

export const now = Date.UTC(2026, 0, 2, 12, 0, 0);
export const minute = 60_000;

const steps = ['reason', 'code', 'guard', 'sandbox', 'optimise', 'backtest', 'review', 'deploy', 'monitor'];

export interface RunOptions {
  readonly state: string;
  /** How many of its steps anything has happened to. */
  readonly reached: number;
  readonly name?: string;
  /** When it ended or stands since; each of its steps took `stepSeconds` before that. */
  readonly time?: number;
  readonly stepSeconds?: number;
}

/** A run that stands somewhere in the pipeline. */
export function runAt({
  state,
  reached,
  name = 'generate',
  time = now,
  stepSeconds = 1,
}: RunOptions): SagaView {
  return {
    id: `run-${state}-${reached}`,
    name,
    traceId: 't',
    state,
    waitingFor: null,
    actions: [],
    rollbackTargets: [],
    input: null,
    steps: steps.map((step, index) => ({
      name: step,
      gate: false,
      generation: index < reached ? 1 : 0,
      status: index < reached ? ('done' as const) : ('pending' as const),
      attempts: 1,
      startedTime: index < reached ? time - stepSeconds * 1000 : null,
      endedTime: index < reached ? time : null,
      artefacts: [],
      error: null,
      retryTime: null,
      children: [],
      earlier: [],
    })),
    decisions: [],
    compensations: [],
    notUndone: [],
    stages: [],
    parent: null,
    waitingOn: [],
    evidence: null,
    cancellation: null,
    canCancel: false,
    alerts: [],
    forensics: [],
    error: null,
    startedTime: time - 10 * minute,
    updatedTime: time,
  };
}

export const health: HealthReport = {
  status: 'degraded',
  version: '1.2.3',
  time: now,
  uptime_seconds: 100,
  parts: [
    {
      part: 'journal',
      state: 'ok',
      detail: 'The journal answers.',
      reason: null,
      action: null,
      latency_ms: 2.25,
    },
    {
      part: 'docker',
      state: 'down',
      detail: 'The Docker daemon does not answer well: 500.',
      reason: 'docker.unavailable',
      action: 'Run `strategy-lab doctor` to see what is wrong with Docker.',
      latency_ms: 1500,
    },
    {
      part: 'exchanges',
      state: 'degraded',
      detail: 'binance answered in 3000 ms.',
      reason: 'exchange.slow',
      action: null,
      latency_ms: 0,
    },
    {
      part: 'redis',
      state: 'absent',
      detail: 'No Redis is set up: the lab needs none.',
      reason: null,
      action: null,
      latency_ms: 0,
    },
  ],
  system: {
    cpu_count: 2,
    load_average: 0.5,
    memory_total_bytes: 8e9,
    memory_free_bytes: 2e9,
    process_memory_bytes: 150_000_000,
    event_loop_delay_ms: 12,
    disk_free_bytes: 5e9,
  },
};

export function sampleMoment(change: Partial<LabMoment> = {}): LabMoment {
  return {
    version: '1.2.3',
    now,
    openedTime: now - 90 * minute,
    runs: [
      runAt({ state: 'completed', reached: 9 }),
      runAt({ state: 'completed', reached: 9, time: now - 70 * minute }),
      runAt({ state: 'waiting-for-review', reached: 7 }),
      runAt({ state: 'failed', reached: 4 }),
      runAt({ state: 'running', reached: 2 }),
      runAt({ state: 'completed', reached: 3, name: 'backtest' }),
    ],
    queue: sampleQueue({ waiting: 2, active: 1, total: 2 }),
    sandboxes: { active: 1, pooled: 2 },
    sandboxStartMedian: 0.125,
    requestP95: null,
    agents: [{ name: 'rule-based reasoning', answers: 12, p95Seconds: null, lastTime: now - minute }],
    venues: [{ venue: 'binance', latencySeconds: 0.257, lagSeconds: 1.5, time: now }],
    journalBytes: 1_500_000,
    health,
    ...change,
  };
}

export const words: FlowWords = {
  title: 'From idea to strategy',
  summary: (begun, completed) => `${begun} began, ${completed} completed`,
  source: 'Ideas',
  completed: 'Done',
  stepTitle: (step) => step,
  stayed: (state, step) => `${step}: ${state}`,
};

export function sampleQueue(of: { waiting: number; active: number; total: number }): QueueReading {
  const { waiting, active, total } = of;
  return {
    depths: [{ priority: 0, tenant: 'local', tasks: waiting }],
    oldestReadyTime: null,
    running: active,
    isPaused: false,
    deadLetters: 0,
    workers: { active, total },
  };
}

import type { DashboardAgent, DashboardSample, DashboardSnapshot } from '../../contracts/dashboard.ts';
import type { HealthReport } from '../../contracts/health.ts';
import type { QueueReading, SandboxReading } from '../../contracts/observation.ts';
import type { SagaView } from '../../contracts/saga.ts';
import type { AgentReading } from '../../observability/recentReadings.ts';
import { sandboxAttempts, totalOf } from '../../observability/sandboxAttempts.ts';
import type { VenueReading } from '../../observability/venueReadings.ts';
import { countStates, latencyOf, throughputOf, tile } from './figures.ts';
import { minuteAgo, withSample } from './history.ts';
import { type FlowWords, pipelineFlow } from './pipelineFlow.ts';

/** What is known of a lab at one moment. */
export interface LabMoment {
  readonly version: string;
  /** UTC milliseconds. */
  readonly now: number;
  readonly openedTime: number;
  readonly runs: readonly SagaView[];
  /** The lab's queue of tasks; null where there is none. */
  readonly queue: QueueReading | null;
  readonly sandboxes: SandboxReading | null;
  readonly sandboxStartMedian: number | null;
  /** Seconds, of the interface for programs; null where it is not open or was asked too little. */
  readonly requestP95: number | null;
  readonly agents: readonly AgentReading[];
  readonly venues: readonly VenueReading[];
  readonly journalBytes: number | null;
  readonly health: HealthReport;
}

/** All that the dashboard shows, and the history to begin the next one with. Pure. */
export function dashboardSnapshot(
  moment: LabMoment,
  history: readonly DashboardSample[],
  words: FlowWords,
): DashboardSnapshot {
  const { now, runs, queue, venues, health, sandboxes, sandboxStartMedian } = moment;
  const waiting = queue?.depths.reduce((sum, { tasks }) => sum + tasks, 0) ?? 0;
  const active = queue?.workers.active ?? 0;
  const total = queue?.workers.total ?? 0;
  const latency = latencyOf(runs, now);
  const throughput = throughputOf(runs, now);
  const before = minuteAgo(history, now);
  const lags = venues.flatMap(({ lagSeconds }) => (lagSeconds === null ? [] : [lagSeconds]));
  const sample: DashboardSample = {
    time: now,
    queueDepth: waiting,
    activeWorkers: active,
    latencyP95: latency.tile.value,
    throughput: throughput.value,
  };
  const { event_loop_delay_ms: delay, process_memory_bytes, disk_free_bytes } = health.system;
  return {
    type: 'snapshot',
    version: moment.version,
    now,
    openedTime: moment.openedTime,
    isPaused: queue?.isPaused ?? false,
    tiles: {
      queueDepth: tile(waiting, before?.queueDepth ?? null),
      activeWorkers: { ...tile(active, before?.activeWorkers ?? null), total },
      latencyP95: latency.tile,
      throughput,
      apiLatency: tile(moment.requestP95, null),
      dataLag: tile(lags.length === 0 ? null : Math.max(...lags), null),
      databaseBytes: tile(moment.journalBytes, null),
    },
    latencySteps: latency.steps,
    history: [...withSample(history, sample)],
    sagas: countStates(runs),
    flow: pipelineFlow(runs, words),
    agents: moment.agents.map(agentView),
    sandbox: {
      active: sandboxes?.active ?? null,
      pooled: sandboxes?.pooled ?? null,
      medianStartSeconds: sandboxStartMedian,
      attempts: totalOf(sandboxAttempts(runs)),
    },
    venues: [...venues],
    system: {
      eventLoopDelaySeconds: delay === null ? null : delay / 1000,
      memoryBytes: process_memory_bytes,
      diskFreeBytes: disk_free_bytes,
    },
    health: { status: health.status, parts: health.parts },
  };
}

/** No agent of this lab trades yet. */
function agentView({ name, answers, p95Seconds, lastTime }: AgentReading): DashboardAgent {
  return {
    name,
    status: 'active',
    answers,
    p95Seconds,
    lastTime,
    totalTrades: null,
    winRate: null,
    averageConfidence: null,
    profit: null,
    lastTradeTime: null,
  };
}

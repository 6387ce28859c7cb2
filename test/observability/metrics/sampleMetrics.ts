import type { QueueReading, SandboxReading, TaskEnded } from '../../../extension/contracts/observation.ts';
import type { SagaView } from '../../../extension/contracts/saga.ts';
import { makeMetrics } from '../../../extension/observability/metrics/metrics.ts';
import type { HostReading } from '../../../extension/observability/metrics/processMetrics.ts';

type ListedSaga = Pick<SagaView, 'name' | 'state' | 'notUndone' | 'alerts' | 'forensics'>;

/** What the ports of the metrics answer; change it to change the answers. */
export interface World {
  now: number;
  queue: QueueReading | null;
  sagas: readonly ListedSaga[] | null;
  sandboxes: SandboxReading | null;
  host: HostReading;
}

export function sampleWorld(): World {
  return {
    now: 1_700_000_000_000,
    queue: {
      depths: [{ priority: 5, tenant: 'alice', tasks: 3 }],
      oldestReadyTime: 1_700_000_000_000 - 2500,
      running: 2,
      isPaused: false,
      deadLetters: 1,
      workers: { active: 2, total: 4 },
    },
    sagas: [],
    sandboxes: { active: 1, pooled: 2 },
    host: {
      uptimeSeconds: 60,
      residentBytes: 1e8,
      heapBytes: 5e7,
      eventLoopDelay: { median: 0.001, p99: 0.02, max: 0.05 },
      journalBytes: 4096,
    },
  };
}

/** A saga of which there is nothing to tell but what is given. */
export function sampleSaga(told: Partial<ListedSaga> = {}): ListedSaga {
  return { name: 'toy', state: 'failed', notUndone: [], alerts: [], forensics: [], ...told };
}

export function sampleMetrics(world: World) {
  return makeMetrics({
    clock: () => world.now,
    version: '1.2.3',
    readQueue: () => Promise.resolve(world.queue),
    listSagas: () => Promise.resolve(world.sagas),
    readSandboxes: () => world.sandboxes,
    readHost: () => world.host,
  });
}

export function taskEnded(change: Partial<TaskEnded> = {}): TaskEnded {
  const time = 1_700_000_000_000;
  return {
    kind: 'task-ended',
    taskId: 't1',
    taskType: 'backtest',
    tenant: 'alice',
    priority: 5,
    status: 'completed',
    attempt: 1,
    readyTime: time - 3000,
    startedTime: time - 2000,
    endedTime: time,
    trace: null,
    ...change,
  };
}

/** The samples of a metric in the text format, by their labels as they stand there. */
export function samplesOf(text: string, name: string): Record<string, number> {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{([^}]*)\\})? (\\S+)$`, 'gm'));
  return Object.fromEntries([...lines].map(([, labels = '', value]) => [labels, Number(value)]));
}

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { QueueReading, TaskEnded } from '../../contracts/observation.ts';
import { CompletionRate } from './completionRate.ts';
import { boundedLabel, largestByLabel } from './labels.ts';
import { readGauge } from './readGauge.ts';

export interface QueueMetricsPorts {
  /** What the queue holds now; null where there is no queue, or it cannot be read. */
  readonly readQueue: () => Promise<QueueReading | null>;
  readonly clock: () => number;
}

const mostTenants = 20;
const mostTaskTypes = 40;
const mostPriorities = 20;

/** Metrics of the queue, its tasks and its workers. */
export function queueMetrics(
  registry: Registry,
  { readQueue, clock }: QueueMetricsPorts,
): (task: TaskEnded) => void {
  const registers = [registry];
  const typeOf = boundedLabel(mostTaskTypes);
  const priorityOf = boundedLabel(mostPriorities);
  const completion = new CompletionRate();
  let reading: Promise<QueueReading | null> | undefined;
  /** One look at the queue serves all gauges of one scrape. */
  const read = (): Promise<QueueReading | null> => {
    reading ??= readQueue()
      .catch(() => null)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const gauge = (name: string, help: string, take: (queue: QueueReading) => number | null): void =>
    readGauge(registry, name, help, async () => {
      const queue = await read();
      return queue === null ? null : take(queue);
    });
  new Gauge({
    name: 'queue_depth',
    help: 'Tasks that wait, by priority and tenant. The largest tenants by name, the rest as other.',
    labelNames: ['priority', 'tenant'],
    registers,
    async collect() {
      const queue = await read();
      this.reset();
      const rows = (queue?.depths ?? []).map(({ priority, tenant, tasks }) => ({
        first: priorityOf(String(priority)),
        second: tenant,
        value: tasks,
      }));
      for (const { first, second, value } of largestByLabel(rows, mostTenants)) {
        this.set({ priority: first, tenant: second }, value);
      }
    },
  });
  gauge(
    'queue_oldest_task_seconds',
    'How long the task waits that waits longest; 0 where none waits.',
    ({ oldestReadyTime, depths }) => {
      if (oldestReadyTime !== null) return Math.max(0, clock() - oldestReadyTime) / 1000;
      return depths.some(({ tasks }) => tasks > 0) ? null : 0;
    },
  );
  gauge('queue_paused', '1 while somebody holds back all that waits, else 0.', ({ isPaused }) =>
    Number(isPaused),
  );
  gauge('queue_running_tasks', 'Tasks at work.', ({ running }) => running);
  gauge(
    'queue_dead_letters',
    'Tasks that were given up and wait for a person.',
    (queue) => queue.deadLetters,
  );
  gauge('workers_active', 'Workers that have a task.', ({ workers }) => workers.active);
  gauge('workers_ready', 'Workers that there are.', ({ workers }) => workers.total);
  new Gauge({
    name: 'task_completion_rate',
    help: 'Share of the tasks that completed among those that ended within the last hour.',
    labelNames: ['task_type'],
    registers,
    collect() {
      this.reset();
      for (const [taskType, rate] of completion.read(clock())) this.set({ task_type: taskType }, rate);
    },
  });
  const ended = new Counter({
    name: 'queue_task_attempts_total',
    help: 'Attempts at tasks that ended, by how they ended.',
    labelNames: ['task_type', 'status'],
    registers,
  });
  const waited = new Histogram({
    name: 'queue_wait_seconds',
    help: 'From when a task could have been started to when it was.',
    labelNames: ['priority'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600],
    registers,
  });
  const worked = new Histogram({
    name: 'queue_task_seconds',
    help: 'How long an attempt at a task took.',
    labelNames: ['task_type', 'status'],
    buckets: [0.005, 0.05, 0.25, 1, 5, 15, 60, 300, 1800],
    registers,
  });
  return (task) => {
    const { status, readyTime, startedTime, endedTime } = task;
    const taskType = typeOf(task.taskType);
    ended.inc({ task_type: taskType, status });
    worked.observe({ task_type: taskType, status }, seconds(startedTime, endedTime));
    waited.observe({ priority: priorityOf(String(task.priority)) }, seconds(readyTime, startedTime));
    if (status !== 'failed' && status !== 'yielded') {
      completion.add(taskType, status === 'completed', endedTime);
    }
  };
}

/** A clock that was put back makes no negative duration. */
function seconds(from: number, to: number): number {
  return Math.max(0, to - from) / 1000;
}

import type { SagaView } from '../../contracts/saga.ts';
import { quantileOf } from '../../evaluation/statistics/quantile.ts';
import type { WorkStatistics } from '../ports.ts';

/** How far back figures look. */
const windowMilliseconds = 3_600_000;

/**
 * Figures of the tasks that first came to rest within the last hour.
 * @param now UTC milliseconds
 */
export function statisticsOf(
  views: readonly SagaView[],
  now: number,
  utilisation: number | null,
): WorkStatistics {
  const rested = views.flatMap((view) => {
    const restTime = firstRest(view);
    return restTime === null || restTime <= now - windowMilliseconds ? [] : [{ view, restTime }];
  });
  const latencies = Float64Array.from(rested, ({ view, restTime }) =>
    Math.max(0, restTime - view.startedTime),
  ).sort();
  const failed = rested.filter(({ view }) => view.state === 'failed').length;
  return {
    windowMilliseconds,
    tasks: rested.length,
    throughput: rested.length / (windowMilliseconds / 60_000),
    utilisation,
    successRate: rested.length === 0 ? null : 1 - failed / rested.length,
    latency:
      rested.length === 0
        ? null
        : {
            p50: quantileOf(latencies, 0.5),
            p95: quantileOf(latencies, 0.95),
            p99: quantileOf(latencies, 0.99),
          },
  };
}

/** When a task came to its end or to its first gate: how long a person thinks afterwards is not its work. */
function firstRest({ state, steps, decisions, updatedTime }: SagaView): number | null {
  const [first] = decisions;
  if (first !== undefined) {
    const step = steps.find(({ name }) => name === first.step);
    return step?.earlier[0]?.endedTime ?? step?.endedTime ?? first.time;
  }
  const isAtWork = ['running', 'undoing', 'interrupted'].includes(state);
  return isAtWork ? null : updatedTime;
}

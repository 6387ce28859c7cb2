import type { SagaStateName, Tile } from '../../contracts/dashboard.ts';
import { sagaStates } from '../../contracts/dashboard.ts';
import type { SagaView } from '../../contracts/saga.ts';
import { p95Of } from '../../observability/slo/percentiles.ts';

const hour = 3_600_000;

export type RunView = Pick<SagaView, 'name' | 'state' | 'steps' | 'startedTime' | 'updatedTime'>;

/** A value and how it differs from an earlier one. */
export function tile(value: number | null, before: number | null): Tile {
  return { value, change: value === null || before === null ? null : value - before };
}

/**
 * The 95th percentile of how long steps took that ended within the hour before `now`, with its change against the
 * hour before that, in seconds. Null for too few steps.
 */
export function latencyOf(
  runs: readonly RunView[],
  now: number,
): { readonly tile: Tile; readonly steps: number } {
  const within = (from: number, to: number): number[] =>
    runs.flatMap(({ steps }) =>
      steps
        .flatMap((step) => [step, ...step.earlier])
        .flatMap(({ startedTime, endedTime }) =>
          startedTime !== null && endedTime !== null && endedTime > from && endedTime <= to
            ? [Math.max(0, endedTime - startedTime) / 1000]
            : [],
        ),
    );
  const recent = within(now - hour, now);
  return { tile: tile(p95Of(recent), p95Of(within(now - 2 * hour, now - hour))), steps: recent.length };
}

const endStates: ReadonlySet<SagaStateName> = new Set(['completed', 'rejected', 'cancelled', 'failed']);

/** Runs that came to an end within the hour before `now`, with the change against the hour before that. */
export function throughputOf(runs: readonly RunView[], now: number): Tile {
  const within = (from: number, to: number): number =>
    runs.filter(
      ({ state, updatedTime }) => endStates.has(stateOf(state)) && updatedTime > from && updatedTime <= to,
    ).length;
  return tile(within(now - hour, now), within(now - 2 * hour, now - hour));
}

/** How many runs are in each state; states without a run are left out. */
export function countStates(runs: readonly Pick<RunView, 'state'>[]) {
  return sagaStates
    .map((state) => ({ state, count: runs.filter((run) => stateOf(run.state) === state).length }))
    .filter(({ count }) => count > 0);
}

/** A run's state without what it waits for: a person at a gate, or other runs. */
export function stateOf(state: string): SagaStateName {
  if (state.startsWith('waiting-for-')) return 'waiting';
  return sagaStates.find((known) => known === state) ?? 'failed';
}

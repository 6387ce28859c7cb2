import { ageingStepMilliseconds, highPriority, type TaskState } from '../../contracts/tasks.ts';

/** Which line a task stands in. */
export interface LineKey {
  readonly tenant: string;
  readonly priority: number;
  readonly type: string;
}

/** The task of a line that comes next: when it became ready, and its place among those of that moment. */
export interface Head {
  readonly ready: number;
  readonly seq: number;
}

/** Tasks of one tenant, priority and type. */
export interface Line extends LineKey {
  readonly counts: Record<TaskState, number>;
  /** Undefined where it must be looked up; null where none waits. */
  head: Head | null | undefined;
  /** Whether its row is older than this. */
  isChanged: boolean;
}

/** Of all lines of a tenant. */
export interface Tenant {
  /** When it was last served, by priority, in microseconds. */
  readonly served: Map<number, number>;
  waiting: number;
  running: number;
}

/** A line with its head and its rank. */
export interface Candidate {
  readonly line: Line;
  readonly head: Head;
  /** In microseconds, see `TaskQueue`. */
  readonly rank: number;
}

const ageingStep = 1000 * ageingStepMilliseconds;

/** Whose turn it is of `lines`; finds it in a time that grows with their number, not with that of their tasks. */
export function firstInTurn(
  lines: readonly Line[],
  onlyHigh: boolean,
  headOf: (line: Line) => Head | null,
  tenantOf: (line: Line) => Tenant,
  mayRun: (tenant: Tenant, name: string) => boolean,
): Candidate | null {
  let best: Candidate | null = null;
  for (const line of lines) {
    if (line.counts.waiting === 0 || (onlyHigh && line.priority < highPriority)) continue;
    const tenant = tenantOf(line);
    if (!mayRun(tenant, line.tenant)) continue;
    const head = headOf(line);
    if (head === null) continue;
    const served = tenant.served.get(line.priority) ?? 0;
    const rank = Math.max(1000 * head.ready, served) - line.priority * ageingStep;
    const candidate = { line, head, rank };
    if (best === null || compareCandidates(candidate, best) < 0) best = candidate;
  }
  return best;
}

export function compareCandidates(a: Candidate, b: Candidate): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.line.priority !== b.line.priority) return b.line.priority - a.line.priority;
  if (a.line.tenant !== b.line.tenant) return a.line.tenant < b.line.tenant ? -1 : 1;
  return compareHeads(a.head, b.head);
}

export function compareHeads(a: Head, b: Head): number {
  return a.ready - b.ready || a.seq - b.seq;
}

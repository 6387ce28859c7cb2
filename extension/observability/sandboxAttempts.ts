import type { SagaView } from '../contracts/saga.ts';
import type { ForensicKind } from '../contracts/sandboxEvidence.ts';

/** Name of the counter of attempts to break out of a sandbox. */
export const sandboxAttemptsName = 'sandbox_escape_attempts_total';

/** One line of a counter. */
export interface CounterSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The reason that a kind of finding of a forensic re-run counts as. */
export function forensicReason(kind: ForensicKind): string {
  return `forensics.${kind}`;
}

/**
 * Attempts to break out, by reason, in the order of their names: every alert of the runs, and of each run
 * every kind of finding that its forensic re-runs have shown, counted once however often it was run again.
 * Reasons of which there is none have no sample. Pure: the runs are the only record.
 */
export function sandboxAttempts(runs: readonly Pick<SagaView, 'alerts' | 'forensics'>[]): CounterSample[] {
  const counts = new Map<string, number>();
  for (const { alerts, forensics } of runs) {
    const kinds = new Set(forensics.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
    const reasons = [...alerts.map(({ reason }) => reason as string), ...[...kinds].map(forensicReason)];
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, value]) => ({ name: sandboxAttemptsName, labels: { reason }, value }));
}

/** Sum of all samples. */
export function totalOf(samples: readonly CounterSample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

import { constants } from 'node:os';
import type { SandboxSeen } from '../../sandbox/conversation.ts';
import type { LabError } from '../contracts/errors.ts';
import type { Isolation } from '../contracts/isolation.ts';
import {
  alertReasonSchema,
  type SandboxAlert,
  type SandboxExit,
  type SandboxRecord,
} from '../contracts/sandboxEvidence.ts';

/** Hears of the failures of the sandboxes of one run, and raises one alert where one of them is no accident. */
export function sandboxAlarm(
  isolation: Isolation,
  raise: (alert: SandboxAlert) => Promise<void>,
): (error: LabError, seen: SandboxSeen) => Promise<void> {
  let raised: Promise<void> | undefined;
  return async ({ reason, message, place }, { exit, receivedBytes, stderrBytes }) => {
    const named = alertReasonSchema.safeParse(reason);
    if (!named.success) return;
    const bar = place?.bar ?? null;
    const facts = { message, bar, isolation, exit: exitOf(exit), receivedBytes, stderrBytes };
    raised ??= raise({ reason: named.data, ...facts });
    await raised;
  };
}

/** What was seen of the sandboxes of a run that came to its end. */
export function recordOf(seen: readonly SandboxSeen[], logLinesDropped: number): SandboxRecord {
  const sum = (figure: (of: SandboxSeen) => number): number =>
    seen.reduce((total, each) => total + figure(each), 0);
  return {
    exit: 'finished',
    sandboxes: seen.length,
    receivedBytes: sum(({ receivedBytes }) => receivedBytes),
    stderrBytes: sum(({ stderrBytes }) => stderrBytes),
    logLinesDropped,
  };
}

/** Exit codes above this are that of a signal and this. */
const signalBase = 128;

function exitOf({ code, memoryExceeded, killedBy }: SandboxSeen['exit']): SandboxExit {
  const number = (code ?? 0) - signalBase;
  const [signal = null] = Object.entries(constants.signals).find(([, value]) => value === number) ?? [];
  return { code, signal, memoryExceeded, killedBy };
}

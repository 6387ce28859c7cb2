import type { PartFinding } from '../../contracts/health.ts';
import { isFine } from './checkHealth.ts';

const megabyte = 1024 * 1024;
/** Below these a run may not find room for its evidence, or the journal for its next event. */
const scarceBytes = 1024 * megabyte;
const leastBytes = 200 * megabyte;

/** Whether there is room on the lab's disk. `freeBytes` null: it cannot be read. */
export function diskFinding(freeBytes: number | null): PartFinding {
  if (freeBytes === null) {
    return {
      state: 'degraded',
      detail: 'How much room the disk has cannot be read.',
      reason: 'unreadable',
      action: "Look whether the lab's folder is there and can be read.",
    };
  }
  const detail = `${Math.round(freeBytes / megabyte)} MB free on the lab's disk.`;
  if (freeBytes >= scarceBytes) return isFine(detail);
  const action = 'Make room, or put the lab on another disk with --lab or STRATEGY_LAB_HOME.';
  if (freeBytes >= leastBytes) return { state: 'degraded', detail, reason: 'disk-scarce', action };
  return { state: 'down', detail, reason: 'disk-full', action };
}

/** Delays that a person begins to feel, and those at which leases run into danger. Seconds. */
const slowDelay = 0.1;
const stalledDelay = 1;

/** Whether this process keeps up. `delaySeconds` is the 99th percentile of late; null: not measured. */
export function eventLoopFinding(delaySeconds: number | null): PartFinding {
  if (delaySeconds === null) {
    return { state: 'absent', detail: 'It is not measured in this process.', reason: null, action: null };
  }
  const detail = `99 % of its turns were at most ${(delaySeconds * 1000).toFixed(0)} ms late.`;
  if (delaySeconds < slowDelay) return isFine(detail);
  const action = 'Let fewer runs work at one time.';
  const state = delaySeconds < stalledDelay ? 'degraded' : 'down';
  return { state, detail, reason: 'event-loop-late', action };
}

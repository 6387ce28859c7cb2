import type { SandboxBackend, SandboxProcess, StartOptions } from '../sandbox.ts';

/** The threats that a sandbox is there for. */
export const threats = [
  'sandbox escape',
  'command injection',
  'credential theft',
  'resource starvation',
  'denial of service',
  'look-ahead',
] as const;
export type Threat = (typeof threats)[number];

/** What came of one thing that hostile code tried. */
export interface AuditFinding {
  /** Unique in an audit of one backend. */
  readonly id: string;
  readonly threat: Threat;
  /** What was tried, as half a sentence. */
  readonly tried: string;
  /** `unknown`: the attempt itself did not come to pass. */
  readonly verdict: 'held' | 'failed' | 'unknown';
  /** What was seen. */
  readonly seen: string;
}

/** A backend that can be tried as hostile code would have it once it has taken over a sandbox. */
export interface AuditedBackend extends SandboxBackend {
  /**
   * Starts a sandbox that runs `command` in place of the runner; missing where a strategy has no process of its
   * own. @throws as `start`
   */
  startTakenOver?(command: readonly string[], options: StartOptions): Promise<SandboxProcess>;
}

import type { IsolationLevel, LimitVerdicts } from '../extension/contracts/isolation.ts';
import type { StrategyLanguage } from '../extension/contracts/strategyLanguage.ts';

/** What one run may use. Times are milliseconds. */
export interface SandboxLimits {
  /** Memory in bytes; there is no swap besides. */
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Processes and threads. */
  readonly processes: number;
  /** Size of the only writable folder, in bytes. */
  readonly temporaryBytes: number;
  /** Longest wait for the answer to one frame, and for the sandbox to start. */
  readonly answerMilliseconds: number;
  /** Longest life of a run. */
  readonly totalMilliseconds: number;
  /** Bytes that may come back as the answer to one frame. */
  readonly answerBytes: number;
  /** Bytes that may come back in a whole run. */
  readonly outputBytes: number;
}

const mebibyte = 1_048_576;

export const defaultLimits: SandboxLimits = {
  memoryBytes: 512 * mebibyte,
  cpus: 1,
  processes: 64,
  temporaryBytes: 16 * mebibyte,
  answerMilliseconds: 30_000,
  totalMilliseconds: 600_000,
  answerBytes: 66 * mebibyte,
  // 0.9 million orders: each can become a trade, of which the host keeps some 400 bytes.
  outputBytes: 128 * mebibyte,
};

/**
 * Why the host ended a sandbox; `finished` is the one that is no failure, `lost` a sandbox that cannot be reached
 * any more.
 */
export type KillReason = 'timeout' | 'output' | 'protocol' | 'cancelled' | 'lost' | 'finished';

/** How a sandbox ended. Exit code 0 is no success: only the protocol's last frame is. */
export interface ExitFacts {
  readonly code: number | null;
  /** True when the memory limit ended it. */
  readonly memoryExceeded: boolean;
  readonly killedBy: KillReason | null;
}

/** One started sandbox. It serves one strategy and is never used again. */
export interface SandboxProcess {
  /** Resolves when the bytes are on their way and more may follow. Never rejects: see `exit`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the sandbox; the first reason given is the one that is kept. Never rejects. */
  kill(reason: KillReason): Promise<void>;
  /** Settles after the last byte of output was handed over. Never rejects. */
  readonly exit: Promise<ExitFacts>;
  /** Bytes of error output so far, none of which is kept; left out where there is no such output. */
  readonly stderrBytes?: number;
  /**
   * Kills what still runs and removes every trace.
   * @throws LabError `sandbox.unavailable` when the removal could not be confirmed
   */
  dispose(): Promise<void>;
}

export interface StartOptions {
  readonly limits: SandboxLimits;
  /** Part of the sandbox's name: lower-case letters, digits and hyphens, at most 40. */
  readonly label: string;
  /** Whether many parameter sets will share it, each in a realm that compiles the engine for itself. */
  readonly manySets?: boolean;
  /** Whether it is started before a run asks for it, and has time to make itself ready. */
  readonly isAhead?: boolean;
  /** What the runner runs; JavaScript where left out. */
  readonly language?: StrategyLanguage;
  /** Called with each piece of the runner's stdout, from the first one on. */
  readonly onOutput: (bytes: Uint8Array) => void;
  readonly signal: AbortSignal;
}

export interface BackendStatus {
  readonly name: string;
  /** As it was found, which may be lower than the backend claims. */
  readonly level: IsolationLevel;
  /** `unprepared`: `prepare` makes it ready. */
  readonly state: 'ready' | 'unprepared' | 'unavailable';
  /** One sentence: why it is not ready; null when it is. */
  readonly problem: string | null;
  /** One sentence: what to do about it; null when there is nothing to do. */
  readonly action: string | null;
  /** One sentence that a person should know besides; null where there is none. */
  readonly note: string | null;
  /** What the canaries found. */
  readonly limits: LimitVerdicts;
}

/** A way to run a hostile process. */
export interface SandboxBackend {
  readonly name: string;
  /** The highest level that it can be found at. */
  readonly level: IsolationLevel;
  /** What it can run; JavaScript alone where left out. */
  readonly languages?: readonly StrategyLanguage[];
  /** Finds out what is there and whether the limits hold. Changes nothing; never rejects. */
  probe(signal: AbortSignal): Promise<BackendStatus>;
  /**
   * Makes what `start` needs, such as the image; cheap when it is there already. `announce` hears what takes
   * a while.
   * @throws LabError `sandbox.unavailable`, `cancelled`
   */
  prepare(signal: AbortSignal, language?: StrategyLanguage, announce?: (text: string) => void): Promise<void>;
  /**
   * Starts one sandbox whose runner waits for its first frame.
   * @throws LabError `sandbox.unavailable`, `cancelled`
   */
  start(options: StartOptions): Promise<SandboxProcess>;
}

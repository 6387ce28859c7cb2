/*
 * What the parts of a lab tell of themselves to its instruments, beside the events of sagas. A part gets
 * one function, calls it and goes on: it never waits for an answer and never hears of a failure. Times are UTC
 * milliseconds, durations seconds. Texts may come from outside: the instruments bound them.
 */

/** Where something belongs: the trace, and the span that it is a part of, when there is one. */
export interface TracePlace {
  /** The trace id as events carry it. */
  readonly traceId: string;
  /** 16 hex digits; null at the start of a trace. */
  readonly spanId: string | null;
}

/** One attempt at a task of the queue has ended. */
export interface TaskEnded {
  readonly kind: 'task-ended';
  readonly taskId: string;
  readonly taskType: string;
  readonly tenant: string;
  readonly priority: number;
  /** `unsuccessful` came to an end that is no success; `failed` is tried again; `dead` is in the list of dead letters; `yielded` goes on later. */
  readonly status: 'completed' | 'unsuccessful' | 'failed' | 'dead' | 'cancelled' | 'yielded';
  readonly attempt: number;
  /** When it could have been started, and when it was. */
  readonly readyTime: number;
  readonly startedTime: number;
  readonly endedTime: number;
  /** Null: its span belongs to what is at work where this is told. */
  readonly trace: TracePlace | null;
}

export interface LeaseChanged {
  readonly kind: 'lease-changed';
  readonly change: 'acquired' | 'released' | 'lost' | 'taken-over';
  /** From the last sign of life of the holder before to the take-over; null where there was none. */
  readonly recoverySeconds: number | null;
}

export interface SandboxStarted {
  readonly kind: 'sandbox-started';
  /** Isolation level, such as `gvisor`. */
  readonly level: string;
  /** Made now, or taken ready from the pool. */
  readonly source: 'cold' | 'pool';
  readonly startedTime: number;
  readonly readyTime: number;
}

/** An agent has answered a request for reasoning. */
export interface Reasoned {
  readonly kind: 'reasoned';
  readonly agent: string;
  /** Null where nobody gave one. */
  readonly priority: number | null;
  readonly seconds: number;
  /** Of these, what models took. */
  readonly providerSeconds: number;
}

export interface DataReceived {
  readonly kind: 'data-received';
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  /** From the close of the newest bar to when it was here; null where bars of the past were asked for. */
  readonly lagSeconds: number | null;
  /** How long the venue took to answer; null for what it sent by itself. */
  readonly latencySeconds: number | null;
  /** Bars that were missing between these and those before. */
  readonly gaps: number;
}

/** Whether what the lab needs outside itself answers, as it was found last. */
export interface ConnectionChanged {
  readonly kind: 'connection-changed';
  /** What it is, such as `docker`: never a name that came from outside. */
  readonly peer: string;
  readonly isUp: boolean;
}

/** The lab's interface for programs has answered a request. */
export interface RequestEnded {
  readonly kind: 'request-ended';
  /** The path's pattern or the method's name, never what the caller made up. */
  readonly route: string;
  /** HTTP status. */
  readonly status: number;
  readonly startedTime: number;
  readonly endedTime: number;
  readonly trace: TracePlace | null;
}

export type Observation =
  | TaskEnded
  | LeaseChanged
  | SandboxStarted
  | Reasoned
  | DataReceived
  | ConnectionChanged
  | RequestEnded;

/** Tells the instruments. Never throws. */
export type Observe = (observation: Observation) => void;

/** What a queue holds now. */
export interface QueueReading {
  readonly depths: readonly { readonly priority: number; readonly tenant: string; readonly tasks: number }[];
  /** When what waits longest could have been started; null when nothing waits, or that is not known. */
  readonly oldestReadyTime: number | null;
  readonly running: number;
  /** Whether somebody holds back all that waits. */
  readonly isPaused: boolean;
  readonly deadLetters: number;
  readonly workers: { readonly active: number; readonly total: number };
}

/** What sandboxes there are now. */
export interface SandboxReading {
  readonly active: number;
  /** Ready and waiting for their next run. */
  readonly pooled: number;
}

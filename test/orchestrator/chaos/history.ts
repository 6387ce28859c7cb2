import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/*
 * What a chaos run leaves behind, for a checker that knows nothing of the code under test. All processes append to
 * one file, a line in one write each, so its order is real: what stands before had happened before.
 */

export interface WishedTask {
  readonly id: string;
  readonly tenant: string;
  readonly key: string | null;
  readonly maximumAttempts: number;
  readonly hasDeadline: boolean;
}

/** Before a client asks, and after it was answered. `call` is one wish's own name; asked twice it is the same. */
export type ClientFact =
  | { readonly kind: 'wished'; readonly call: string; readonly tasks: readonly WishedTask[] }
  | {
      readonly kind: 'acknowledged';
      readonly call: string;
      readonly answers: readonly { readonly id: string; readonly isNew: boolean }[];
    }
  | { readonly kind: 'cancel-asked'; readonly id: string }
  | { readonly kind: 'cancelled'; readonly id: string }
  | { readonly kind: 'replay-asked'; readonly id: string };

/** How a worker settles: `checkpoint` keeps the lease, the others end it. */
export type Settlement = 'complete' | 'fail' | 'yield' | 'checkpoint';

export type WorkerFact =
  /** `part`: how far the checkpoint that came with it was. */
  | { readonly kind: 'claimed'; readonly id: string; readonly epoch: number; readonly part: number }
  /** What the work did in the world, outside the queue. */
  | { readonly kind: 'effect'; readonly id: string; readonly epoch: number; readonly attempt: number }
  | {
      readonly kind: 'asked';
      readonly call: string;
      readonly how: Settlement;
      readonly id: string;
      readonly epoch: number;
      /** Of a checkpoint, or a failure's sentence. */
      readonly part: number;
      readonly error: string | null;
    }
  | { readonly kind: 'accepted'; readonly call: string }
  | { readonly kind: 'refused'; readonly call: string; readonly reason: string };

export type SagaRecord =
  | { readonly kind: 'saga-acknowledged'; readonly saga: string; readonly failing: string | null }
  | { readonly kind: 'saga-cancelled'; readonly saga: string }
  | { readonly kind: 'did' | 'undid'; readonly saga: string; readonly step: string };

export type HostFact = { readonly kind: 'leads'; readonly epoch: number } | { readonly kind: 'quiet' };

/** `by`: the slot of the process, which its successors take over; `pid`: the process. */
export type HistoryRecord = (ClientFact | WorkerFact | SagaRecord | HostFact) & {
  readonly by: string;
  readonly pid: number;
};

/** A task as it lies in the store. */
export interface FinalTask {
  readonly id: string;
  readonly tenant: string;
  readonly priority: number;
  readonly type: string;
  readonly state: string;
  readonly epoch: number;
  readonly attempts: number;
  readonly key: string | null;
  /** JSON text. */
  readonly result: string | null;
  readonly error: string | null;
  readonly deadReason: string | null;
}

export interface FinalCount {
  readonly tenant: string;
  readonly priority: number;
  readonly type: string;
  readonly state: string;
  readonly count: number;
}

export interface FinalEvent {
  readonly stream: string;
  readonly sequence: number;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the store holds in the end, read past the code under test. */
export interface FinalState {
  readonly tasks: readonly FinalTask[];
  readonly counts: readonly FinalCount[];
  /** Of sagas, in the order in which they were written. */
  readonly events: readonly FinalEvent[];
  /** Entries of tasks at work that are left in streams. */
  readonly leftEntries: number;
}

export type Note = (fact: ClientFact | WorkerFact | SagaRecord | HostFact) => void;

/** Appends to the history in `file`, synchronously: what is noted is there whatever happens next. */
export function notebook(file: string, by: string): Note {
  return (fact) => appendFileSync(file, `${JSON.stringify({ ...fact, by, pid: process.pid })}\n`);
}

export function readHistory(file: string): HistoryRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): HistoryRecord => JSON.parse(line));
}

/**
 * The one error type that is shown to people. `message` is one sentence that says what was wrong
 * and where; `action` is one sentence that says what to do about it.
 */
export type LabErrorReason =
  // A command was called in a way that cannot work.
  | 'usage'
  | 'not-found'
  | 'conflict'
  | 'cancelled'
  | 'internal'
  // The editor's window does not allow it.
  | 'workspace.untrusted'
  | 'workspace.missing'
  // Market data.
  | 'data.missing'
  | 'data.empty'
  | 'data.format'
  | 'data.value'
  | 'data.time'
  // An exchange that is asked for data.
  | 'exchange.unavailable'
  | 'exchange.refused'
  // A strategy that cannot be used or that failed.
  | 'strategy.syntax'
  | 'strategy.shape'
  | 'strategy.parameter'
  | 'strategy.threw'
  | 'strategy.order'
  | 'strategy.guard'
  // The sandbox ended a run; see `sandboxFailureKinds`.
  | 'sandbox.unavailable'
  | 'sandbox.level'
  | 'sandbox.timeout'
  | 'sandbox.memory'
  | 'sandbox.output'
  | 'sandbox.crash'
  | 'sandbox.early-exit'
  | 'sandbox.protocol'
  | 'sandbox.tampered'
  | 'sandbox.outdated'
  | 'sandbox.look-ahead'
  // The journal and the sagas.
  | 'journal.unavailable'
  | 'journal.corrupt'
  | 'journal.conflict'
  | 'saga.state'
  | 'saga.version'
  | 'saga.timeout'
  | 'saga.child'
  // The task queue: no more is taken in, the lease on a task is over, the task is past that, no server.
  | 'queue.full'
  | 'queue.unavailable'
  | 'task.stale'
  | 'task.state'
  // The interface for programs turned a request away.
  | 'api.unauthorised'
  | 'api.forbidden'
  | 'api.limit'
  | 'api.too-large'
  | 'api.format'
  | 'api.repeated'
  // An agent cannot serve the request.
  | 'idea.unsupported';

/** Where an input was wrong: a file with an optional line and column (both from 1), or a bar. */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Index of the bar, from 0, and its open time in UTC milliseconds. */
  readonly bar?: number;
  readonly time?: number;
}

export interface LabErrorOptions {
  /** One sentence that tells the person what to do. */
  readonly action?: string;
  readonly place?: ErrorPlace;
  readonly cause?: unknown;
}

export class LabError extends Error {
  override readonly name = 'LabError';
  readonly reason: LabErrorReason;
  readonly action: string | undefined;
  readonly place: ErrorPlace | undefined;

  constructor(reason: LabErrorReason, message: string, options: LabErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.action = options.action;
    this.place = options.place;
  }

  /** True when `error` is a LabError, and of `reason` where one is given. */
  static is(error: unknown, reason?: LabErrorReason): error is LabError {
    return error instanceof LabError && (reason === undefined || error.reason === reason);
  }
}

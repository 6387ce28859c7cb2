import type * as z from 'zod';
import type { ArtefactReference } from '../../contracts/saga.ts';
import type { Stages } from '../../contracts/sagaPlaces.ts';
import type { SandboxAlert } from '../../contracts/sandboxEvidence.ts';
import type { RetryPolicy } from './retry.ts';

/** What a step and its compensation can see and use. */
interface CommonContext<Input> {
  readonly sagaId: string;
  readonly traceId: string;
  readonly input: Input;
  /**
   * Equal for every attempt at one run of the step, over crashes too; another after a fix or a rollback.
   * An effect outside the journal carries it, so that a second attempt finds what the first has done.
   */
  readonly idempotencyKey: string;
  /**
   * Aborted when the saga shall stop, when another process has taken it over, when the step has had its time,
   * or when the saga is undone meanwhile. What does not heed it is left behind after a while, still running.
   */
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** The result of an earlier step. Throws when that step has none or `schema` does not fit. */
  result<T>(step: string, schema: z.ZodType<T>): T;
  getArtefact(hash: string): Promise<Uint8Array>;
}

/** A saga that a step starts. */
export interface ChildRequest {
  /** Names it among those of the step: asked for again by the same key, it is the same saga. */
  readonly key: string;
  /** Name of the definition. */
  readonly name: string;
  readonly input: unknown;
  /** Steps to wait after; the definition's own gates when left out. */
  readonly gates?: readonly string[];
}

export interface ChildOutcome {
  readonly sagaId: string;
  /** Results of its steps by name. */
  readonly results: Readonly<Record<string, unknown>>;
}

export interface StepContext<Input> extends CommonContext<Input> {
  /** From 1; more after a crash, an interruption, a failure that is tried again, or a wait for other sagas. */
  readonly attempt: number;
  /** `fraction` from 0 to 1. */
  progress(fraction: number, text: string): void;
  /** Writes down at once that a sandbox did what no honest strategy does. */
  alert(alert: SandboxAlert): Promise<void>;
  /** What was written down so of this saga, from its first step on. */
  alerts(): readonly SandboxAlert[];
  /** Keeps evidence by its content hash; it belongs to the step's record, also when the step fails. */
  putArtefact(name: string, mediaType: string, content: Uint8Array | string): Promise<ArtefactReference>;
  /**
   * Runs a saga of its own id and journal to its end. Several may be asked for at one time. Where one waits
   * for a person, so does this saga: the call throws, and is made again, from the beginning of the step, when
   * there is more to do. When this saga is undone the other is cancelled, or undone if it is complete.
   * Throws `saga.child` when it ended otherwise than completed.
   */
  runChild(request: ChildRequest): Promise<ChildOutcome>;
}

export interface CompensationContext<Input> extends CommonContext<Input> {
  /** What the step kept before it ended, in all its attempts. */
  readonly artefacts: readonly ArtefactReference[];
}

export interface SagaStep<Input> {
  readonly name: string;
  /** The result must be JSON of at most a megabyte; what is larger is an artefact. */
  readonly resultSchema: z.ZodType;
  /** May be run again after a crash at any instruction of it. */
  run(context: StepContext<Input>): Promise<unknown>;
  /** Which failures are tried again; none when left out. */
  readonly retry?: RetryPolicy;
  /** Milliseconds after which an attempt fails with `saga.timeout`; none when left out. */
  readonly timeout?: number;
  /**
   * Undoes what `run` did outside the journal, as far as it came: it may be done, have failed or been stopped.
   * Must bear being run again.
   */
  compensate?(context: CompensationContext<Input>): Promise<void>;
}

export interface SagaDefinition<Input> {
  readonly name: string;
  /** Grows with every change after which a saga begun earlier would go on wrongly. */
  readonly version: number;
  /** Earlier versions, of which no definition is kept, whose sagas this definition may go on with. */
  readonly compatibleVersions?: readonly number[];
  readonly inputSchema: z.ZodType<Input>;
  readonly steps: readonly SagaStep<Input>[];
  /**
   * Stages of branches that run at the same time, by the names of their steps, which stand together in
   * `steps`; all other steps follow each other. A branch that fails stops the others.
   */
  readonly parallel?: Stages;
  /** Steps after whose result the saga waits for a decision, unless it is started with others. */
  readonly gates: readonly string[];
  /**
   * Turns a person's patch into the new input and the step to begin again at: the one that waits or an
   * earlier one. Decides by its arguments alone. Throws a LabError for a patch it cannot use.
   */
  onFix(
    patch: unknown,
    input: Input,
    results: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly input: Input; readonly restartAt: string }>;
}

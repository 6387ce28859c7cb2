import type { z } from 'zod';
import type { ArtefactReference } from '../../contracts/saga.ts';
import type { SandboxAlert } from '../../contracts/sandboxEvidence.ts';

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
  /** Aborted when the saga shall stop, or when another process has taken it over. */
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** The result of an earlier step. Throws when that step has none or `schema` does not fit. */
  result<T>(step: string, schema: z.ZodType<T>): T;
  getArtefact(hash: string): Promise<Uint8Array>;
}

export interface StepContext<Input> extends CommonContext<Input> {
  /** From 1; more after a crash or an interruption. */
  readonly attempt: number;
  /** `fraction` from 0 to 1. */
  progress(fraction: number, text: string): void;
  /** Writes down at once that a sandbox did what no honest strategy does. */
  alert(alert: SandboxAlert): Promise<void>;
  /** What was written down so of this saga, from its first step on. */
  alerts(): readonly SandboxAlert[];
  /** Keeps evidence by its content hash; it belongs to the step's record, also when the step fails. */
  putArtefact(name: string, mediaType: string, content: Uint8Array | string): Promise<ArtefactReference>;
}

export interface CompensationContext<Input> extends CommonContext<Input> {
  /** What the step kept before it ended. */
  readonly artefacts: readonly ArtefactReference[];
}

export interface SagaStep<Input> {
  readonly name: string;
  /** The result must be JSON of at most a megabyte; what is larger is an artefact. */
  readonly resultSchema: z.ZodType;
  /** May be run again after a crash at any instruction of it. */
  run(context: StepContext<Input>): Promise<unknown>;
  /**
   * Undoes what `run` did outside the journal, as far as it came: the step may be done or have failed.
   * Must bear being run again.
   */
  compensate?(context: CompensationContext<Input>): Promise<void>;
}

export interface SagaDefinition<Input> {
  readonly name: string;
  /** Grows with every change after which a saga begun earlier would go on wrongly. */
  readonly version: number;
  /** Earlier versions whose sagas this definition may go on with. */
  readonly compatibleVersions?: readonly number[];
  readonly inputSchema: z.ZodType<Input>;
  readonly steps: readonly SagaStep<Input>[];
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

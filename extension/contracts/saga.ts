import * as z from 'zod';
import { contentHashSchema } from './journal.ts';
import { parentSchema, stagesSchema, stepNameSchema } from './sagaPlaces.ts';
import { forensicReportSchema, sandboxAlertSchema } from './sandboxEvidence.ts';

export const artefactReferenceSchema = z.object({
  name: z.string().min(1).max(200),
  mediaType: z.string(),
  hash: contentHashSchema,
  bytes: z.number().int().nonnegative(),
});
export type ArtefactReference = z.infer<typeof artefactReferenceSchema>;

/** An error as it is kept: the fields of a LabError. */
export const errorRecordSchema = z.object({
  reason: z.string(),
  message: z.string(),
  action: z.string().nullable(),
  place: z
    .object({
      file: z.string().optional(),
      line: z.number().optional(),
      column: z.number().optional(),
      bar: z.number().optional(),
      time: z.number().optional(),
    })
    .nullable(),
});
export type ErrorRecord = z.infer<typeof errorRecordSchema>;

export const decisionActions = ['approve', 'fix', 'reject', 'rollback'] as const;

const decisionCommon = {
  /** The gate that is meant; refused when the saga waits at another. Left out: where it waits. */
  at: stepNameSchema.optional(),
  /** Hash of the evidence that the person saw; refused when the gate shows other evidence by now. */
  evidence: contentHashSchema.optional(),
  comment: z.string().max(10_000).nullable().default(null),
  /** Who decided. */
  by: z.string().max(200).nullable().default(null),
};

/** What a person may say at a gate. */
export const decisionSchema = z.discriminatedUnion('action', [
  z.object({ action: z.literal('approve'), ...decisionCommon }),
  z.object({ action: z.literal('fix'), patch: z.unknown(), ...decisionCommon }),
  z.object({ action: z.literal('reject'), ...decisionCommon }),
  z.object({ action: z.literal('rollback'), to: stepNameSchema, ...decisionCommon }),
]);
export type Decision = z.input<typeof decisionSchema>;

/** Ends a saga at any time: it stops, is undone, and ends `cancelled`. */
export const cancellationSchema = z.object({
  comment: decisionCommon.comment,
  by: decisionCommon.by,
});
export type Cancellation = z.input<typeof cancellationSchema>;

/** Why steps are being undone, and what follows. */
export const undoSchema = z.discriminatedUnion('purpose', [
  z.object({ purpose: z.literal('reject') }),
  z.object({ purpose: z.literal('fail'), step: stepNameSchema, error: errorRecordSchema }),
  z.object({ purpose: z.literal('rollback'), to: stepNameSchema }),
  z.object({ purpose: z.literal('fix'), restartAt: stepNameSchema, input: z.unknown() }),
  z.object({ purpose: z.literal('cancel') }),
]);

const stepRun = { step: stepNameSchema, generation: z.number().int().positive() };
const decided = {
  step: stepNameSchema,
  comment: z.string().nullable(),
  by: z.string().nullable(),
  /** What stood at the gate. */
  evidence: contentHashSchema.optional(),
};
const kept = { artefacts: z.array(artefactReferenceSchema) };

/**
 * The catalogue: every fact of a saga. Fields that came with a later version of a fact are optional, so that
 * each version is read; which one is written stands in `factVersions`.
 */
export const sagaFactSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('saga.started'),
    data: z.object({
      name: z.string(),
      /** Version of the definition. */
      version: z.number().int().positive(),
      steps: z.array(stepNameSchema).min(1),
      gates: z.array(stepNameSchema),
      input: z.unknown(),
      /** Absent where the steps follow each other. */
      stages: stagesSchema.optional(),
      parent: parentSchema.optional(),
    }),
  }),
  /** The intent: written before the step runs. A second attempt follows a crash or an interruption. */
  z.object({
    type: z.literal('saga.step-started'),
    data: z.object({ ...stepRun, attempt: z.number().int().positive(), idempotencyKey: z.string() }),
  }),
  z.object({
    type: z.literal('saga.step-completed'),
    data: z.object({ ...stepRun, result: z.unknown(), ...kept }),
  }),
  z.object({
    type: z.literal('saga.step-failed'),
    data: z.object({ ...stepRun, error: errorRecordSchema, ...kept }),
  }),
  /** An attempt failed in a way that the step's policy has tried again, not before `dueTime`. */
  z.object({
    type: z.literal('saga.step-retrying'),
    data: z.object({ ...stepRun, error: errorRecordSchema, dueTime: z.number(), ...kept }),
  }),
  /** It was under way when the saga began to be undone. */
  z.object({ type: z.literal('saga.step-stopped'), data: z.object({ ...stepRun, ...kept }) }),
  /** Evidence of a step that can be undone, before what it is evidence of is done. */
  z.object({
    type: z.literal('saga.artefact-kept'),
    data: z.object({ ...stepRun, artefact: artefactReferenceSchema }),
  }),
  /** The intent: written before the saga that the step starts is. */
  z.object({
    type: z.literal('saga.child-started'),
    data: z.object({ ...stepRun, key: parentSchema.shape.key, sagaId: z.string(), name: z.string() }),
  }),
  /** Nothing can go on before one of these sagas has. */
  z.object({ type: z.literal('saga.children-awaited'), data: z.object({ sagaIds: z.array(z.string()) }) }),
  /** A sandbox of the step did what no honest strategy does; written while the step is still at it. */
  z.object({
    type: z.literal('saga.sandbox-alert'),
    data: z.object({ ...stepRun, alert: sandboxAlertSchema }),
  }),
  /** The strategy was run again under a trace of its system calls; of a run at rest, which it does not change. */
  z.object({ type: z.literal('saga.forensics'), data: z.object({ report: forensicReportSchema }) }),
  z.object({
    type: z.literal('saga.gate-reached'),
    data: z.object({ step: stepNameSchema, evidence: contentHashSchema.optional() }),
  }),
  z.object({
    type: z.literal('saga.decided'),
    data: z.discriminatedUnion('action', [
      z.object({ ...decided, action: z.literal('approve') }),
      z.object({
        ...decided,
        action: z.literal('fix'),
        patch: z.unknown(),
        /** What the definition made of the patch. */
        restartAt: stepNameSchema,
        input: z.unknown(),
      }),
      z.object({ ...decided, action: z.literal('reject') }),
      z.object({ ...decided, action: z.literal('rollback'), to: stepNameSchema }),
    ]),
  }),
  z.object({ type: z.literal('saga.compensation-started'), data: z.object(stepRun) }),
  z.object({ type: z.literal('saga.compensation-completed'), data: z.object(stepRun) }),
  z.object({
    type: z.literal('saga.compensation-failed'),
    data: z.object({ ...stepRun, error: errorRecordSchema }),
  }),
  z.object({
    type: z.literal('saga.rolled-back'),
    data: z.object({ to: stepNameSchema, evidence: contentHashSchema.optional() }),
  }),
  z.object({
    type: z.literal('saga.restarted'),
    data: z.object({ from: stepNameSchema, input: z.unknown() }),
  }),
  /** Stopped on request; goes on when it is run again. */
  z.object({ type: z.literal('saga.interrupted'), data: z.object({}) }),
  z.object({ type: z.literal('saga.completed'), data: z.object({}) }),
  z.object({ type: z.literal('saga.rejected'), data: z.object({}) }),
  /** Said by a person, or by the saga that started this one, which then undoes a completed one too. */
  z.object({
    type: z.literal('saga.cancel-requested'),
    data: z.object({ comment: z.string().nullable(), by: z.string().nullable(), byParent: z.boolean() }),
  }),
  z.object({ type: z.literal('saga.cancelled'), data: z.object({}) }),
  z.object({
    type: z.literal('saga.failed'),
    data: z.object({ step: stepNameSchema, error: errorRecordSchema }),
  }),
]);
export type SagaFact = z.infer<typeof sagaFactSchema>;

/** The version of each fact that this program writes; it reads all before. Those not named have one. */
export const factVersions: Readonly<Partial<Record<SagaFact['type'], number>>> = {
  'saga.started': 2,
  'saga.gate-reached': 2,
  'saga.rolled-back': 2,
  'saga.decided': 2,
};

/** A fact with its place in the journal. */
export type SagaEvent = SagaFact & {
  readonly sagaId: string;
  readonly sequence: number;
  readonly time: number;
  readonly traceId: string;
};

const stepRunSchema = z.object({
  /** Grows when a step is run anew after a fix or a rollback, not after a crash. */
  generation: z.number().int().positive(),
  status: z.enum(['running', 'done', 'failed', 'stopped', 'superseded']),
  attempts: z.number().int().positive(),
  /** Sequence of the event that it first began with: what began later is undone earlier. */
  startedSequence: z.number().int().nonnegative().default(0),
  /** Attempts that failed and were to be tried again. */
  failures: z.number().int().nonnegative().default(0),
  /** UTC milliseconds of the next attempt, while it is waited for. */
  retryTime: z.number().nullable().default(null),
  startedTime: z.number(),
  endedTime: z.number().nullable(),
  /** Sequence of the event that holds the result. */
  resultSequence: z.number().int().nullable(),
  artefacts: z.array(artefactReferenceSchema),
  /** Evidence of all its attempts, of a step that can be undone. */
  kept: z.array(artefactReferenceSchema).default([]),
  /** Sagas that it started, in order. */
  children: z.array(z.object({ key: z.string(), sagaId: z.string(), name: z.string() })).default([]),
  error: errorRecordSchema.nullable(),
  gate: z.enum(['waiting', 'approved']).nullable(),
  compensation: z
    .object({
      status: z.enum(['started', 'completed', 'failed']),
      /** Sequence of the event that it last began with. */
      sequence: z.number().int().positive(),
      startedTime: z.number(),
      endedTime: z.number().nullable(),
      error: errorRecordSchema.nullable(),
    })
    .nullable(),
});
export type StepRun = z.infer<typeof stepRunSchema>;

const decisionRecordSchema = z.object({
  step: stepNameSchema,
  action: z.enum(decisionActions),
  comment: z.string().nullable(),
  by: z.string().nullable(),
  time: z.number(),
  /** The step that a rollback went back to or a fix began again at. */
  target: stepNameSchema.nullable(),
  /** Hash of the evidence at the gate; null in what was decided before it was kept. */
  evidence: contentHashSchema.nullable().default(null),
});

const alertRecordSchema = sandboxAlertSchema.extend({ ...stepRun, time: z.number() });
export type AlertRecord = z.infer<typeof alertRecordSchema>;

const forensicRecordSchema = forensicReportSchema.extend({ time: z.number() });
export type ForensicRecord = z.infer<typeof forensicRecordSchema>;

const cancellationRecordSchema = z.object({
  comment: z.string().nullable(),
  by: z.string().nullable(),
  time: z.number(),
});

/** What is known of a saga's place among others and of its gate; what was stored earlier has none. */
const surroundings = {
  /** Who started it. */
  parent: parentSchema.nullable().default(null),
  /** Sagas that it waits for. */
  waitingOn: z.array(z.string()).default([]),
  /** Hash over all that stands at the gate; null where it does not wait at one. */
  evidence: contentHashSchema.nullable().default(null),
  cancellation: cancellationRecordSchema.nullable().default(null),
};

/** What speaks of attempts to break out. What was stored before it was looked for has none. */
const suspicions = {
  alerts: z.array(alertRecordSchema).default([]),
  forensics: z.array(forensicRecordSchema).default([]),
};

/** The fold of a saga's events; results stay in the events. */
export const sagaStateSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number().int().positive(),
  traceId: z.string(),
  sequence: z.number().int().positive(),
  phase: z.enum([
    'running',
    'undoing',
    'waiting',
    'interrupted',
    'completed',
    'rejected',
    'failed',
    'cancelled',
  ]),
  waitingFor: stepNameSchema.nullable(),
  undo: undoSchema.nullable(),
  gates: z.array(stepNameSchema),
  input: z.unknown(),
  /** In the order of the definition; the runs of a step from the first to the current. */
  steps: z.array(z.object({ name: stepNameSchema, runs: z.array(stepRunSchema) })),
  /** Null where the steps follow each other. */
  stages: stagesSchema.nullable().default(null),
  decisions: z.array(decisionRecordSchema),
  ...surroundings,
  ...suspicions,
  error: errorRecordSchema.nullable(),
  startedTime: z.number(),
  updatedTime: z.number(),
});
export type SagaState = z.infer<typeof sagaStateSchema>;

const stepRunViewSchema = z.object({
  generation: z.number().int().nonnegative(),
  status: z.enum(['pending', 'running', 'done', 'waiting', 'compensated', 'failed', 'stopped', 'superseded']),
  attempts: z.number().int().nonnegative(),
  startedTime: z.number().nullable(),
  endedTime: z.number().nullable(),
  /** UTC milliseconds of the next attempt, while it is waited for. */
  retryTime: z.number().nullable().default(null),
  artefacts: z.array(artefactReferenceSchema),
  children: stepRunSchema.shape.children,
  error: errorRecordSchema.nullable(),
});
export type StepRunView = z.infer<typeof stepRunViewSchema>;

/** A saga as people and programs outside see it. */
export const sagaViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  traceId: z.string(),
  /**
   * `running`, `undoing`, `interrupted` (nobody runs it; resume it), `completed`, `rejected`, `failed`,
   * `cancelled`, `waiting-for-<step>`, or `waiting-for-runs` (those in `waitingOn`).
   */
  state: z.string(),
  waitingFor: stepNameSchema.nullable(),
  /** What may be decided now. */
  actions: z.array(z.enum(decisionActions)),
  /** The steps that a rollback may go back to now. */
  rollbackTargets: z.array(stepNameSchema),
  canCancel: z.boolean(),
  input: z.unknown(),
  /** `earlier`: runs that a fix or a rollback superseded. */
  steps: z.array(
    stepRunViewSchema.extend({
      name: stepNameSchema,
      gate: z.boolean(),
      earlier: z.array(stepRunViewSchema),
    }),
  ),
  decisions: z.array(decisionRecordSchema),
  /** Every compensation that began, in order; a failed one was not undone and says why. */
  compensations: z.array(
    z.object({
      step: stepNameSchema,
      generation: z.number().int().positive(),
      status: z.enum(['started', 'completed', 'failed']),
      time: z.number(),
      error: errorRecordSchema.nullable(),
    }),
  ),
  /** What could not be undone, and so still stands: the steps, why, and the evidence of what they did. */
  notUndone: z.array(
    z.object({
      step: stepNameSchema,
      generation: z.number().int().positive(),
      error: errorRecordSchema,
      artefacts: z.array(artefactReferenceSchema),
    }),
  ),
  stages: stagesSchema,
  ...surroundings,
  ...suspicions,
  error: errorRecordSchema.nullable(),
  startedTime: z.number(),
  updatedTime: z.number(),
});
export type SagaView = z.infer<typeof sagaViewSchema>;

/** What a listener hears while a saga runs; progress is not kept. */
export type SagaNotice =
  | { readonly kind: 'event'; readonly sagaId: string; readonly event: SagaEvent; readonly state: SagaState }
  | {
      readonly kind: 'progress';
      readonly sagaId: string;
      readonly traceId: string;
      readonly step: string;
      /** 0 to 1. */
      readonly fraction: number;
      readonly text: string;
      readonly time: number;
    };

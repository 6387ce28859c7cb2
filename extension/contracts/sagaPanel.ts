import * as z from 'zod';
import { contentHashSchema } from './journal.ts';
import { decisionActions } from './saga.ts';
import { stepNameSchema } from './sagaPlaces.ts';

/** What stands at a place of the graph. `earlier` and `fold` stand for several others. */
export const graphNodeKinds = ['step', 'gate', 'undo', 'end', 'earlier', 'fold'] as const;

export const graphNodeStatuses = [
  'pending',
  'not-reached',
  'running',
  'interrupted',
  'done',
  'waiting',
  'approved',
  'fixed',
  'rolled-back',
  'rejected',
  'undone',
  'failed',
  'stopped',
  'superseded',
  'completed',
  'cancelled',
] as const;
export type GraphNodeStatus = (typeof graphNodeStatuses)[number];

/** `next`: goes on; `undo`: compensates; `fix` and `rollback`: begins again or goes back; `end`: comes to its end. */
export const graphLinkKinds = ['next', 'undo', 'fix', 'rollback', 'end'] as const;
export type GraphLinkKind = (typeof graphLinkKinds)[number];

const problemSchema = z.object({ message: z.string(), action: z.string().nullable() });
export type Problem = z.infer<typeof problemSchema>;

const evidenceSchema = z.object({
  name: z.string(),
  mediaType: z.string(),
  bytes: z.number().int().nonnegative(),
  hash: contentHashSchema,
  /** How it stands to the same evidence of the run before; `none` when there is no such evidence. */
  change: z.enum(['none', 'same', 'changed']),
});
export type EvidenceView = z.infer<typeof evidenceSchema>;

/** One run of a step, with all that is shown of it. */
const stepDetailsSchema = z.object({
  step: stepNameSchema,
  /** The step's name for people. */
  title: z.string(),
  generation: z.number().int().positive(),
  /** Runs of the step so far. */
  generations: z.number().int().positive(),
  /** False for a run that a fix or a rollback superseded. */
  isCurrent: z.boolean(),
  status: z.enum(graphNodeStatuses),
  attempts: z.number().int().nonnegative(),
  startedTime: z.number().nullable(),
  endedTime: z.number().nullable(),
  /** From its first start to its end; null while it runs and before. */
  seconds: z.number().nullable(),
  /** The tokens that models used, in a word or two, and in a sentence. */
  tokens: z.object({ short: z.string(), text: z.string() }),
  /** What it came to, in one line. */
  outcome: z.string().nullable(),
  error: problemSchema.nullable(),
  evidence: z.array(evidenceSchema),
  /** Its compensation: null where none began. */
  undo: z.object({ text: z.string(), problem: problemSchema.nullable() }).nullable(),
});
export type StepDetails = z.infer<typeof stepDetailsSchema>;

const nodeSchema = z.object({
  id: z.string(),
  kind: z.enum(graphNodeKinds),
  status: z.enum(graphNodeStatuses),
  isCurrent: z.boolean(),
  /** What stands in it: its name, how long it took, and what came of it. */
  title: z.string(),
  aside: z.string(),
  line: z.string(),
  /** For ears: what these do not tell. */
  note: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  /** Keys of the step runs that it shows, oldest first. */
  runs: z.array(z.string()),
  /** Indexes of the decisions that were made here. */
  decisions: z.array(z.number().int().nonnegative()),
  /** Begin of what runs now. */
  runningSince: z.number().nullable(),
});
export type GraphNodeView = z.infer<typeof nodeSchema>;

const edgeSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  kind: z.enum(graphLinkKinds),
  isCurrent: z.boolean(),
  points: z.array(z.object({ x: z.number(), y: z.number() })).min(2),
});
export type GraphEdgeView = z.infer<typeof edgeSchema>;

/** The graph, laid out. Nodes stand in the order in which a reader walks them. */
const graphSchema = z.object({
  width: z.number(),
  height: z.number(),
  nodes: z.array(nodeSchema),
  edges: z.array(edgeSchema),
});
export type GraphView = z.infer<typeof graphSchema>;

const progressSchema = z.object({
  step: stepNameSchema,
  fraction: z.number().min(0).max(1),
  text: z.string(),
});
export type ProgressView = z.infer<typeof progressSchema>;

/** How many went from where to where; nothing is lost on the way. */
export const flowModelSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** The whole in a sentence. */
  summary: z.string(),
  nodes: z.array(
    z.object({ id: z.string(), label: z.string(), fate: z.enum(['source', 'kept', 'dropped']) }),
  ),
  flows: z.array(z.object({ from: z.string(), to: z.string(), count: z.number().int().positive() })),
});
export type FlowModel = z.infer<typeof flowModelSchema>;

const gateSchema = z.object({
  at: stepNameSchema,
  title: z.string(),
  actions: z.array(z.enum(decisionActions)),
  /** Hash of what stands at the gate: a decision names it. Null in runs of earlier versions. */
  evidence: contentHashSchema.nullable(),
  rollbackTargets: z.array(z.object({ step: stepNameSchema, title: z.string() })),
  /** The idea that a fix may change; null where the run has none. */
  idea: z.string().nullable(),
  /** Name of the strategy file that a fix may take as it is edited now; null where there is none. */
  file: z.string().nullable(),
});
export type GateView = z.infer<typeof gateSchema>;

const decisionViewSchema = z.object({
  step: stepNameSchema,
  action: z.enum(decisionActions),
  /** What was decided, in a sentence. */
  text: z.string(),
  comment: z.string().nullable(),
  by: z.string().nullable(),
  time: z.number(),
});
export type DecisionView = z.infer<typeof decisionViewSchema>;

/** All that the panel shows of a run at one moment. */
export const sagaSnapshotSchema = z.object({
  type: z.literal('snapshot'),
  run: z.object({
    id: z.string(),
    pipeline: z.string(),
    /** The idea, or the strategy's file. */
    title: z.string(),
    status: z.enum(graphNodeStatuses),
    /** Where the run stands, in a few words, for the head and for announcements. */
    state: z.string(),
    /** The whole graph in words. */
    summary: z.string(),
    error: problemSchema.nullable(),
    startedTime: z.number(),
    updatedTime: z.number(),
  }),
  graph: graphSchema,
  /** The runs of steps by their key, those that count first in each step's order. */
  runs: z.array(stepDetailsSchema.extend({ key: z.string() })),
  progress: progressSchema.nullable(),
  gate: gateSchema.nullable(),
  can: z.object({ resume: z.boolean(), stop: z.boolean(), cancel: z.boolean(), openBacktest: z.boolean() }),
  decisions: z.array(decisionViewSchema),
  /** Compensations that failed: what they should have undone still stands. */
  notUndone: z.array(problemSchema.extend({ title: z.string() })),
  /** What speaks of attempts to break out of a sandbox, a line each. */
  suspicions: z.array(z.string()),
  flows: z.array(flowModelSchema),
  events: z.array(z.object({ sequence: z.number().int(), time: z.number(), text: z.string() })),
  /** Earlier events than those listed. */
  eventsLeftOut: z.number().int().nonnegative(),
  /** The host's clock, UTC milliseconds. */
  now: z.number(),
});
export type SagaSnapshot = z.infer<typeof sagaSnapshotSchema>;

export const sagaToPanelSchema = z.discriminatedUnion('type', [
  sagaSnapshotSchema,
  /** Between two snapshots; null when nothing runs any more. */
  z.object({ type: z.literal('progress'), progress: progressSchema.nullable() }),
  /** The answer to a request: done, or why not. */
  z.object({
    type: z.literal('answer'),
    request: z.number().int().nonnegative(),
    problem: problemSchema.nullable(),
  }),
  /** The run cannot be shown. */
  z.object({ type: z.literal('unavailable'), problem: problemSchema }),
]);
export type SagaToPanel = z.infer<typeof sagaToPanelSchema>;

/** What the panel is for. */
export const sagaSubjectSchema = z.object({ id: z.string().min(1).max(200) });
export type SagaSubject = z.infer<typeof sagaSubjectSchema>;

const request = { request: z.number().int().nonnegative() };
/** A decision at a gate: on which evidence, and why. */
const gateAnswer = {
  at: stepNameSchema,
  comment: z.string().max(10_000).nullable(),
  evidence: contentHashSchema.nullable().default(null),
};
const stepRunKey = z.string().max(100);

export const sagaFromPanelSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('approve'), ...request, ...gateAnswer }),
  z.object({ type: z.literal('reject'), ...request, ...gateAnswer }),
  z.object({ type: z.literal('rollback'), ...request, ...gateAnswer, to: stepNameSchema }),
  z.object({
    type: z.literal('fixIdea'),
    ...request,
    ...gateAnswer,
    idea: z.string().min(1).max(4000),
  }),
  /** Takes the strategy file as it stands in the editor. */
  z.object({ type: z.literal('fixFile'), ...request, ...gateAnswer }),
  z.object({ type: z.literal('resume'), ...request }),
  z.object({ type: z.literal('stop'), ...request }),
  z.object({ type: z.literal('cancel'), ...request }),
  z.object({ type: z.literal('openStrategy'), ...request }),
  z.object({ type: z.literal('openBacktest'), ...request }),
  z.object({ type: z.literal('openEvidence'), ...request, run: stepRunKey, hash: contentHashSchema }),
  z.object({ type: z.literal('diffEvidence'), ...request, run: stepRunKey, hash: contentHashSchema }),
]);
export type SagaFromPanel = z.infer<typeof sagaFromPanelSchema>;

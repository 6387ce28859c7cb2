import type { TracePlace } from '../../contracts/observation.ts';
import type { SagaEvent, SagaNotice, SagaState } from '../../contracts/saga.ts';
import { errorText } from '../errorText.ts';
import { stepRunOf } from '../stepRuns.ts';
import { stepSpanId, undoSpanId } from './ambient.ts';
import { spanIdOf } from './ids.ts';
import type { FinishedSpan } from './span.ts';

/** Spans that others know by name; every other step is called by its own. */
const stepSpanNames: Readonly<Record<string, string>> = {
  reason: 'reasoning_step',
  code: 'codegen_step',
  sandbox: 'sandbox_step',
};
const fullPipeline = 'generate';

/** The span of a saga, which its steps are parts of. */
export function sagaSpanId(traceId: string, sagaId: string): string {
  return spanIdOf(traceId, `saga ${sagaId}`);
}

/** The name of the span of a step. */
export function stepSpanName(step: string): string {
  return stepSpanNames[step] ?? `${step.replaceAll('-', '_')}_step`;
}

/** The name of the span of a saga. */
export function sagaSpanName(pipeline: string): string {
  return pipeline === fullPipeline ? 'mcp_full_pipeline' : `${pipeline.replaceAll('-', '_')}_pipeline`;
}

/**
 * The span that ends with an event of a saga; null where none does. It is made of what the journal has alone, so
 * that what began in a process that is gone ends here with its true begin. A saga's own span ends with the saga.
 * `ambient` is where the saga is run from, which its span is a part of.
 */
export function spanOfSagaNotice(
  notice: Extract<SagaNotice, { kind: 'event' }>,
  ambient: TracePlace | null,
): FinishedSpan | null {
  const { event, state } = notice;
  switch (event.type) {
    case 'saga.step-completed':
      return stepSpan(event, event.data, state, null);
    case 'saga.step-failed':
      return stepSpan(event, event.data, state, errorText(event.data.error));
    case 'saga.step-stopped':
      return stepSpan(event, event.data, state, 'It was stopped: the run is undone.');
    case 'saga.decided':
      return gateSpan(event, event.data, state);
    case 'saga.compensation-completed':
      return undoSpan(event, event.data, state, null);
    case 'saga.compensation-failed':
      return undoSpan(event, event.data, state, errorText(event.data.error));
    case 'saga.completed':
    case 'saga.rejected':
    case 'saga.cancelled':
      return sagaSpan(event, state, null, ambient);
    case 'saga.failed':
      return sagaSpan(event, state, errorText(event.data.error), ambient);
    default:
      return null;
  }
}

interface StepOf {
  readonly step: string;
  readonly generation: number;
}

/** As the engine makes it; a step that is traced knows its own by it. */
function keyOf({ sagaId, traceId }: SagaEvent, { step, generation }: StepOf) {
  return { traceId, idempotencyKey: `${sagaId}/${step}/${generation}` };
}

function partOf(event: SagaEvent, from: number, error: string | null) {
  const { traceId, sagaId, time } = event;
  return {
    traceId,
    parentSpanId: sagaSpanId(traceId, sagaId),
    startTime: Math.min(from, time),
    endTime: time,
    error,
  };
}

function stepSpan(event: SagaEvent, data: StepOf, state: SagaState, error: string | null): FinishedSpan {
  const run = stepRunOf(state, data);
  return {
    ...partOf(event, run?.startedTime ?? event.time, error),
    name: stepSpanName(data.step),
    spanId: stepSpanId(keyOf(event, data)),
    attributes: { ...attributesOf(event, data), 'saga.attempts': run?.attempts ?? 1 },
  };
}

function undoSpan(event: SagaEvent, data: StepOf, state: SagaState, error: string | null): FinishedSpan {
  return {
    ...partOf(event, stepRunOf(state, data)?.compensation?.startedTime ?? event.time, error),
    name: `undo_${stepSpanName(data.step)}`,
    spanId: undoSpanId(keyOf(event, data)),
    attributes: attributesOf(event, data),
  };
}

/** How long a person was waited for. */
function gateSpan(
  event: SagaEvent,
  { step, action }: { readonly step: string; readonly action: string },
  state: SagaState,
): FinishedSpan {
  const runs = state.steps.find(({ name }) => name === step)?.runs ?? [];
  return {
    ...partOf(event, runs.at(-1)?.endedTime ?? event.time, null),
    name: 'human_gate',
    spanId: spanIdOf(event.traceId, `gate ${event.sagaId}/${event.sequence}`),
    attributes: { 'saga.id': event.sagaId, 'saga.step': step, 'saga.decision': action },
  };
}

function sagaSpan(
  event: SagaEvent,
  state: SagaState,
  error: string | null,
  ambient: TracePlace | null,
): FinishedSpan {
  const { traceId, sagaId } = event;
  return {
    ...partOf(event, state.startedTime, error),
    name: sagaSpanName(state.name),
    spanId: sagaSpanId(traceId, sagaId),
    parentSpanId: ambient?.traceId === traceId ? ambient.spanId : null,
    attributes: { 'saga.id': sagaId, 'saga.pipeline': state.name, 'saga.outcome': state.phase },
  };
}

function attributesOf({ sagaId }: SagaEvent, { step, generation }: StepOf) {
  return { 'saga.id': sagaId, 'saga.step': step, 'saga.generation': generation };
}

import type { Observation, TracePlace } from '../../contracts/observation.ts';
import { spanIdOf } from './ids.ts';
import type { FinishedSpan } from './span.ts';

/** The span of an attempt at a task. What the task does is a part of it. */
export function taskSpanId(traceId: string, taskId: string, attempt: number): string {
  return spanIdOf(traceId, `task ${taskId} ${attempt}`);
}

/**
 * The span of what was observed; null for what is no piece of work. It is a part of `ambient`, what was at work
 * where it was told, unless it names its own place. `newSpanId` draws ids of spans that have no parts.
 */
export function spanOfObservation(
  observation: Observation,
  ambient: TracePlace | null,
  newSpanId: () => string,
): FinishedSpan | null {
  switch (observation.kind) {
    case 'task-ended': {
      const { taskId, taskType, tenant, priority, status, attempt, startedTime, endedTime } = observation;
      const place = observation.trace ?? ambient;
      const traceId = place?.traceId ?? taskId;
      return {
        ...timesOf(startedTime, endedTime),
        name: 'task',
        traceId,
        spanId: taskSpanId(traceId, taskId, attempt),
        parentSpanId: place?.spanId ?? null,
        attributes: {
          'task.id': taskId,
          'task.type': taskType,
          'task.tenant': tenant,
          'task.priority': priority,
          'task.status': status,
          'task.attempt': attempt,
        },
        error: status === 'failed' || status === 'dead' ? `The attempt ended as ${status}.` : null,
      };
    }
    case 'sandbox-started': {
      const { level, source, startedTime, readyTime } = observation;
      return within(ambient, newSpanId, {
        ...timesOf(startedTime, readyTime),
        name: 'sandbox_start',
        attributes: { 'sandbox.level': level, 'sandbox.source': source },
        error: null,
      });
    }
    case 'request-ended': {
      const { route, status, startedTime, endedTime, trace } = observation;
      return within(trace ?? ambient, newSpanId, {
        ...timesOf(startedTime, endedTime),
        name: 'api_request',
        attributes: { 'http.route': route, 'http.response.status_code': status },
        error: status >= 500 ? `Answered with status ${status}.` : null,
      });
    }
    default:
      return null;
  }
}

function within(
  place: TracePlace | null,
  newSpanId: () => string,
  span: Omit<FinishedSpan, 'traceId' | 'spanId' | 'parentSpanId'>,
): FinishedSpan {
  const spanId = newSpanId();
  return { ...span, spanId, traceId: place?.traceId ?? spanId, parentSpanId: place?.spanId ?? null };
}

function timesOf(from: number, to: number) {
  return { startTime: Math.min(from, to), endTime: to };
}

import type { SagaEvent } from '../../contracts/saga.ts';
import { codeStepSchema, reasonResultSchema } from '../../pipelines/generate/contracts.ts';
import type { LogLine } from '../wire.ts';

interface Said {
  readonly message: string;
  readonly level?: LogLine['level'];
}

/** What the events of a run tell, line by line; reasoning has a line a step of thought. */
export function logLines(events: readonly SagaEvent[]): LogLine[] {
  return events.flatMap((event) =>
    told(event).map(({ message, level = 'info' }) => ({
      time: event.time,
      trace_id: event.traceId,
      task_id: event.sagaId,
      sequence: event.sequence,
      type: event.type,
      step: 'step' in event.data ? event.data.step : null,
      level,
      message: message.slice(0, 4000),
    })),
  );
}

function told(event: SagaEvent): Said[] {
  switch (event.type) {
    case 'saga.started':
      return [
        { message: `The task began: ${event.data.name} with the steps ${event.data.steps.join(', ')}.` },
      ];
    case 'saga.step-started':
      return [{ message: `${event.data.step} began, attempt ${event.data.attempt}.` }];
    case 'saga.step-completed':
      return completed(event.data.step, event.data.result);
    case 'saga.step-failed':
    case 'saga.failed': {
      const { error } = event.data;
      return [{ level: 'error', message: `${event.data.step} failed, ${error.reason}: ${error.message}` }];
    }
    case 'saga.step-retrying': {
      const { step, error, dueTime } = event.data;
      const due = new Date(dueTime).toISOString();
      return [{ level: 'warn', message: `${step} failed and is tried again at ${due}: ${error.message}` }];
    }
    case 'saga.step-stopped':
      return [{ message: `${event.data.step} was stopped.` }];
    case 'saga.artefact-kept':
      return [{ message: `${event.data.step} keeps ${event.data.artefact.name} as evidence.` }];
    case 'saga.child-started':
      return [{ message: `${event.data.step} began the task ${event.data.sagaId}: ${event.data.name}.` }];
    case 'saga.children-awaited':
      return [{ message: `The task waits for ${event.data.sagaIds.join(', ')}.` }];
    case 'saga.compensation-started':
      return [{ message: `${event.data.step} is being undone.` }];
    case 'saga.compensation-completed':
      return [{ message: `${event.data.step} was undone.` }];
    case 'saga.compensation-failed':
      return [{ level: 'error', message: `${event.data.step} was not undone: ${event.data.error.message}` }];
    case 'saga.sandbox-alert':
      return [
        { level: 'warn', message: `A sandbox of ${event.data.step} did what no honest strategy does.` },
      ];
    case 'saga.forensics':
      return [{ message: `The strategy was run again under a trace by ${event.data.report.runtime}.` }];
    case 'saga.gate-reached':
      return [{ message: `The task waits at ${event.data.step} for a decision.` }];
    case 'saga.decided':
      return [{ message: `${event.data.action} at ${event.data.step}, ${reasonsOf(event.data)}` }];
    case 'saga.cancel-requested': {
      const who = event.data.byParent ? 'by the task that began it' : reasonsOf(event.data);
      return [{ message: `The task is to be cancelled, ${who}` }];
    }
    case 'saga.rolled-back':
      return [{ message: `The task is back at ${event.data.to}.` }];
    case 'saga.restarted':
      return [{ message: `The task goes on from ${event.data.from} with what was changed.` }];
    case 'saga.interrupted':
      return [{ message: 'The task was interrupted; it goes on where it stands.' }];
    case 'saga.completed':
    case 'saga.rejected':
    case 'saga.cancelled':
      return [{ message: `The task has ended: it is ${event.type.replace('saga.', '')}.` }];
  }
}

/** Who decided, and why. */
function reasonsOf({ by, comment }: { readonly by: string | null; readonly comment: string | null }): string {
  return `by ${by ?? 'nobody named'}${comment === null ? '' : `: ${comment}`}`;
}

function completed(step: string, result: unknown): Said[] {
  const done = { message: `${step} is done.` };
  const reasoned = reasonResultSchema.safeParse(result);
  if (step === 'reason' && reasoned.success) {
    const { agent, steps, confidence, notUnderstood } = reasoned.data.reasoning;
    return [
      ...steps.map(({ title, text }) => ({ message: `${agent.name}: ${title}. ${text}` })),
      ...notUnderstood.map((part) => ({ level: 'warn' as const, message: `Not understood: ${part}` })),
      { message: `${step} is done, confidence ${confidence}.` },
    ];
  }
  const coded = codeStepSchema.safeParse(result);
  if (step !== 'code' || !coded.success) return [done];
  const { code, file, codeHash } = coded.data;
  return [
    { message: `${code.agent.name} wrote ${file}, ${code.source.length} characters, hash ${codeHash}.` },
  ];
}

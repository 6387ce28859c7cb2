import type { SagaEvent } from '../../contracts/saga.ts';
import type { SagaSnapshot } from '../../contracts/sagaPanel.ts';
import { alertSentence, forensicSentence } from '../sandboxTexts.ts';
import { visibleLine } from '../visible.ts';
import { decisionText } from './decisions.ts';
import type { Words } from './say.ts';

/** Most events that are listed; the latest are. */
export const mostEvents = 500;
const longestLine = 300;

/** The run's events as lines, the latest last. Pure. */
export function timeline(
  title: string,
  events: readonly SagaEvent[],
  words: Words,
): Pick<SagaSnapshot, 'events' | 'eventsLeftOut'> {
  const listed = events.slice(-mostEvents);
  return {
    events: listed.map((event) => {
      const line = visibleLine(lineOf(event, title, words));
      const text = line.length <= longestLine ? line : `${line.slice(0, longestLine - 1)}…`;
      return { sequence: event.sequence, time: event.time, text };
    }),
    eventsLeftOut: events.length - listed.length,
  };
}

function lineOf(event: SagaEvent, title: string, words: Words): string {
  const { say, stepTitle, translate } = words;
  switch (event.type) {
    case 'saga.started':
      return say('eventStarted', title);
    case 'saga.step-started': {
      const { generation, attempt } = event.data;
      const step = stepTitle(event.data.step);
      return attempt === 1
        ? say('eventStepStarted', step, generation)
        : say('eventStepAttempt', step, generation, attempt);
    }
    case 'saga.step-completed':
      return say('eventStepCompleted', stepTitle(event.data.step), event.data.generation);
    case 'saga.step-failed':
      return say(
        'eventStepFailed',
        stepTitle(event.data.step),
        event.data.generation,
        event.data.error.message,
      );
    case 'saga.step-retrying':
      return say(
        'eventStepRetrying',
        stepTitle(event.data.step),
        event.data.generation,
        event.data.error.message,
      );
    case 'saga.step-stopped':
      return say('eventStepStopped', stepTitle(event.data.step), event.data.generation);
    case 'saga.artefact-kept':
      return say('eventKept', stepTitle(event.data.step), event.data.artefact.name);
    case 'saga.child-started':
      return say('eventChildStarted', stepTitle(event.data.step), event.data.sagaId);
    case 'saga.children-awaited':
      return say('eventChildrenAwaited', event.data.sagaIds.join(', '));
    case 'saga.cancel-requested': {
      const text = say('eventCancelRequested');
      return event.data.by === null ? text : say('eventBy', text, event.data.by);
    }
    case 'saga.cancelled':
      return say('eventCancelled');
    case 'saga.sandbox-alert':
      return alertSentence(event.data.alert, translate);
    case 'saga.forensics':
      return forensicSentence(event.data.report, translate);
    case 'saga.gate-reached':
      return say('eventGate', stepTitle(event.data.step));
    case 'saga.decided': {
      const { data } = event;
      const target = data.action === 'fix' ? data.restartAt : data.action === 'rollback' ? data.to : null;
      const text = decisionText({ step: data.step, action: data.action, target }, words);
      return data.by === null ? text : say('eventBy', text, data.by);
    }
    case 'saga.compensation-started':
      return say('eventUndoing', stepTitle(event.data.step), event.data.generation);
    case 'saga.compensation-completed':
      return say('eventUndone', stepTitle(event.data.step), event.data.generation);
    case 'saga.compensation-failed':
      return say(
        'eventNotUndone',
        stepTitle(event.data.step),
        event.data.generation,
        event.data.error.message,
      );
    case 'saga.rolled-back':
      return say('eventRolledBack', stepTitle(event.data.to));
    case 'saga.restarted':
      return say('eventRestarted', stepTitle(event.data.from));
    case 'saga.interrupted':
      return say('eventInterrupted');
    case 'saga.completed':
      return say('eventCompleted');
    case 'saga.rejected':
      return say('eventRejected');
    case 'saga.failed':
      return say('eventFailed', stepTitle(event.data.step), event.data.error.message);
  }
}

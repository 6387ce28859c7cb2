import type { ErrorRecord, SagaNotice } from '../../contracts/saga.ts';
import { errorText } from '../errorText.ts';
import type { Logger } from './logger.ts';

/** Writes what happens to sagas to the log, each line with the saga's trace. Results and inputs stay out of it. */
export function logSagas(logger: Logger): (notice: SagaNotice) => void {
  return (notice) => {
    if (notice.kind !== 'event') return;
    const { event, state } = notice;
    const log = logger.of(event.traceId);
    const facts = { saga: event.sagaId, pipeline: state.name, event: event.type };
    switch (event.type) {
      case 'saga.step-failed':
      case 'saga.compensation-failed': {
        const { step, generation, error } = event.data;
        const isUndo = event.type === 'saga.compensation-failed';
        const message = isUndo ? `What step ${step} did could not be undone.` : `Step ${step} failed.`;
        log.warn(message, { ...facts, step, generation, error: told(error) });
        return;
      }
      case 'saga.failed':
        log.error('The run failed.', { ...facts, step: event.data.step, error: told(event.data.error) });
        return;
      case 'saga.sandbox-alert': {
        const { step, alert } = event.data;
        log.error('A sandbox did what no honest strategy does.', { ...facts, step, reason: alert.reason });
        return;
      }
      case 'saga.decided':
        log.info('A person decided.', { ...facts, step: event.data.step, decision: event.data.action });
        return;
      default: {
        const step = 'step' in event.data ? { step: event.data.step } : {};
        const { type } = event;
        // What goes well within a run is in the journal: thousands of sagas a second write each line at once.
        const write = /^saga\.(step|compensation|artefact|child)/.test(type) ? log.debug : log.info;
        write(type, { ...facts, ...step });
      }
    }
  };
}

function told(error: ErrorRecord): ErrorRecord {
  return { ...error, message: errorText(error) };
}

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SagaNotice, SagaView } from '../../contracts/saga.ts';
import { stepRunOf } from '../stepRuns.ts';
import { boundedLabel } from './labels.ts';

const mostSteps = 100;
const mostPipelines = 20;

/** Metrics of sagas: how long steps take, retries, compensations, what still stands, and how many are in which state. */
export function sagaMetrics(
  registry: Registry,
  /** All sagas; null where the journal cannot be read. */
  listSagas: () => Promise<readonly Pick<SagaView, 'name' | 'state' | 'notUndone'>[] | null>,
): (notice: SagaNotice) => void {
  const registers = [registry];
  const stepOf = boundedLabel(mostSteps);
  const pipelineOf = boundedLabel(mostPipelines);
  const duration = new Histogram({
    name: 'saga_steps_duration_seconds',
    help: 'How long a step of a saga took, from its first attempt on.',
    labelNames: ['step_name', 'status'],
    buckets: [0.01, 0.05, 0.25, 1, 2.5, 5, 15, 60, 300, 1800],
    registers,
  });
  const retries = new Counter({
    name: 'saga_step_retries_total',
    help: 'Attempts at steps beyond the first: after a crash, a stop or a failure.',
    labelNames: ['step_name'],
    registers,
  });
  const compensations = new Counter({
    name: 'saga_compensations_total',
    help: 'Compensations that ended. What failed could not be undone.',
    labelNames: ['step_name', 'status'],
    registers,
  });
  new Gauge({
    name: 'sagas',
    help: 'Sagas on record, by pipeline and state.',
    labelNames: ['pipeline', 'state'],
    registers,
    async collect() {
      const sagas = await listSagas().catch(() => null);
      this.reset();
      for (const { name, state } of sagas ?? []) {
        // A state names its gate; which of them it is, is no matter of a metric.
        const plain = state.startsWith('waiting-for-') ? 'waiting' : state;
        this.inc({ pipeline: pipelineOf(name), state: plain });
      }
    },
  });
  const undoFailures = new Counter({
    name: 'saga_undo_failures_total',
    help: 'Steps on record whose doing could not be undone and still stands.',
    registers,
    async collect() {
      const sagas = await listSagas().catch(() => null);
      // What was counted before still holds.
      if (sagas === null) return;
      // Without labels, as a first failure is only seen to be one beside the zero before it.
      this.reset();
      this.inc(sagas.reduce((sum, { notUndone }) => sum + notUndone.length, 0));
    },
  });
  // Before the journal was read there is no zero either: what is old would look new after it.
  undoFailures.remove();
  return (notice) => {
    if (notice.kind !== 'event') return;
    const { event, state } = notice;
    switch (event.type) {
      case 'saga.step-started':
        if (event.data.attempt > 1) retries.inc({ step_name: stepOf(event.data.step) });
        return;
      case 'saga.step-completed':
      case 'saga.step-failed':
      case 'saga.step-stopped': {
        const started = stepRunOf(state, event.data)?.startedTime ?? event.time;
        const status = event.type.replace('saga.step-', '');
        const seconds = Math.max(0, event.time - started) / 1000;
        duration.observe({ step_name: stepOf(event.data.step), status }, seconds);
        return;
      }
      case 'saga.compensation-completed':
      case 'saga.compensation-failed': {
        const status = event.type === 'saga.compensation-completed' ? 'completed' : 'failed';
        compensations.inc({ step_name: stepOf(event.data.step), status });
      }
    }
  };
}

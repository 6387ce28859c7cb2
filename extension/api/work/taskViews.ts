import type { SagaView } from '../../contracts/saga.ts';
import type { SagaTurn } from '../../orchestrator/sagaTasks.ts';
import {
  backtestStepSchema,
  reviewStepSchema,
  sourceStepSchema,
} from '../../pipelines/generate/contracts.ts';
import type { Task } from '../wire.ts';
import type { TaskRecord } from './taskRecords.ts';

const noResult: Task['result'] = {
  metrics: null,
  in_sample: null,
  out_of_sample: null,
  isolation: null,
  result_hash: null,
  strategy_file: null,
  report_file: null,
};

export interface TaskParts {
  readonly view: SagaView;
  readonly record: TaskRecord;
  /** How it stands in the lab's queue; of no matter for one that is not under way. */
  readonly queued: SagaTurn['state'] | undefined;
  /** Results of its steps; null where nobody wants them. */
  readonly results: Readonly<Record<string, unknown>> | null;
}

const underWay = ['running', 'undoing', 'interrupted'];

/** Whether a run is neither at its end nor waits for a decision, so that the queue may have it. */
export function isUnderWay({ state }: SagaView): boolean {
  return underWay.includes(state);
}

/** A run as a task of the interface. */
export function taskOf({ view, record, queued, results }: TaskParts): Task {
  return {
    task_id: view.id,
    trace_id: view.traceId,
    tool: record.tool,
    tenant: record.tenant,
    priority: record.priority,
    not_before: record.notBefore,
    deadline: record.deadline,
    state: queued === 'waiting' && isUnderWay(view) ? 'queued' : view.state,
    waiting_for: view.waitingFor,
    actions: view.actions,
    rollback_targets: view.rollbackTargets,
    evidence_hash: view.evidence,
    agent_id: record.agentId,
    started_time: view.startedTime,
    updated_time: view.updatedTime,
    steps: view.steps.map(({ name, status, attempts, error }) => ({ name, status, attempts, error })),
    result: results === null ? noResult : resultOf(results),
    error: view.error,
    not_undone: view.notUndone.map(({ step, error, artefacts }) => ({
      step,
      error,
      files: artefacts.map(({ name }) => name),
    })),
  };
}

function resultOf(results: Readonly<Record<string, unknown>>): Task['result'] {
  const backtest = backtestStepSchema.safeParse(results['backtest']).data;
  const review = reviewStepSchema.safeParse(results['review']).data;
  const code = sourceStepSchema.safeParse(results['code']).data;
  return {
    metrics: backtest?.metrics ?? null,
    in_sample: backtest?.inSample ?? null,
    out_of_sample: backtest?.outOfSample ?? null,
    isolation: backtest?.isolation ?? null,
    result_hash: backtest?.result ?? null,
    strategy_file: code?.file ?? null,
    report_file: review?.file ?? null,
  };
}

import type { SagaState } from '../contracts/saga.ts';
import type { DomainEvents } from '../orchestrator/events/published.ts';
import { taskEvents } from '../orchestrator/events/taskEvents.ts';
import { currentRun } from '../orchestrator/saga/runs.ts';
import { backtestStepSchema, generateSagaName } from './generate/contracts.ts';
import { runTitle } from './runTitle.ts';

const figuresSchema = backtestStepSchema.pick({ metrics: true });
/** The steps of the pipeline from an idea that an agent does, and who. */
const agents: Readonly<Record<string, string>> = { reason: 'reasoning', code: 'code' };

/** What facts of a run are to those who follow tasks, strategies, risk and agents rather than runs. */
export const domainEvents: DomainEvents = (event, state) => [
  ...taskEvents(event, state),
  ...tradingEvents(event, state),
];

const tradingEvents: DomainEvents = (event, state) => {
  const runId = state.id;
  switch (event.type) {
    case 'saga.step-completed': {
      const figures = figuresSchema.safeParse(event.data.result);
      if (event.data.step !== 'backtest' || !figures.success) return [];
      const { metrics } = figures.data;
      return [{ type: 'backtest.completed', data: { runId, strategy: strategyOf(state), metrics } }];
    }
    case 'saga.step-failed': {
      const { step, error } = event.data;
      if (step === 'backtest') {
        return [{ type: 'backtest.failed', data: { runId, strategy: strategyOf(state), error } }];
      }
      const agentId = state.name === generateSagaName ? agents[step] : undefined;
      return agentId === undefined ? [] : [{ type: 'agent.error', agentId, data: { error, task: runId } }];
    }
    case 'saga.sandbox-alert': {
      const { reason: rule, message } = event.data.alert;
      const figures = { value: null, limit: null, symbol: null };
      return [{ type: 'risk.alert', data: { rule, severity: 'critical', message, ...figures } }];
    }
    default:
      return [];
  }
};

/** The file of a run's strategy; what the run is about where there is none yet. */
function strategyOf(state: SagaState): string {
  if (state.name !== generateSagaName) return runTitle(state);
  return currentRun(state, 'code')?.artefacts[0]?.name ?? runTitle(state);
}

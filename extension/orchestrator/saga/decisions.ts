import type { z } from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { decisionSchema, SagaFact, SagaState } from '../../contracts/saga.ts';
import type { SagaDefinition } from './definition.ts';
import { isEnded } from './moves.ts';
import { earlierSteps, stateName } from './view.ts';

/** The fact that a decision becomes. Throws `saga.state` when the saga does not allow it where it stands. */
export async function factOfDecision(
  decision: z.output<typeof decisionSchema>,
  state: SagaState,
  results: Readonly<Record<string, unknown>>,
  definition: SagaDefinition<unknown>,
): Promise<SagaFact> {
  const { at, comment, by } = decision;
  const step = state.waitingFor;
  if (step === null || (at !== undefined && at !== step)) throw impossible(decision.action, state, at);
  const common = { step, comment, by };
  switch (decision.action) {
    case 'approve':
    case 'reject':
      return { type: 'saga.decided', data: { ...common, action: decision.action } };
    case 'rollback': {
      const { to } = decision;
      if (!earlierSteps(state).includes(to)) throw impossible(`rollback to ${to}`, state, at);
      return { type: 'saga.decided', data: { ...common, action: 'rollback', to } };
    }
    case 'fix': {
      const { patch } = decision;
      const { input, restartAt } = await definition.onFix(patch, state.input, results);
      if (restartAt !== step && !earlierSteps(state).includes(restartAt)) {
        throw new LabError('internal', `A fix at ${step} cannot begin again at ${restartAt}.`);
      }
      return { type: 'saga.decided', data: { ...common, action: 'fix', patch, restartAt, input } };
    }
  }
}

function impossible(wanted: string, state: SagaState, at: string | undefined): LabError {
  const name = stateName(state, true);
  const where = at === undefined ? '' : ` at ${at}`;
  return new LabError('saga.state', `Run ${state.id} is ${name}: ${wanted}${where} is not possible.`, {
    action: possible(state),
  });
}

function possible(state: SagaState): string {
  if (isEnded(state)) return 'Start a new run; this one has ended.';
  if (state.waitingFor === null) return 'Resume it until it waits at a gate, then decide.';
  const earlier = earlierSteps(state);
  const rollback = earlier.length === 0 ? '' : `, or rollback to ${earlier.join(', ')}`;
  return `Possible at ${state.waitingFor} are approve, fix, reject${rollback}.`;
}

import type * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { type Decision, decisionSchema, type SagaFact, type SagaState } from '../../contracts/saga.ts';
import { valueProblem } from '../../contracts/schemaTexts.ts';
import type { SagaDefinition } from './definition.ts';
import { evidenceHash } from './evidenceHash.ts';
import { isEnded } from './moves.ts';
import { canCancel } from './reducer.ts';
import { earlierSteps, stateName } from './view.ts';

/** A decision with all its fields. Throws `usage` for what is none. */
export function parseDecision(decision: Decision) {
  const parsed = decisionSchema.safeParse(decision);
  if (parsed.success) return parsed.data;
  const problem = valueProblem(decisionSchema, parsed.error, decision);
  throw new LabError('usage', `This is no decision on a run: ${problem}.`, {
    action: 'Choose approve, fix with a patch, reject, or rollback to a step.',
  });
}

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
  const evidence = evidenceHash(state, results);
  if (decision.evidence !== undefined && decision.evidence !== evidence) throw otherEvidence(state, step);
  const common = { step, comment, by, evidence };
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

/**
 * The fact that a cancellation becomes; null when its parent asks for what has come about already. Throws
 * `saga.state` when a person asks for what is not possible.
 */
export function factOfCancellation(
  state: SagaState,
  data: Extract<SagaFact, { type: 'saga.cancel-requested' }>['data'],
): SagaFact | null {
  if (canCancel(state, data.byParent)) return { type: 'saga.cancel-requested', data };
  if (data.byParent) return null;
  const why = isEnded(state) ? `has ended ${stateName(state, true)}` : 'is being undone already';
  throw new LabError('saga.state', `Run ${state.id} ${why}: it cannot be cancelled.`, {
    action: isEnded(state) ? 'There is nothing left to stop.' : 'Wait for its end.',
  });
}

function otherEvidence({ id }: SagaState, step: string): LabError {
  return new LabError(
    'saga.state',
    `Run ${id} shows other evidence at ${step} than the decision was made on.`,
    { action: 'Look at the evidence again and decide anew.' },
  );
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
  if (state.waitingOn.length > 0) return `Decide on what it waits for: ${state.waitingOn.join(', ')}.`;
  if (state.waitingFor === null) return 'Resume it until it waits at a gate, then decide.';
  const earlier = earlierSteps(state);
  const rollback = earlier.length === 0 ? '' : `, or rollback to ${earlier.join(', ')}`;
  return `Possible at ${state.waitingFor} are approve, fix, reject${rollback}.`;
}

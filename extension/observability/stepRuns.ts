import type { SagaState, StepRun } from '../contracts/saga.ts';

/** The run of a step that an event speaks of; undefined where the state does not have it. */
export function stepRunOf(
  state: Pick<SagaState, 'steps'>,
  { step, generation }: { readonly step: string; readonly generation: number },
): StepRun | undefined {
  return state.steps
    .find(({ name }) => name === step)
    ?.runs.find((candidate) => candidate.generation === generation);
}

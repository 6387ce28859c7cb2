import type { SagaDefinition } from '../../../orchestrator/saga/definition.ts';
import { guardStep } from '../../generate/design.ts';
import { deployStep, monitorStep } from '../../generate/release.ts';
import type { TrialServices } from '../../generate/services.ts';
import { backtestStep, sandboxStep, searchedChoice } from '../../generate/trial.ts';
import { codeStep, fileSaga, reviewStep } from '../assess.ts';
import { type WalkForwardInput, walkForwardInputSchema, walkForwardSagaName } from '../contracts.ts';
import { selectStep } from './selectStep.ts';
import { validateStep } from './validateStep.ts';

/** Chooses the parameters of a strategy file again and again, and judges each choice on bars that it did not see. */
export function walkForwardSaga(services: TrialServices): SagaDefinition<WalkForwardInput> {
  return {
    ...fileSaga(services, walkForwardInputSchema),
    name: walkForwardSagaName,
    steps: [
      codeStep<WalkForwardInput>(),
      guardStep(services),
      sandboxStep<WalkForwardInput>(services),
      selectStep(services),
      validateStep(services),
      backtestStep<WalkForwardInput>(services, { isVaried: true }, searchedChoice),
      reviewStep<WalkForwardInput>(services, { isSearched: true, isValidated: true }),
      deployStep(),
      monitorStep(),
    ],
  };
}

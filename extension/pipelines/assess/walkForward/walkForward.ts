import type { SagaDefinition, SagaStep } from '../../../orchestrator/saga/definition.ts';
import { guardStep } from '../../generate/design.ts';
import { deployStep, monitorStep } from '../../generate/release.ts';
import type { TrialServices } from '../../generate/services.ts';
import { backtestStep, sandboxStep, searchedChoice, usualSearch } from '../../generate/trial.ts';
import { loadRunCandles } from '../../loadRunCandles.ts';
import { codeStep, fileSaga, reviewStep } from '../assess.ts';
import { type WalkForwardInput, walkForwardInputSchema, walkForwardSagaName } from '../contracts.ts';
import { choiceRuleOf } from './choiceRule.ts';
import { checkTrainWindow, layoutOf } from './layout.ts';
import { selectStep } from './selectStep.ts';
import { validateStep } from './validateStep.ts';

/** Refuses a choice that no fold could make and windows that no data could fill, before anything is run. */
function checkedCodeStep(services: TrialServices): SagaStep<WalkForwardInput> {
  const step = codeStep<WalkForwardInput>();
  return {
    ...step,
    async run(context) {
      const { input } = context;
      const { objective } = choiceRuleOf(input.search ?? usualSearch(input, null));
      checkTrainWindow(layoutOf(input, await loadRunCandles(services, input)), objective);
      return step.run(context);
    },
  };
}

/** Chooses the parameters of a strategy file again and again, and judges each choice on bars that it did not see. */
export function walkForwardSaga(services: TrialServices): SagaDefinition<WalkForwardInput> {
  return {
    ...fileSaga(services, walkForwardInputSchema),
    name: walkForwardSagaName,
    steps: [
      checkedCodeStep(services),
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

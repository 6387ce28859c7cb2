import { LabError } from '../../contracts/errors.ts';
import type { SagaDefinition } from '../../orchestrator/saga/definition.ts';
import {
  codeStepSchema,
  type GenerateInput,
  type GeneratePatch,
  generateInputSchema,
  generatePatchSchema,
  generateSagaName,
  levelFor,
} from './contracts.ts';
import { codeStep, guardStep, reasonStep, refuseErrors } from './design.ts';
import { deployStep, monitorStep, reviewStep } from './release.ts';
import type { GenerateServices } from './services.ts';
import {
  backtestStep,
  optimiseStep,
  sandboxStep,
  searchedChoice,
  searchedParameters,
  usualSearch,
} from './trial.ts';

/**
 * From an idea to a reviewed strategy: reason, write code, guard, run in the sandbox, optimise, backtest,
 * review by a person, deploy to paper, monitor.
 */
export function generateSaga(services: GenerateServices): SagaDefinition<GenerateInput> {
  return {
    name: generateSagaName,
    version: 1,
    inputSchema: generateInputSchema,
    gates: ['review'],
    steps: [
      reasonStep(services),
      codeStep(services),
      guardStep(services),
      sandboxStep(services),
      optimiseStep(services, (context, declared) => {
        const { grid } = context.result('code', codeStepSchema).code;
        return usualSearch(context.input, searchedParameters(grid, declared));
      }),
      backtestStep(services, { isVaried: true }, searchedChoice),
      reviewStep(services),
      deployStep(),
      monitorStep(),
    ],
    onFix(patch, input, results) {
      const parsed = parsePatch(patch);
      const { idea, source, author = 'person' } = parsed;
      if (source === undefined) {
        return Promise.resolve({
          input: { ...input, idea: idea ?? input.idea, edited: null },
          restartAt: 'reason',
        });
      }
      const written = codeStepSchema.safeParse(results['code']);
      if (!written.success) {
        throw new LabError('saga.state', 'The run has no strategy file yet that could be edited.', {
          action: 'Give a new idea, or approve until the code is written.',
        });
      }
      // Refused here, a faulty edit costs nothing: the run still waits at its gate.
      refuseErrors(services.guard(source, author, 'javascript'));
      const { editedBy: _earlier, ...rest } = input;
      return Promise.resolve({
        input: {
          ...rest,
          edited: { ...written.data.code, source },
          ...(author !== 'person' && { editedBy: author }),
          minimumLevel: levelFor(input, parsed),
        },
        restartAt: 'code',
      });
    },
  };
}

function parsePatch(patch: unknown): GeneratePatch {
  const parsed = generatePatchSchema.safeParse(patch);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', 'A fix changes the idea or the strategy file, one of the two.', {
    action: 'Give a new idea or an edited strategy file.',
  });
}

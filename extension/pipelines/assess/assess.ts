import { LabError } from '../../contracts/errors.ts';
import { judgeGate } from '../../evaluation/gate.ts';
import { holdOutSplit } from '../../evaluation/validation/splits.ts';
import type { SagaDefinition, SagaStep } from '../../orchestrator/saga/definition.ts';
import { sha256 } from '../backtestResult.ts';
import {
  backtestStepSchema,
  guardStepSchema,
  optimiseStepSchema,
  reviewStepSchema,
  sourceStepSchema,
} from '../generate/contracts.ts';
import { guardStep, refuseErrors } from '../generate/design.ts';
import { currentSource, readChart, readResult } from '../generate/evidence.ts';
import { deployStep, keepReport, monitorStep } from '../generate/release.ts';
import type { TrialServices } from '../generate/services.ts';
import { backtestStep, optimiseStep, sandboxStep, searchedChoice, usualSearch } from '../generate/trial.ts';
import {
  type AssessInput,
  assessInputSchema,
  assessPatchSchema,
  backtestSagaName,
  optimiseSagaName,
} from './contracts.ts';

type Definition = SagaDefinition<AssessInput>;

/** One backtest of a strategy file with given parameters: guard, run in the sandbox, review. */
export function backtestSaga(services: TrialServices): Definition {
  return {
    ...common(services),
    name: backtestSagaName,
    steps: [
      codeStep(),
      guardStep(services),
      backtestStep<AssessInput>(services, ({ input }, bars) => ({
        params: input.params,
        splitBar: input.isWhole ? null : holdOutSplit(bars).outOfSample.from,
      })),
      reviewStep(services, false),
      deployStep(),
      monitorStep(),
    ],
  };
}

/** Searches the parameters of a strategy file on the first part of the data, then backtests the choice. */
export function optimiseSaga(services: TrialServices): Definition {
  return {
    ...common(services),
    name: optimiseSagaName,
    steps: [
      codeStep(),
      guardStep(services),
      sandboxStep(services),
      optimiseStep<AssessInput>(services, ({ input }) => input.search ?? usualSearch(input, null)),
      backtestStep<AssessInput>(services, searchedChoice),
      reviewStep(services, true),
      deployStep(),
      monitorStep(),
    ],
  };
}

function common(services: TrialServices) {
  return {
    version: 1,
    inputSchema: assessInputSchema,
    gates: ['review'],
    onFix: (patch: unknown, input: AssessInput) => {
      const parsed = assessPatchSchema.safeParse(patch);
      if (!parsed.success) {
        throw new LabError('usage', 'A run of a strategy file is fixed by an edited strategy file.', {
          action: 'Edit the file and give it as the fix.',
        });
      }
      const { source } = parsed.data;
      // Refused here, a faulty edit costs nothing: the run still waits at its gate.
      refuseErrors(services.guard(source, 'person'));
      return Promise.resolve({
        input: { ...input, source, author: 'person' as const },
        restartAt: 'code',
      });
    },
  } satisfies Partial<Definition>;
}

/** Keeps the file as it was. It is a person's own, so undoing the run leaves it alone. */
function codeStep(): SagaStep<AssessInput> {
  return {
    name: 'code',
    resultSchema: sourceStepSchema,
    async run(context) {
      const { source, file, author } = context.input;
      await context.putArtefact('strategy.ts', 'text/typescript', source);
      return { author, code: { source }, codeHash: sha256(source), file };
    },
  };
}

function reviewStep(services: TrialServices, isSearched: boolean): SagaStep<AssessInput> {
  return {
    name: 'review',
    resultSchema: reviewStepSchema,
    async run(context) {
      const { findings } = context.result('guard', guardStepSchema);
      const backtest = context.result('backtest', backtestStepSchema);
      const result = await readResult(context, backtest.result, services.fresh);
      const { optimisation } = isSearched
        ? context.result('optimise', optimiseStepSchema)
        : { optimisation: undefined };
      return keepReport(context, services, {
        title: result.manifest.strategy.name,
        chart: await readChart(context, backtest.chart, services.fresh),
        result,
        guard: [...findings],
        source: currentSource(context),
        ...(optimisation !== undefined && {
          optimisation,
          gate: judgeGate({ policy: context.input.policy, result, luck: optimisation.luck }),
        }),
      });
    },
  };
}

import type * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { languageOfFile, type StrategyLanguage } from '../../contracts/strategyLanguage.ts';
import { validationSummarySchema } from '../../contracts/validation.ts';
import { judgeGate } from '../../evaluation/gate.ts';
import { holdOutSplit } from '../../evaluation/validation/splits.ts';
import type { SagaDefinition, SagaStep } from '../../orchestrator/saga/definition.ts';
import { sha256 } from '../backtestResult.ts';
import {
  backtestStepSchema,
  guardStepSchema,
  levelFor,
  optimiseStepSchema,
  reviewStepSchema,
  sourceStepSchema,
} from '../generate/contracts.ts';
import { guardStep, refuseErrors } from '../generate/design.ts';
import {
  currentSource,
  readChart,
  readFragility,
  readJson,
  readResult,
  readStress,
} from '../generate/evidence.ts';
import { deployStep, keepReport, monitorStep } from '../generate/release.ts';
import type { TrialServices } from '../generate/services.ts';
import { backtestStep, optimiseStep, sandboxStep, searchedChoice, usualSearch } from '../generate/trial.ts';
import { stressStepName, stressStepSchema } from '../stress/contracts.ts';
import {
  type AssessInput,
  assessInputSchema,
  assessPatchSchema,
  backtestSagaName,
  optimiseSagaName,
  validateStepSchema,
} from './contracts.ts';

type Definition = SagaDefinition<AssessInput>;

/** One backtest of a strategy file with given parameters: guard, run in the sandbox, review. */
export function backtestSaga(services: TrialServices): Definition {
  return {
    ...fileSaga(services, assessInputSchema),
    name: backtestSagaName,
    steps: [
      codeStep<AssessInput>(),
      guardStep(services),
      // Quick: a search, a stress test and the pipeline from an idea vary the run besides.
      backtestStep<AssessInput>(services, { isVaried: false }, ({ input }, bars) => ({
        params: input.params,
        splitBar: input.isWhole ? null : holdOutSplit(bars).outOfSample.from,
      })),
      reviewStep<AssessInput>(services, {}),
      deployStep(),
      monitorStep(),
    ],
  };
}

/** Searches the parameters of a strategy file on the first part of the data, then backtests the choice. */
export function optimiseSaga(services: TrialServices): Definition {
  return {
    ...fileSaga(services, assessInputSchema),
    name: optimiseSagaName,
    steps: [
      codeStep<AssessInput>(),
      guardStep(services),
      sandboxStep(services),
      optimiseStep<AssessInput>(services, ({ input }) => input.search ?? usualSearch(input, null)),
      backtestStep<AssessInput>(services, { isVaried: true }, searchedChoice),
      reviewStep<AssessInput>(services, { isSearched: true }),
      deployStep(),
      monitorStep(),
    ],
  };
}

/** What all pipelines for a strategy file have in common. */
export function fileSaga<Input extends AssessInput>(services: TrialServices, inputSchema: z.ZodType<Input>) {
  return {
    version: 1,
    inputSchema,
    gates: ['review'],
    onFix: (patch: unknown, input: Input) => {
      const parsed = assessPatchSchema.safeParse(patch);
      if (!parsed.success) {
        throw new LabError('usage', 'A run of a strategy file is fixed by an edited strategy file.', {
          action: 'Edit the file and give it as the fix.',
        });
      }
      const { source, author = 'person' } = parsed.data;
      // Refused here, a faulty edit costs nothing: the run still waits at its gate.
      refuseErrors(services.guard(source, author, languageOfFile(input.file)));
      return Promise.resolve({
        input: { ...input, source, author, minimumLevel: levelFor(input, parsed.data) },
        restartAt: 'code',
      });
    },
  } satisfies Partial<SagaDefinition<Input>>;
}

const sourceArtefacts: Readonly<
  Record<StrategyLanguage, { readonly name: string; readonly mediaType: string }>
> = {
  javascript: { name: 'strategy.ts', mediaType: 'text/typescript' },
  python: { name: 'strategy.py', mediaType: 'text/x-python' },
};

/** Keeps the file as it was. It is a person's own, so undoing the run leaves it alone. */
export function codeStep<Input extends AssessInput>(): SagaStep<Input> {
  return {
    name: 'code',
    resultSchema: sourceStepSchema,
    async run(context) {
      const { source, file, author } = context.input;
      const { name, mediaType } = sourceArtefacts[languageOfFile(file)];
      await context.putArtefact(name, mediaType, source);
      return { author, code: { source }, codeHash: sha256(source), file };
    },
  };
}

/** What a run has had before its review. */
export interface ReviewOptions {
  /** Whether a step searched the parameters. */
  readonly isSearched?: boolean;
  /** Whether a step judged the search out of sample, fold by fold. */
  readonly isValidated?: boolean;
  /** Whether a step ran the strategy in other circumstances. */
  readonly isStressed?: boolean;
}

/** Writes the report that a person reviews, with the gate's verdict where something was searched or stressed. */
export function reviewStep<Input extends AssessInput>(
  services: TrialServices,
  { isSearched = false, isValidated = false, isStressed = false }: ReviewOptions,
): SagaStep<Input> {
  return {
    name: 'review',
    resultSchema: reviewStepSchema,
    async run(context) {
      const { findings } = context.result('guard', guardStepSchema);
      const backtest = context.result('backtest', backtestStepSchema);
      const result = await readResult(context, backtest.result, services.fresh);
      const fragility = await readFragility(context, backtest.fragility);
      const optimisation = isSearched ? context.result('optimise', optimiseStepSchema).optimisation : null;
      const validation = isValidated
        ? await readJson(
            context,
            context.result('validate', validateStepSchema).validation,
            validationSummarySchema,
          )
        : null;
      const { policy } = context.input;
      return keepReport(context, services, {
        title: result.manifest.strategy.name,
        chart: await readChart(context, backtest.chart, services.fresh),
        result,
        guard: [...findings],
        source: currentSource(context).text,
        policy,
        ...(optimisation !== null && { optimisation }),
        ...((isSearched || isStressed) && {
          gate: judgeGate({ policy, result, luck: optimisation?.luck ?? null, fragility, validation }),
        }),
        ...(fragility !== null && { fragility }),
        ...(isStressed && {
          stress: await readStress(context, context.result(stressStepName, stressStepSchema).stress),
        }),
        ...(validation !== null && { validation }),
      });
    },
  };
}

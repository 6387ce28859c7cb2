import { holdOutSplit } from '../../evaluation/validation/splits.ts';
import type { SagaDefinition, SagaStep } from '../../orchestrator/saga/definition.ts';
import { backtestStepSchema } from '../generate/contracts.ts';
import { guardStep } from '../generate/design.ts';
import { currentSource, keepJson, readResult } from '../generate/evidence.ts';
import { deployStep, monitorStep } from '../generate/release.ts';
import type { TrialServices } from '../generate/services.ts';
import { backtestStep } from '../generate/trial.ts';
import { loadRunCandles } from '../loadRunCandles.ts';
import { stressStepName, stressStepSchema } from '../stress/contracts.ts';
import { runStress } from '../stress/runStress.ts';
import { codeStep, fileSaga, reviewStep } from './assess.ts';
import { type AssessInput, assessInputSchema, stressSagaName } from './contracts.ts';

/** A backtest of a strategy file with given parameters, and how it fares in other circumstances. */
export function stressSaga(services: TrialServices): SagaDefinition<AssessInput> {
  return {
    ...fileSaga(services, assessInputSchema),
    name: stressSagaName,
    steps: [
      codeStep<AssessInput>(),
      guardStep(services),
      backtestStep<AssessInput>(services, { isVaried: true }, ({ input }, bars) => ({
        params: input.params,
        splitBar: input.isWhole ? null : holdOutSplit(bars).outOfSample.from,
      })),
      stressStep(services),
      reviewStep<AssessInput>(services, { isSearched: false, isStressed: true }),
      deployStep(),
      monitorStep(),
    ],
  };
}

function stressStep(services: TrialServices): SagaStep<AssessInput> {
  return {
    name: stressStepName,
    resultSchema: stressStepSchema,
    async run(context) {
      const { settings, minimumLevel, stress: definition } = context.input;
      const backtest = context.result('backtest', backtestStepSchema);
      const { manifest, isolation } = await readResult(context, backtest.result);
      const report = await runStress(services, {
        definition,
        strategy: {
          source: currentSource(context),
          params: manifest.strategy.params,
          settings,
          minimumLevel,
          backend: isolation.backend,
          alert: context.alert,
          signal: context.signal,
        },
        candles: await loadRunCandles(services, context.input),
        key: context.idempotencyKey,
        clock: context.clock,
        progress: context.progress,
      });
      const outcomes = report.scenarios.flatMap((scenario) => scenario.outcomes);
      const drawdowns = outcomes.flatMap(({ maxDrawdown }) => (maxDrawdown === null ? [] : [maxDrawdown]));
      return {
        stress: await keepJson(context, 'stress.json', report),
        markets: outcomes.length,
        profitable: outcomes.filter(({ totalReturn }) => (totalReturn ?? 0) > 0).length,
        worstDrawdown: drawdowns.length === 0 ? null : Math.max(...drawdowns),
      };
    },
  };
}

import { timeframeMilliseconds } from '../../../contracts/timeframes.ts';
import { confirmationPlan, confirmedReport } from '../../../evaluation/validation/confirmation.ts';
import { returnsObjectives } from '../../../evaluation/validation/objective.ts';
import { summariseValidation } from '../../../evaluation/validation/summary.ts';
import type { SagaStep } from '../../../orchestrator/saga/definition.ts';
import { currentSource, keepJson, readJson } from '../../generate/evidence.ts';
import type { TrialServices } from '../../generate/services.ts';
import { forgetWork } from '../../keptWork.ts';
import { loadRunCandles } from '../../loadRunCandles.ts';
import {
  selectionSchema,
  selectionStepSchema,
  validateStepSchema,
  type WalkForwardInput,
} from '../contracts.ts';
import { confirm } from './confirm.ts';
import { layoutOf } from './layout.ts';

const dayMilliseconds = timeframeMilliseconds['1d'];

/** Settles what the folds chose by runs of it in the test ranges, and says what the choosing was worth. */
export function validateStep(services: TrialServices): SagaStep<WalkForwardInput> {
  return {
    name: 'validate',
    resultSchema: validateStepSchema,
    async run(context) {
      const { input } = context;
      const source = currentSource(context);
      const candles = await loadRunCandles(services, input);
      const { course, scheme, rowStarts } = layoutOf(input, candles);
      const { selection: hash } = context.result('optimise', selectionStepSchema);
      const selection = await readJson(context, hash, selectionSchema);
      const { definition, objective, sets, folds, leastTrades, trainTrades, stability } = selection;
      const plan = confirmationPlan({ folds }, scheme, sets, rowStarts);
      const confirmed = await confirm(services, context, {
        plan,
        rowStarts,
        candles,
        times: course.time,
        source,
      });
      const returns = confirmed.map((run) => Float64Array.from(run.returns));
      const report = confirmedReport({ folds }, scheme, plan, returns, returnsObjectives[objective]);
      const summary = summariseValidation({
        kind: input.validation.kind,
        definition,
        objective,
        unit: timeframeMilliseconds[candles.timeframe] >= dayMilliseconds ? 'bar' : 'day',
        scheme,
        report,
        sets,
        leastTrades,
        trainTrades,
        tradesOf: ({ fold, test }) => confirmed[plan.runOf[fold]?.[test] ?? -1]?.trades ?? 0,
        confirmations: plan.runs.length,
        rowStarts,
        time: course.time,
        close: course.close,
        cash: input.settings.cash,
        stability,
      });
      const { kind, score, efficiency } = summary;
      const { totalReturn, trades } = summary.paths[summary.path] as (typeof summary.paths)[number];
      const validation = await keepJson(context, 'validation.json', summary);
      return { validation, kind, folds: folds.length, score, efficiency, totalReturn, trades };
    },
    compensate: ({ sagaId }) => forgetWork(services.searches, sagaId),
  };
}

import type * as z from 'zod';
import { gatePolicySchema } from '../../contracts/gate.ts';
import { isAtLeast } from '../../contracts/isolation.ts';
import type { RunReportInput } from '../../contracts/report.ts';
import { judgeGate } from '../../evaluation/gate.ts';
import type { SagaStep, StepContext } from '../../orchestrator/saga/definition.ts';
import { forgetWork } from '../keptWork.ts';
import {
  backtestStepSchema,
  codeStepSchema,
  deployStepSchema,
  type GenerateInput,
  guardStepSchema,
  monitorStepSchema,
  optimiseStepSchema,
  reasonResultSchema,
  reviewStepSchema,
  sandboxStepSchema,
} from './contracts.ts';
import { keepJson, readChart, readFragility, readResult } from './evidence.ts';
import type { GenerateServices, TrialServices } from './services.ts';

type Step = SagaStep<GenerateInput>;

/** Writes the report that a person reviews. Undone, the report stays: it is evidence. */
export function reviewStep(services: GenerateServices): Step {
  return {
    name: 'review',
    resultSchema: reviewStepSchema,
    async run(context) {
      const { input } = context;
      const { reasoning } = context.result('reason', reasonResultSchema);
      const code = context.result('code', codeStepSchema);
      const guard = context.result('guard', guardStepSchema);
      const sandbox = context.result('sandbox', sandboxStepSchema);
      const optimise = context.result('optimise', optimiseStepSchema);
      const backtest = context.result('backtest', backtestStepSchema);
      const result = await readResult(context, backtest.result, services.fresh);
      const fragility = await readFragility(context, backtest.fragility);
      const policy = gatePolicySchema.parse({});
      return keepReport(context, services, {
        title: result.manifest.strategy.name,
        idea: input.idea,
        chart: await readChart(context, backtest.chart, services.fresh),
        result,
        reasoning,
        guard: [...guard.findings],
        source: code.code.source,
        optimisation: optimise.optimisation,
        gate: judgeGate({ policy, result, luck: optimise.optimisation.luck, fragility }),
        policy,
        ...(fragility !== null && { fragility }),
        steps: [
          { name: 'reason', outcome: `${reasoning.family}, confidence ${reasoning.confidence.toFixed(2)}` },
          { name: 'code', outcome: code.author === 'person' ? 'edited by a person' : 'written by an agent' },
          { name: 'guard', outcome: `${guard.findings.length} findings, none of them an error` },
          { name: 'sandbox', outcome: `${sandbox.isolation.backend}, double run ${sandbox.doubleRun}` },
          { name: 'optimise', outcome: `${optimise.optimisation.trials.length} parameter sets` },
          {
            name: 'backtest',
            outcome: `${result.trades.length} trades, double run ${result.doubleRun.verdict}`,
          },
        ],
      });
    },
  };
}

/** Keeps the page that a person reviews as evidence, and writes it where a browser finds it. */
export async function keepReport(
  context: StepContext<unknown>,
  services: TrialServices,
  input: RunReportInput,
): Promise<z.infer<typeof reviewStepSchema>> {
  const alerts = [...context.alerts()];
  const page = services.renderReport(alerts.length === 0 ? input : { ...input, alerts });
  const file = `${context.sagaId}.html`;
  const { hash } = await context.putArtefact(file, 'text/html', page);
  await services.reports.write(file, page);
  await forgetWork(services.searches, context.sagaId);
  return { report: hash, file };
}

/** Records that the strategy was approved for paper. Nothing trades until approvals are signed. */
export function deployStep<Input>(): SagaStep<Input> {
  return {
    name: 'deploy',
    resultSchema: deployStepSchema,
    async run(context) {
      const backtest = context.result('backtest', backtestStepSchema);
      const { manifest } = await readResult(context, backtest.result);
      const { name, codeHash, params } = manifest.strategy;
      const isContained = isAtLeast(backtest.isolation.level, 'container');
      const record = {
        venue: 'paper' as const,
        trades: false as const,
        strategy: name,
        codeHash,
        params,
        result: backtest.result,
        note: isContained
          ? 'A recorded decision, not a signed approval: nothing trades.'
          : 'A recorded decision, not a signed approval: nothing trades. Trading also needs a run in a container.',
      };
      await keepJson(context, 'deployment.json', record);
      return record;
    },
  };
}

/** Records what live behaviour will be held against. */
export function monitorStep<Input>(): SagaStep<Input> {
  return {
    name: 'monitor',
    resultSchema: monitorStepSchema,
    run(context) {
      const { outOfSample } = context.result('backtest', backtestStepSchema);
      return Promise.resolve({
        state: 'recorded' as const,
        expected: {
          maxDrawdown: outOfSample['maxDrawdown'] ?? null,
          winRate: outOfSample['winRate'] ?? null,
          averageBars: outOfSample['averageBars'] ?? null,
        },
      });
    },
  };
}

import { LabError } from '../../contracts/errors.ts';
import type { Author, Finding } from '../../contracts/guardian.ts';
import { languageOfFile } from '../../contracts/strategyLanguage.ts';
import { summariseMarket } from '../../evaluation/marketSummary.ts';
import { holdOutSplit } from '../../evaluation/validation/splits.ts';
import type { SagaStep } from '../../orchestrator/saga/definition.ts';
import { sha256 } from '../backtestResult.ts';
import {
  codeStepSchema,
  type GenerateInput,
  guardStepSchema,
  reasonResultSchema,
  sourceStepSchema,
} from './contracts.ts';
import { keepJson } from './evidence.ts';
import type { GenerateServices, TrialServices } from './services.ts';

type Step = SagaStep<GenerateInput>;

/** Reads the idea against the part of the data that is not held back. */
export function reasonStep(services: GenerateServices): Step {
  return {
    name: 'reason',
    resultSchema: reasonResultSchema,
    async run(context) {
      const candles = await services.loadCandles(context.input.data);
      const { inSample } = holdOutSplit(candles.time.length);
      const market = summariseMarket(candles, inSample.from, inSample.to);
      const reasoning = await services.reasoning.reason({ idea: context.input.idea, market }, context.signal);
      await keepJson(context, 'reasoning.json', reasoning);
      return { market, reasoning };
    },
  };
}

/** Writes the strategy file: the agent's, or a person's version after a fix. Undone, the file goes unless a person has changed it. */
export function codeStep(services: GenerateServices): Step {
  return {
    name: 'code',
    resultSchema: codeStepSchema,
    async run(context) {
      const { edited, editedBy = 'person', idea } = context.input;
      const { reasoning } = context.result('reason', reasonResultSchema);
      const code = edited ?? (await services.coding.write(reasoning, idea, context.signal));
      const author: Author = edited === null ? 'agent' : editedBy;
      const file = `${code.fileName.replace(/\.strategy\.ts$/, '')}-${context.sagaId}.strategy.ts`;
      await context.putArtefact(file, 'text/typescript', code.source);
      await services.strategies.write(file, code.source);
      return { author, code, codeHash: sha256(code.source), file };
    },
    async compensate(context) {
      const decoder = new TextDecoder();
      for (const artefact of context.artefacts) {
        const source = decoder.decode(await context.getArtefact(artefact.hash));
        await services.strategies.removeUnchanged(artefact.name, source);
      }
    },
  };
}

/** Ends the run where Guardian finds an error in the code. */
export function guardStep<Input>(services: TrialServices): SagaStep<Input> {
  return {
    name: 'guard',
    resultSchema: guardStepSchema,
    async run(context) {
      const { author, code, codeHash, file } = context.result('code', sourceStepSchema);
      const findings = services.guard(code.source, author, languageOfFile(file));
      await keepJson(context, 'findings.json', findings);
      refuseErrors(findings);
      return { codeHash, findings };
    },
  };
}

/** @throws LabError `strategy.guard` with the first error among the findings */
export function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter((finding) => finding.severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? '' : ` and ${errors.length - 1} more`;
  throw new LabError(
    'strategy.guard',
    `Guardian refuses the strategy: ${first.rule} at line ${first.line}${more}. ${first.message}`,
    { action: first.advice, place: { line: first.line, column: first.column } },
  );
}

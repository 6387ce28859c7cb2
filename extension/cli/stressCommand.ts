import type { Command } from 'commander';
import { LabError } from '../contracts/errors.ts';
import { fragilitySchema } from '../contracts/fragility.ts';
import { gatePolicySchema } from '../contracts/gate.ts';
import {
  type StressDefinition,
  stressDefinitionSchema,
  stressReportSchema,
  stressScenarios,
} from '../contracts/stress.ts';
import { fragilityVerdicts } from '../evaluation/fragility/verdicts.ts';
import type { Lab } from '../lab.ts';
import { stressSagaName } from '../pipelines/assess/contracts.ts';
import { backtestStepSchema, reviewStepSchema } from '../pipelines/generate/contracts.ts';
import { stressStepSchema } from '../pipelines/stress/contracts.ts';
import { type AssessedFileOptions, assessFile } from './assessFile.ts';
import { readJson } from './labJson.ts';
import { sayVerdict, verdictOf } from './optimizeCommand.ts';
import { parseNumber, parseParameters } from './options.ts';
import { sayStress } from './stressText.ts';
import type { Terminal } from './terminal.ts';

export interface StressOptions extends AssessedFileOptions {
  readonly param: readonly string[];
  readonly scenarios?: string;
  readonly paths?: string;
}

export function addStressOptions(command: Command): Command {
  return command
    .requiredOption('--data <data>', "file or folder of candles, or the first digits of a set's hash")
    .option('--param <name=value>', 'value of a parameter; may be repeated', collect, [])
    .option('--scenarios <names>', `some of ${stressScenarios.join(',')}, or none; default: all`)
    .option('--paths <number>', 'markets of each scenario; default 3; --seed seeds them too');
}

const collect = (value: string, values: readonly string[]): string[] => [...values, value];

/** Runs a strategy file in other circumstances than those it was made for, and tells how it fared. */
export async function stressCommand(
  lab: Lab,
  terminal: Terminal,
  file: string,
  options: StressOptions,
  signal: AbortSignal,
): Promise<void> {
  const more = { isWhole: true, params: parseParameters(options.param), stress: parseStress(options) };
  const { id, results } = await assessFile(lab, { pipeline: stressSagaName, file, more }, options, signal);
  const backtest = backtestStepSchema.parse(results['backtest']);
  const report = await readJson(lab, stressStepSchema.parse(results['stress']).stress, stressReportSchema);
  const fragility = await readJson(lab, backtest.fragility ?? '', fragilitySchema);
  const gate = await verdictOf(lab, { ...backtest, luck: null, validation: null });
  const page = lab.reports.pathOf(reviewStepSchema.parse(results['review']).file);
  const verdicts = fragilityVerdicts(fragility, gatePolicySchema.parse({}));
  terminal.document({ run: id, fragility: { verdicts, ...fragility }, stress: report, gate, report: page });
  sayStress(terminal, { verdicts, report });
  sayVerdict(terminal, gate);
  terminal.say(`Report: ${page}`);
  terminal.say(`Run ${id}: strategy-lab show | gate | replay | verify | approve | reject ${id}`);
}

/** @throws LabError `usage` naming the option */
function parseStress({ scenarios, paths }: StressOptions): StressDefinition {
  const names = scenarios?.split(',').map((name) => name.trim()) ?? [...stressScenarios];
  const unknown = [...new Set(names)].filter(
    (name) => name !== 'none' && !stressScenarios.some((known) => known === name),
  );
  if (unknown.length > 0) {
    const quoted = unknown.map((name) => `"${name}"`).join(', ');
    throw new LabError('usage', `--scenarios knows no ${quoted}.`, {
      action: `Name some of ${stressScenarios.join(', ')}, parted by commas, or none alone.`,
    });
  }
  const hasNone = names.includes('none');
  const wanted = [...new Set(names)].filter((name) => name !== 'none');
  if (hasNone && wanted.length > 0) {
    throw new LabError('usage', `--scenarios is given none together with ${wanted.join(', ')}.`, {
      action: `Leave out none to run ${wanted.join(', ')}, or give none alone to run no scenario.`,
    });
  }
  const parsed = stressDefinitionSchema.safeParse({
    scenarios: wanted,
    ...(paths !== undefined && { paths: parseNumber(paths, '--paths') }),
  });
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `--paths takes a whole number from 1 to 100, was "${paths ?? ''}".`, {
    action: 'Give a number in that range.',
  });
}

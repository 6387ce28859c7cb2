import type { Command } from 'commander';
import { LabError } from '../contracts/errors.ts';
import { allowedText } from '../contracts/schemaTexts.ts';
import {
  type ValidationRequest,
  type ValidationSummary,
  validationKinds,
  validationRequestSchema,
} from '../contracts/validation.ts';
import type { Lab } from '../lab.ts';
import { selectionStepSchema, walkForwardSagaName } from '../pipelines/assess/contracts.ts';
import { choiceRuleOf } from '../pipelines/assess/walkForward/choiceRule.ts';
import { checkTrainWindow, layoutOf } from '../pipelines/assess/walkForward/layout.ts';
import { backtestStepSchema, reviewStepSchema } from '../pipelines/generate/contracts.ts';
import { loadValidation } from '../pipelines/runEvidence.ts';
import { metricLabel } from '../reports/metricTexts.ts';
import {
  meanReturnText,
  paramsText,
  partText,
  scoreText,
  stretchesText,
} from '../reports/validation/figures.ts';
import { englishWords } from '../reports/validation/validationSection.ts';
import { conclusionOf } from '../reports/validation/validationView.ts';
import { refusal } from './allowed.ts';
import { type AssessedFile, type AssessedFileOptions, assessFile } from './assessFile.ts';
import { sayTried, sayVerdict, verdictOf } from './optimizeCommand.ts';
import { readNumber } from './options.ts';
import { addSearchOptions, parseSearch, type SearchOptions } from './searchOptions.ts';
import { type Terminal, table } from './terminal.ts';

export interface WalkForwardOptions extends AssessedFileOptions, SearchOptions {
  readonly kind: string;
  readonly train?: string;
  readonly test?: string;
  readonly step?: string;
  readonly folds?: string;
  readonly groups?: string;
  readonly testGroups?: string;
  readonly purge?: string;
  readonly embargo?: string;
}

export function addWalkForwardOptions(command: Command): Command {
  return addSearchOptions(command)
    .requiredOption('--data <file>', 'file of candles')
    .option('--kind <kind>', validationKinds.join(', '), 'rolling')
    .option('--train <bars>', 'bars of a train window; of the first one where --kind is anchored')
    .option('--test <bars>', 'bars of a test window')
    .option('--step <bars>', 'bars from one test window to the next; default: --test')
    .option('--folds <number>', 'folds of --kind k-fold')
    .option('--groups <number>', 'groups of bars of --kind combinatorial')
    .option('--test-groups <number>', 'groups that are the test at once; default 2')
    .option('--purge <bars>', 'bars left out beside a test, besides those of the trades that are open in it')
    .option('--embargo <bars>', 'bars left out behind a test; default: 1 % where train bars follow it');
}

const flags = {
  kind: '--kind',
  train: '--train',
  test: '--test',
  step: '--step',
  folds: '--folds',
  groups: '--groups',
  testGroups: '--test-groups',
  purge: '--purge',
  embargo: '--embargo',
} as const;

/** The validation that the options ask for. @throws LabError `usage` naming the option */
export function parseValidation(options: Pick<WalkForwardOptions, keyof typeof flags>): ValidationRequest {
  const { kind, ...texts } = options;
  const numbers = (Object.keys(flags) as (keyof typeof flags)[]).flatMap((name) => {
    const text = name === 'kind' ? undefined : texts[name];
    return text === undefined ? [] : [[name, readNumber(text) ?? text]];
  });
  const parsed = validationRequestSchema.safeParse({ kind, ...Object.fromEntries(numbers) });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? 'kind') as keyof typeof flags;
  if (name === 'kind') {
    throw new LabError('usage', `--kind knows no "${kind}".`, {
      action: `Choose one of ${validationKinds.join(', ')}.`,
    });
  }
  const field = validationRequestSchema.shape[name];
  const isMisplaced = field.safeParse(readNumber(texts[name] ?? '') ?? '').success;
  if (!isMisplaced) throw refusal(flags[name], texts[name] ?? '', allowedText(field), 'walk-forward');
  throw new LabError('usage', `${flags[name]} ${texts[name]} does not go with --kind ${kind}.`, {
    action: 'Leave it out, or see strategy-lab walk-forward --help for the kind that it is for.',
  });
}

/** Chooses parameters again and again, judges each choice on bars it did not see, and says what that was worth. */
export async function walkForwardCommand(
  lab: Lab,
  terminal: Terminal,
  file: string,
  options: WalkForwardOptions,
  signal: AbortSignal,
): Promise<void> {
  const search = parseSearch(options);
  // Refused here, what no fold can choose by, and windows that the bars cannot fill, make no run.
  const { objective } = choiceRuleOf(search);
  const validation = parseValidation(options);
  const run: AssessedFile = {
    pipeline: walkForwardSagaName,
    file,
    more: { search, validation },
    check: (candles) => checkTrainWindow(layoutOf({ validation }, candles), objective),
  };
  const { id, results } = await assessFile(lab, run, options, signal);
  const summary = await loadValidation(lab, results);
  if (summary === null) {
    throw new LabError('saga.state', `Run ${id} has no validation.`, { action: 'Run it again.' });
  }
  const { optimisation, params, reasons } = selectionStepSchema.parse(results['optimise']);
  const tested = backtestStepSchema.parse(results['backtest']);
  const judged = { ...tested, luck: optimisation.luck, validation: summary };
  const verdict = await verdictOf(lab, judged);
  const report = lab.reports.pathOf(reviewStepSchema.parse(results['review']).file);
  terminal.document({ run: id, ...summary, params, reasons, luck: optimisation.luck, gate: verdict, report });
  sayValidation(terminal, summary);
  for (const reason of reasons) terminal.say(reason);
  sayTried(terminal, optimisation.trials);
  terminal.say(`Chosen: ${paramsText(params)}`);
  sayVerdict(terminal, verdict);
  terminal.say(`Report: ${report}`);
  terminal.say(`Run ${id}: strategy-lab show | gate | replay | verify | approve | reject ${id}`);
}

function sayValidation(terminal: Terminal, summary: ValidationSummary): void {
  const { objective, folds, score, meanReturn, unit } = summary;
  const label = metricLabel(objective);
  const pair = ({ inSample, outOfSample }: typeof score, text: (value: number | null) => string) => [
    text(inSample),
    text(outOfSample),
  ];
  const scores = (value: number | null) => scoreText(objective, value, '-');
  const means = (value: number | null) => meanReturnText(value, '-');
  const rows = folds.map((fold, index) => [
    String(index + 1),
    stretchesText(fold.test),
    `${paramsText(fold.params)}${fold.isJudged ? '' : ' (not judged)'}`,
    ...pair(fold.score, scores),
    ...pair(fold.meanReturn, means),
    String(fold.trades.inSample),
    String(fold.trades.outOfSample),
  ]);
  const heads = [`${label} in`, `${label} out`, `return a ${unit} in`, 'out', 'trades in', 'out'];
  const all = ['all', '', '', ...pair(score, scores), ...pair(meanReturn, means), '', ''];
  terminal.say(table(['fold', 'test', 'chosen', ...heads], [...rows, all]));
  terminal.say(
    `Efficiency ${partText(summary.efficiency)}: what of the mean in-sample return is left out of sample. Lost of the score: ${partText(summary.degradation)}.`,
  );
  terminal.say(englishWords.say('validationExit'));
  for (const sentence of conclusionOf(summary, englishWords)) terminal.say(sentence);
}

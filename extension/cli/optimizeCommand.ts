import { LabError } from '../contracts/errors.ts';
import { fragilitySchema } from '../contracts/fragility.ts';
import { type GatePolicy, type GateVerdict, gatePolicySchema } from '../contracts/gate.ts';
import type { OptimisationSummary } from '../contracts/report.ts';
import { type GateInput, judgeGate, luckWithPaths } from '../evaluation/gate.ts';
import type { Lab } from '../lab.ts';
import { optimiseSagaName } from '../pipelines/assess/contracts.ts';
import { backtestStepSchema, optimiseStepSchema, reviewStepSchema } from '../pipelines/generate/contracts.ts';
import { loadValidation, policyOf } from '../pipelines/runEvidence.ts';
import { formatMetric, metricLabel } from '../reports/metricTexts.ts';
import { triedValues } from '../reports/triedValues.ts';
import { parseBounded } from './allowed.ts';
import { type AssessedFileOptions, assessFile } from './assessFile.ts';
import { readJson } from './labJson.ts';
import { parseSearch, type SearchOptions } from './searchOptions.ts';
import { type Terminal, table } from './terminal.ts';

export interface OptimizeOptions extends AssessedFileOptions, SearchOptions {}

/** Searches the parameters of a strategy file on the first part of the data, and says what luck explains of it. */
export async function optimizeCommand(
  lab: Lab,
  terminal: Terminal,
  file: string,
  options: OptimizeOptions,
  signal: AbortSignal,
): Promise<void> {
  const run = { pipeline: optimiseSagaName, file, more: { search: parseSearch(options) } };
  const { id, results } = await assessFile(lab, run, options, signal);
  const { optimise, backtest, review } = results;
  const { optimisation, params, reasons } = optimiseStepSchema.parse(optimise);
  const tested = backtestStepSchema.parse(backtest);
  const { inSample, outOfSample } = tested;
  const verdict = await verdictOf(lab, { ...tested, luck: optimisation.luck, validation: null });
  const report = lab.reports.pathOf(reviewStepSchema.parse(review).file);
  terminal.document({
    run: id,
    params,
    reasons,
    inSample,
    outOfSample,
    ...optimisation,
    gate: verdict,
    report,
  });
  for (const reason of reasons) terminal.say(reason);
  sayTried(terminal, optimisation.trials);
  terminal.say(
    table(
      ['metric', 'in-sample', 'out-of-sample'],
      [optimisation.metric, 'totalReturn', 'maxDrawdown', 'trades'].map((name) => [
        metricLabel(name),
        ...[inSample[name], outOfSample[name]].map((value) =>
          value == null ? '-' : formatMetric(name, value),
        ),
      ]),
    ),
  );
  terminal.say(
    `Chosen: ${Object.entries(params)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
  );
  sayVerdict(terminal, verdict);
  terminal.say(`Report: ${report}`);
  terminal.say(`Run ${id}: strategy-lab show | gate | replay | verify | approve | reject ${id}`);
}

export function sayTried(terminal: Terminal, trials: OptimisationSummary['trials']): void {
  const tried = triedValues(trials);
  terminal.say(tried === '' ? 'No parameter was varied.' : `Values tried: ${tried}.`);
}

/** A text for each bound of the gate in place of the run's own. */
export type GateOptions = Readonly<Partial<Record<keyof GatePolicy, string>>>;

/** Judges a run by the bounds that it was started with, or others; true where it passes. */
export async function gateCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  options: GateOptions,
): Promise<boolean> {
  const given = parseBounds(options);
  const sagas = await lab.sagas();
  const { input } = await sagas.view(id);
  const results = await sagas.results(id);
  const { backtest, optimise } = results;
  const tested = backtestStepSchema.safeParse(backtest);
  if (!tested.success) {
    throw new LabError('not-found', `Run ${id} has no backtest yet.`, {
      action: `See where it stands: strategy-lab show ${id}.`,
    });
  }
  const searched = optimiseStepSchema.safeParse(optimise);
  const validation = await loadValidation(lab, results);
  const luck = luckWithPaths(searched.success ? searched.data.optimisation.luck : null, validation);
  const policy = { ...policyOf(input), ...given };
  const verdict = await verdictOf(lab, { ...tested.data, luck, validation }, policy);
  terminal.document({ run: id, ...verdict, luck });
  sayVerdict(terminal, verdict);
  return verdict.verdict === 'pass';
}

/** What a run is judged by: the hashes of its backtest and of what varied it, and the figures of luck. */
interface Judged extends Pick<GateInput, 'luck' | 'validation'> {
  readonly result: string;
  readonly fragility?: string | undefined;
}

/** The gate's verdict on a run's backtest; by the usual bounds where no others are given. */
export async function verdictOf(
  lab: Lab,
  { result, fragility, luck, validation }: Judged,
  policy: GatePolicy = gatePolicySchema.parse({}),
): Promise<GateVerdict> {
  const tested = await lab.readResult(result);
  const varied = fragility === undefined ? null : await readJson(lab, fragility, fragilitySchema);
  return judgeGate({
    policy,
    result: tested,
    luck,
    fragility: varied,
    validation: validation ?? null,
  });
}

/** The bounds that options give. @throws LabError `usage` naming the option */
function parseBounds(options: GateOptions): Partial<GatePolicy> {
  const names = Object.keys(gatePolicySchema.shape) as (keyof GatePolicy)[];
  const bounds = names.flatMap((name) => {
    const text = options[name];
    if (text === undefined) return [];
    return [[name, parseBounded(text, flagOf(name), gatePolicySchema.shape[name], 'gate')] as const];
  });
  return Object.fromEntries(bounds);
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const marks = { pass: 'ok', fail: 'FAILS', 'not-available': 'open' } as const;
const verdicts = {
  pass: 'The gate is passed.',
  fail: 'The gate is not passed.',
  'not-enough': 'The gate is not passed: something could not be judged.',
} as const;

export function sayVerdict(terminal: Terminal, { verdict, checks }: GateVerdict): void {
  terminal.say(
    table(
      ['gate', 'state', 'why'],
      checks.map(({ name, state, text }) => [name, marks[state], text]),
    ),
  );
  terminal.say(verdicts[verdict]);
}

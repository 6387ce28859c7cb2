import { resolve } from 'node:path';
import type { z } from 'zod';
import { guard } from '../../language-server/guardian/guard.ts';
import { LabError } from '../contracts/errors.ts';
import { type GateVerdict, gatePolicySchema, type LuckSummary } from '../contracts/gate.ts';
import { judgeGate } from '../evaluation/gate.ts';
import type { Lab } from '../lab.ts';
import { errorOf } from '../orchestrator/saga/errorRecord.ts';
import { type assessInputSchema, optimiseSagaName } from '../pipelines/assess/contracts.ts';
import { backtestStepSchema, optimiseStepSchema, reviewStepSchema } from '../pipelines/generate/contracts.ts';
import { refuseErrors } from '../pipelines/generate/design.ts';
import { formatMetric, metricLabel } from '../reports/metricTexts.ts';
import { readStrategy } from './guardCommand.ts';
import { loadMarkets, type MarketsOptions } from './markets.ts';
import { parseLevel, parseNumber } from './options.ts';
import { parseSearch, type SearchOptions } from './searchOptions.ts';
import { parseSettings, type SettingsOptions } from './settingOptions.ts';
import { type Terminal, table } from './terminal.ts';

export interface OptimizeOptions extends MarketsOptions, SettingsOptions, SearchOptions {
  readonly level?: string;
}

/** Searches the parameters of a strategy file on the first part of the data, and says what luck explains of it. */
export async function optimizeCommand(
  lab: Lab,
  terminal: Terminal,
  file: string,
  options: OptimizeOptions,
  signal: AbortSignal,
): Promise<void> {
  const search = parseSearch(options);
  const settings = await parseSettings(options);
  const minimumLevel = parseLevel(options.level ?? 'preview');
  const source = await readStrategy(file);
  refuseErrors(guard(source, { author: 'person' }));
  const markets = await loadMarkets(lab, options, settings);
  const input: z.input<typeof assessInputSchema> = {
    source,
    file: resolve(file),
    author: 'person',
    params: {},
    ...markets.input,
    settings,
    metric: 'sharpe',
    minimumLevel,
    search,
  };
  const sagas = await lab.sagas();
  const id = await sagas.create({ name: optimiseSagaName, input });
  const view = await sagas.run(id, signal);
  if (view.error !== null) throw errorOf(view.error);
  if (view.state === 'interrupted') {
    throw new LabError('cancelled', `Run ${id} was stopped before its end.`, {
      action: `Go on with it: strategy-lab resume ${id}.`,
    });
  }
  const { optimise, backtest, review } = await sagas.results(id);
  const { optimisation, params, reasons } = optimiseStepSchema.parse(optimise);
  const { inSample, outOfSample, result } = backtestStepSchema.parse(backtest);
  const verdict = await verdictOf(lab, result, optimisation.luck, {});
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

export interface GateOptions {
  readonly leastDsr?: string;
  readonly mostPbo?: string;
  readonly mostSpa?: string;
  readonly medianPathAbove?: string;
  readonly leastTrades?: string;
}

/** Judges a run by the bounds of the gate; true where it passes. */
export async function gateCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  options: GateOptions,
): Promise<boolean> {
  const sagas = await lab.sagas();
  const { backtest, optimise } = await sagas.results(id);
  const tested = backtestStepSchema.safeParse(backtest);
  if (!tested.success) {
    throw new LabError('not-found', `Run ${id} has no backtest yet.`, {
      action: `See where it stands: strategy-lab show ${id}.`,
    });
  }
  const searched = optimiseStepSchema.safeParse(optimise);
  const luck = searched.success ? searched.data.optimisation.luck : null;
  const verdict = await verdictOf(lab, tested.data.result, luck, options);
  terminal.document({ run: id, ...verdict, luck });
  sayVerdict(terminal, verdict);
  return verdict.verdict === 'pass';
}

async function verdictOf(
  lab: Lab,
  result: string,
  luck: LuckSummary | null,
  options: GateOptions,
): Promise<GateVerdict> {
  const bounds = Object.entries({
    leastDsr: options.leastDsr,
    mostPbo: options.mostPbo,
    mostSpa: options.mostSpa,
    medianPathAbove: options.medianPathAbove,
    leastTrades: options.leastTrades,
  }).flatMap(([name, text]) => (text === undefined ? [] : [[name, parseNumber(text, flagOf(name))]]));
  const policy = gatePolicySchema.safeParse(Object.fromEntries(bounds));
  if (!policy.success) {
    const name = String(policy.error.issues[0]?.path[0] ?? '');
    throw new LabError('usage', `${flagOf(name)} cannot be used: ${policy.error.issues[0]?.message ?? ''}.`, {
      action: 'See strategy-lab gate --help.',
    });
  }
  return judgeGate({ policy: policy.data, result: await lab.readResult(result), luck });
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

function sayVerdict(terminal: Terminal, { verdict, checks }: GateVerdict): void {
  terminal.say(
    table(
      ['gate', 'state', 'why'],
      checks.map(({ name, state, text }) => [name, marks[state], text]),
    ),
  );
  terminal.say(verdicts[verdict]);
}

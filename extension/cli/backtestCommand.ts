import { resolve } from 'node:path';
import type * as z from 'zod';
import { guard } from '../../language-server/guardian/guard.ts';
import { LabError } from '../contracts/errors.ts';
import { languageOfFile } from '../contracts/strategyLanguage.ts';
import type { Lab } from '../lab.ts';
import { errorOf } from '../orchestrator/saga/errorRecord.ts';
import { type assessInputSchema, backtestSagaName } from '../pipelines/assess/contracts.ts';
import { backtestStepSchema, reviewStepSchema } from '../pipelines/generate/contracts.ts';
import { refuseErrors } from '../pipelines/generate/design.ts';
import { renderTextSummary } from '../reports/textReport.ts';
import { readStrategy } from './guardCommand.ts';
import { loadMarkets, type MarketsOptions } from './markets.ts';
import { parseLevel, parseParameters } from './options.ts';
import { parseSettings, type SettingsOptions } from './settingOptions.ts';
import type { Terminal } from './terminal.ts';

export interface BacktestOptions extends MarketsOptions, SettingsOptions {
  readonly param: readonly string[];
  readonly level?: string;
}

/** Backtests one strategy file as a run of the lab, which then waits for its review. */
export async function backtestCommand(
  lab: Lab,
  terminal: Terminal,
  file: string,
  options: BacktestOptions,
  signal: AbortSignal,
): Promise<void> {
  const settings = await parseSettings(options);
  const params = parseParameters(options.param);
  const minimumLevel = parseLevel(options.level ?? 'preview');
  // The journal opens, and the sandboxes start, while the strategy and the data are read.
  const opening = lab.sagas();
  opening.catch(() => {});
  const source = await readStrategy(file);
  lab.startSandboxes(minimumLevel, languageOfFile(file), signal);
  // Refused here, a faulty file makes no run.
  refuseErrors(guard(source, { author: 'person', language: languageOfFile(file) }));
  const markets = await loadMarkets(lab, options, settings);
  const input: z.input<typeof assessInputSchema> = {
    source,
    file: resolve(file),
    author: 'person',
    params,
    isWhole: true,
    ...markets.input,
    settings,
    metric: 'sharpe',
    minimumLevel,
  };
  const sagas = await opening;
  const id = await sagas.create({ name: backtestSagaName, input });
  const view = await sagas.run(id, signal);
  if (view.error !== null) throw errorOf(view.error);
  if (view.state === 'interrupted') {
    throw new LabError('cancelled', `Run ${id} was stopped before its end.`, {
      action: `Go on with it: strategy-lab resume ${id}.`,
    });
  }
  const { backtest, review } = await sagas.results(id);
  const result = await lab.readResult(backtestStepSchema.parse(backtest).result);
  const report = lab.reports.pathOf(reviewStepSchema.parse(review).file);
  terminal.document({ ...result, report, run: id });
  terminal.say(renderTextSummary(result));
  terminal.say(`Report: ${report}`);
  terminal.say(`Run ${id}: strategy-lab show | replay | verify | approve | reject ${id}`);
}

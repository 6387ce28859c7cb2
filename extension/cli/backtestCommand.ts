import { guard } from '../../language-server/guardian/guard.ts';
import type { BacktestResult } from '../contracts/backtest.ts';
import type { Lab } from '../lab.ts';
import { buildBacktestResult } from '../pipelines/backtestResult.ts';
import { refuseErrors } from '../pipelines/generate/design.ts';
import { buildChartData } from '../reports/chartData.ts';
import { renderTextSummary } from '../reports/textReport.ts';
import { readStrategy } from './guardCommand.ts';
import { loadMarket, type MarketOptions } from './market.ts';
import { parseLevel, parseParameters } from './options.ts';
import { parseSettings, type SettingsOptions } from './settingOptions.ts';
import type { Terminal } from './terminal.ts';

export interface BacktestOptions extends MarketOptions, SettingsOptions {
  readonly param: readonly string[];
  readonly level?: string;
}

/** Backtests one strategy file: guarded, sandboxed, run twice, settled by the host. */
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
  const source = await readStrategy(file);
  const findings = guard(source, { author: 'person' });
  refuseErrors(findings);
  const { candles, warnings } = await loadMarket(lab, options);
  const run = await lab.runner.run({
    source,
    candles,
    settings,
    chooseSets: () => [params],
    minimumLevel,
    twice: true,
    signal,
    progress: (fraction, text) => terminal.progress('backtest', fraction, text),
  });
  const result = buildBacktestResult({ candles, source, settings, run, set: 0, splitBar: null, warnings });
  const report = await writeReport(lab, result, candles, run.runs[0]?.equity ?? new Float64Array(0), {
    guard: [...findings],
    source,
  });
  terminal.document({ ...result, report });
  terminal.say(renderTextSummary(result));
  terminal.say(`Report: ${report}`);
}

async function writeReport(
  lab: Lab,
  result: BacktestResult,
  candles: Parameters<typeof buildChartData>[0],
  equity: Float64Array,
  evidence: { guard: ReturnType<typeof guard>; source: string },
): Promise<string> {
  const chart = buildChartData(candles, equity, result.trades, result.manifest.settings.cash);
  const page = lab.renderReport({ title: result.manifest.strategy.name, chart, result, ...evidence });
  const { codeHash } = result.manifest.strategy;
  const name = `backtest-${codeHash.slice(0, 12)}-${result.fillHash.slice(0, 12)}.html`;
  await lab.reports.write(name, page);
  return lab.reports.pathOf(name);
}

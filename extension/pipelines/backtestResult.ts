import { createHash } from 'node:crypto';
import { computeMetrics, metricDefinitions } from '../backtest/metrics.ts';
import { engineVersion, fillRules } from '../backtest/rules.ts';
import type { SettledRun } from '../backtest/settlement.ts';
import {
  type BacktestResult,
  type Manifest,
  type Metrics,
  type RunSettings,
  runSettingsSchema,
} from '../contracts/backtest.ts';
import type { Candles } from '../contracts/candles.ts';
import type { StrategyRun } from './strategyRunner.ts';

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Metrics of the bars `from` to `to` of a settled run. */
export function metricsOf(
  candles: Candles,
  run: SettledRun,
  settings: RunSettings,
  from = 0,
  to = candles.time.length,
): Metrics {
  return computeMetrics({
    timeframe: candles.timeframe,
    periodsPerYear: settings.periodsPerYear,
    time: candles.time,
    close: candles.close,
    equity: run.equity,
    invested: run.invested,
    trades: run.trades,
    cash: settings.cash,
    from,
    to,
  });
}

export interface ResultInput {
  readonly candles: Candles;
  readonly source: string;
  readonly settings: RunSettings;
  readonly run: StrategyRun;
  /** Index of the parameter set that the result is about. */
  readonly set: number;
  /** First bar of the held-back part, where parameters were chosen on the bars before it. */
  readonly splitBar: number | null;
  readonly trials: Manifest['trials'];
  readonly warnings: readonly string[];
}

/** The result of one parameter set with everything it depends on. Equal inputs give equal results. */
export function buildBacktestResult(input: ResultInput): BacktestResult {
  const { candles, run, set, settings, splitBar } = input;
  const settled = run.runs[set];
  const params = run.sets[set];
  if (settled === undefined || params === undefined) {
    throw new RangeError(`the run has no parameter set ${set}`);
  }
  const bars = candles.time.length;
  const fills = settled.ledger.fills.used;
  return {
    manifest: {
      data: {
        venue: candles.venue,
        symbol: candles.symbol,
        timeframe: candles.timeframe,
        synthetic: candles.synthetic,
        hash: candles.hash,
        bars,
        firstTime: candles.time[0] as number,
        lastTime: candles.time[bars - 1] as number,
      },
      strategy: { name: run.description.name, codeHash: sha256(input.source), params },
      // In the order of the schema, whatever the order in which they came.
      settings: runSettingsSchema.parse(settings),
      engine: { version: engineVersion, runnerHash: run.engineHash },
      runtime: run.runtime,
      rules: { ...fillRules },
      trials: input.trials,
    },
    isolation: run.isolation,
    doubleRun: run.doubleRun,
    trades: [...settled.trades],
    rejections: { total: settled.ledger.rejected, first: settled.ledger.rejections },
    metrics: metricsOf(candles, settled, settings),
    definitions: { ...metricDefinitions },
    segments:
      splitBar === null
        ? null
        : {
            splitTime: candles.time[splitBar] as number,
            inSample: metricsOf(candles, settled, settings, 0, splitBar),
            outOfSample: metricsOf(candles, settled, settings, splitBar, bars),
          },
    fillHash: sha256(new Uint8Array(fills.buffer, fills.byteOffset, fills.byteLength)),
    warnings: [...input.warnings],
    log: [...run.log],
  };
}

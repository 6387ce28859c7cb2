import { createHash } from 'node:crypto';
import { computeMetrics } from '../backtest/metrics/computeMetrics.ts';
import { metricDefinitions } from '../backtest/metrics/definitions.ts';
import { deepestDrawdowns } from '../backtest/metrics/drawdownTable.ts';
import { type Excursions, excursionsOf, withExcursions } from '../backtest/metrics/excursions.ts';
import { monthlyReturns } from '../backtest/metrics/monthlyReturns.ts';
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

/** Metrics of all bars of a settled run. */
export function metricsOf(candles: Candles, run: SettledRun, settings: RunSettings): Metrics {
  const excursions = excursionsOf(run.trades, candles);
  return metricsOfPart(candles, run, settings, excursions, 0, candles.time.length);
}

/** Metrics of the bars before `splitBar`, and of those from it on. */
export function metricsOfParts(
  candles: Candles,
  run: SettledRun,
  settings: RunSettings,
  splitBar: number,
): { readonly inSample: Metrics; readonly outOfSample: Metrics } {
  const excursions = excursionsOf(run.trades, candles);
  return {
    inSample: metricsOfPart(candles, run, settings, excursions, 0, splitBar),
    outOfSample: metricsOfPart(candles, run, settings, excursions, splitBar, candles.time.length),
  };
}

function metricsOfPart(
  candles: Candles,
  run: SettledRun,
  settings: RunSettings,
  excursions: Excursions,
  from: number,
  to: number,
): Metrics {
  const { slippage, spread, funding, liquidationFees } = run.costs;
  // The totals are those of the whole run: what of them a part has paid is not recorded.
  const isWhole = from === 0 && to === candles.time.length;
  return computeMetrics({
    ...(isWhole ? { costs: { slippage, spread, funding, liquidation: liquidationFees } } : {}),
    timeframe: candles.timeframe,
    bases: settings,
    time: candles.time,
    close: candles.close,
    equity: run.equity,
    invested: run.invested,
    trades: run.trades,
    excursions,
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
  const excursions = excursionsOf(settled.trades, candles);
  const metricsBetween = (from: number, to: number) =>
    metricsOfPart(candles, settled, settings, excursions, from, to);
  const course = {
    time: candles.time,
    close: candles.close,
    equity: settled.equity,
    cash: settings.cash,
    splitBar,
  };
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
    trades: withExcursions(settled.trades, excursions),
    rejections: { total: settled.ledger.rejected, first: settled.ledger.rejections },
    metrics: metricsBetween(0, bars),
    definitions: { ...metricDefinitions },
    segments:
      splitBar === null
        ? null
        : {
            splitTime: candles.time[splitBar] as number,
            inSample: metricsBetween(0, splitBar),
            outOfSample: metricsBetween(splitBar, bars),
          },
    monthlyReturns: monthlyReturns(course),
    drawdowns: deepestDrawdowns(course),
    fillHash: sha256(new Uint8Array(fills.buffer, fills.byteOffset, fills.byteLength)),
    warnings: [...input.warnings],
    log: [...run.log],
  };
}

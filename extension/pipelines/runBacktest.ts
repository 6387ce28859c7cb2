import type { BacktestResult, Manifest, RunSettings } from '../contracts/backtest.ts';
import type { RunCandles } from '../contracts/candles.ts';
import type { IsolationLevel } from '../contracts/isolation.ts';
import type { ParameterValues } from '../contracts/strategy.ts';
import type { StrategySource } from '../contracts/strategyLanguage.ts';
import { buildBacktestResult } from './backtestResult.ts';
import type { StrategyRun, StrategyRunner, StrategyRunRequest } from './strategyRunner.ts';

export interface BacktestRequest {
  readonly source: StrategySource;
  readonly candles: RunCandles;
  readonly settings: RunSettings;
  readonly params: ParameterValues;
  /** First bar (time, of several markets) of the part whose figures stand beside those of the bars before it; null for none. */
  readonly splitBar: number | null;
  readonly dataWarnings: readonly string[];
  readonly minimumLevel: IsolationLevel;
  /** Name of the backend to take where it is there. */
  readonly backend?: string;
  /** What the manifest says of the trials, once the run is done and before its result is. */
  readonly pinTrials: (run: StrategyRun) => Promise<Manifest['trials']>;
  readonly alert: StrategyRunRequest['alert'];
  readonly signal: AbortSignal;
  readonly progress: (fraction: number, text: string) => void;
}

export interface Backtest {
  readonly run: StrategyRun;
  readonly result: BacktestResult;
  /** Equity at the close of each bar; after each time of the run, with several markets. */
  readonly equity: Float64Array;
}

/**
 * Runs one parameter set over all bars, alone, in a fresh sandbox, twice. Equal requests give equal results.
 * @throws LabError as `StrategyRunner.run`
 */
export async function runBacktest(runner: StrategyRunner, request: BacktestRequest): Promise<Backtest> {
  const { source, candles, settings, params, splitBar, minimumLevel, backend } = request;
  const { alert, signal, progress } = request;
  const run = await runner.run({
    source,
    candles,
    settings,
    sets: [params],
    minimumLevel,
    ...(backend === undefined ? {} : { backend }),
    twice: true,
    plots: true,
    alert,
    signal,
    progress,
  });
  const result = buildBacktestResult({
    candles,
    source,
    settings,
    run,
    set: 0,
    splitBar,
    trials: await request.pinTrials(run),
    warnings: [...request.dataWarnings, ...leftOutWarning(run.plotsLeftOut)],
  });
  const { equity } = run.runs[0] as StrategyRun['runs'][number];
  return { run, result, equity };
}

function leftOutWarning(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [`The run has more bars than fit with all plots; not plotted: ${names.join(', ')}.`];
}

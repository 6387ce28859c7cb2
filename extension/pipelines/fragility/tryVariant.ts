import type { SettledRun } from '../../backtest/settlement.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import type { RunCandles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { RunFigures, VariantProblem } from '../../contracts/fragility.ts';
import type { IsolationLevel } from '../../contracts/isolation.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';
import type { StrategySource } from '../../contracts/strategyLanguage.ts';
import { metricsOf } from '../backtestResult.ts';
import type { StrategyRun, StrategyRunner, StrategyRunRequest } from '../strategyRunner.ts';

/** A strategy with its parameters, to be run in other circumstances than those it was tested in. */
export interface TestedStrategy {
  readonly source: StrategySource;
  readonly params: ParameterValues;
  readonly settings: RunSettings;
  readonly minimumLevel: IsolationLevel;
  /** The sandbox that ran it before. */
  readonly backend: string;
  readonly alert: StrategyRunRequest['alert'];
  readonly signal: AbortSignal;
}

/** A run with the intents of its one parameter set, or why there is none. */
export type Tried = { readonly run: StrategyRun } | { readonly problem: VariantProblem };

/**
 * Runs a strategy once, in a sandbox of its own, and brings its intents.
 * @throws LabError as `StrategyRunner.run`
 */
export function runOnce(
  runner: StrategyRunner,
  { source, params, settings, minimumLevel, backend, alert, signal }: TestedStrategy,
  candles: RunCandles,
  progress: (fraction: number) => void,
): Promise<StrategyRun> {
  return runner.run({
    source,
    candles,
    settings,
    sets: [params],
    minimumLevel,
    backend,
    twice: false,
    intents: true,
    alert,
    signal,
    progress,
  });
}

/**
 * Runs a strategy once more in other circumstances. It is no attempt to find a better strategy: nothing is
 * chosen by its outcome, so it is not counted among the trials. That the strategy fails is an outcome too.
 * @throws LabError `sandbox.*`, `cancelled`
 */
export async function tryVariant(...run: Parameters<typeof runOnce>): Promise<Tried> {
  try {
    return { run: await runOnce(...run) };
  } catch (error) {
    if (!LabError.is(error) || !error.reason.startsWith('strategy.')) throw error;
    return { problem: { kind: 'failed', text: error.message } };
  }
}

/** What a settled run came to. */
export function figuresOf(settled: SettledRun, candles: RunCandles, settings: RunSettings): RunFigures {
  const metrics = metricsOf(candles, settled, settings);
  const figure = (name: string): number | null => metrics[name] ?? null;
  return {
    totalReturn: figure('totalReturn'),
    sharpe: figure('sharpe'),
    maxDrawdown: figure('maxDrawdown'),
    trades: figure('trades'),
  };
}

/** The settled run of the one parameter set of a run. */
export function onlyRun({ runs }: StrategyRun): SettledRun {
  const [settled] = runs;
  if (settled === undefined || runs.length > 1) throw new RangeError('the run is of one parameter set');
  return settled;
}

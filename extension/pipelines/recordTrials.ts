import { dailyReturns } from '../backtest/metrics.ts';
import { type Candles, timeframeMilliseconds } from '../contracts/candles.ts';
import type { Evaluation, TrialCount, TrialLedger } from '../contracts/trials.ts';
import { trialStatistics } from '../evaluation/trialStatistics.ts';
import type { StepContext } from '../orchestrator/saga/definition.ts';
import { sha256 } from './backtestResult.ts';
import type { StrategyRun } from './strategyRunner.ts';

export interface EvaluatedRun {
  readonly candles: Candles;
  readonly source: string;
  readonly run: Pick<StrategyRun, 'sets' | 'runs'>;
  readonly purpose: Evaluation['purpose'];
}

/**
 * Writes down what a step of a run has tried, before anybody can see what came of it. A step that is run
 * again after a crash finds its evaluation on record. Answers the evaluation's position.
 */
export function recordTrials(
  ledger: TrialLedger,
  context: Pick<StepContext<unknown>, 'sagaId' | 'idempotencyKey' | 'clock'>,
  { candles, source, run, purpose }: EvaluatedRun,
): Promise<number> {
  const { venue, symbol, timeframe, hash, time } = candles;
  const evaluation: Evaluation = {
    key: context.idempotencyKey,
    purpose,
    runId: context.sagaId,
    codeHash: sha256(source),
    venue,
    symbol,
    timeframe,
    firstTime: time[0] as number,
    lastTime: time[time.length - 1] as number,
    dataHash: hash,
    trials: run.sets.map((params, set) => {
      const { equity } = run.runs[set] as StrategyRun['runs'][number];
      const returns = dailyReturns({ timeframe, time, equity, from: 0, to: time.length });
      return { params, ...trialStatistics(returns, timeframe) };
    }),
  };
  return ledger.record(evaluation, context.clock());
}

/** The trials of this lab on any part of these bars, up to a position of the ledger. */
export function countTrials(ledger: TrialLedger, candles: Candles, upTo: number): Promise<TrialCount> {
  const { venue, symbol, timeframe, time } = candles;
  const from = time[0] as number;
  const to = (time[time.length - 1] as number) + timeframeMilliseconds[timeframe];
  return ledger.count({ venue, symbol, from, to, upTo });
}

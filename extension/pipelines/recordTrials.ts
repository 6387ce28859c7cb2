import { dailyReturns } from '../backtest/metrics/dailyReturns.ts';
import type { Candles } from '../contracts/candles.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
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
  const { timeframe, hash, time } = candles;
  const evaluation: Evaluation = {
    key: context.idempotencyKey,
    purpose,
    runId: context.sagaId,
    codeHash: sha256(source),
    ...windowOf(candles),
    dataHash: hash,
    trials: run.sets.map((params, set) => {
      const { equity } = run.runs[set] as StrategyRun['runs'][number];
      const returns = dailyReturns({ timeframe, time, equity, from: 0, to: time.length });
      return { params, ...trialStatistics(returns, timeframe) };
    }),
  };
  return ledger.record(evaluation, context.clock());
}

/** What is known of bars without having them, times being open times. */
export interface BarsWindow extends Pick<Candles, 'venue' | 'symbol' | 'timeframe'> {
  readonly firstTime: number;
  readonly lastTime: number;
}

export function windowOf({ venue, symbol, timeframe, time }: Candles): BarsWindow {
  const [firstTime, lastTime] = [time[0] as number, time[time.length - 1] as number];
  return { venue, symbol, timeframe, firstTime, lastTime };
}

/** The trials of this lab on any part of these bars, up to a position of the ledger. */
export function countTrials(ledger: TrialLedger, bars: BarsWindow, upTo: number): Promise<TrialCount> {
  const { venue, symbol, timeframe, firstTime, lastTime } = bars;
  const to = lastTime + timeframeMilliseconds[timeframe];
  return ledger.count({ venue, symbol, from: firstTime, to, upTo });
}

import { courseOf } from '../backtest/metrics/course.ts';
import { dailyReturns } from '../backtest/metrics/dailyReturns.ts';
import type { Manifest } from '../contracts/backtest.ts';
import type { Candles, RunCandles } from '../contracts/candles.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Evaluation, TrialCount, TrialLedger } from '../contracts/trials.ts';
import { trialStatistics } from '../evaluation/trialStatistics.ts';
import { marketsOf } from '../market/runCandles.ts';
import type { StepContext } from '../orchestrator/saga/definition.ts';
import { sha256 } from './backtestResult.ts';
import type { StrategyRun } from './strategyRunner.ts';

export interface EvaluatedRun {
  readonly candles: RunCandles;
  readonly source: string;
  readonly run: Pick<StrategyRun, 'sets' | 'runs'>;
  readonly purpose: Evaluation['purpose'];
  /** Where a part of the run alone was tried: the open times of that part, one for each equity. */
  readonly times?: Float64Array;
}

/**
 * Writes down what a step of a run has tried, before anybody can see what came of it. A step that is run
 * again after a crash finds its evaluation on record. Answers the evaluation's position.
 */
export function recordTrials(
  ledger: TrialLedger,
  context: Pick<StepContext<unknown>, 'sagaId' | 'idempotencyKey' | 'clock'>,
  { candles, source, run, purpose, times }: EvaluatedRun,
): Promise<number> {
  const { timeframe } = candles;
  const time = times ?? courseOf(marketsOf(candles)).time;
  const evaluation: Evaluation = {
    key: context.idempotencyKey,
    purpose,
    runId: context.sagaId,
    codeHash: sha256(source),
    ...windowOf(candles),
    ...(times !== undefined && { firstTime: times[0] as number, lastTime: times.at(-1) as number }),
    dataHash: dataHashOf(candles),
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

/** What an attempt is counted under: the main market, from the first to the last bar of any market. */
export function windowOf(candles: RunCandles): BarsWindow {
  const { venue, symbol, timeframe } = candles;
  const markets = marketsOf(candles);
  return {
    venue,
    symbol,
    timeframe,
    firstTime: Math.min(...markets.map(({ time }) => time[0] as number)),
    lastTime: Math.max(...markets.map(({ time }) => time[time.length - 1] as number)),
  };
}

/** As `windowOf`, of the bars that a manifest names. */
export function windowOfManifest({ data, others = [] }: Pick<Manifest, 'data' | 'others'>): BarsWindow {
  const { venue, symbol, timeframe } = data;
  const markets = [data, ...others];
  return {
    venue,
    symbol,
    timeframe,
    firstTime: Math.min(...markets.map(({ firstTime }) => firstTime)),
    lastTime: Math.max(...markets.map(({ lastTime }) => lastTime)),
  };
}

/** The hash of the only set of candles; of several the SHA-256 of their hashes, behind each market's own those of its finer bars and its funding. */
export function dataHashOf(candles: RunCandles): string {
  const hashes = marketsOf(candles).map(({ hash, finer, funding }) =>
    [hash, finer?.hash, funding?.hash].filter((each) => each !== undefined),
  );
  return hashes.flat().length === 1 ? candles.hash : sha256(JSON.stringify(hashes));
}

/** The trials of this lab on any part of these bars, up to a position of the ledger. */
export function countTrials(ledger: TrialLedger, bars: BarsWindow, upTo: number): Promise<TrialCount> {
  const { venue, symbol, timeframe, firstTime, lastTime } = bars;
  const to = lastTime + timeframeMilliseconds[timeframe];
  return ledger.count({ venue, symbol, from: firstTime, to, upTo });
}

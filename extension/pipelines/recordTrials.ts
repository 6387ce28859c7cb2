import { courseOf } from '../backtest/metrics/course.ts';
import { dailyReturns } from '../backtest/metrics/dailyReturns.ts';
import type { Manifest } from '../contracts/backtest.ts';
import type { Candles, RunCandles } from '../contracts/candles.ts';
import type { StrategySource } from '../contracts/strategyLanguage.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Evaluation, TrialLedger, TrialQuery } from '../contracts/trials.ts';
import { trialStatistics } from '../evaluation/trialStatistics.ts';
import { marketsOf } from '../market/runCandles.ts';
import type { StepContext } from '../orchestrator/saga/definition.ts';
import { sha256 } from './backtestResult.ts';
import type { StrategyRun } from './strategyRunner.ts';

export interface TriedRun {
  readonly candles: RunCandles;
  readonly run: Pick<StrategyRun, 'sets' | 'runs'>;
  /** Where a part of the run alone was tried: the open times of that part, one for each equity. */
  readonly times?: Float64Array;
}

export interface Evaluated {
  readonly candles: RunCandles;
  readonly source: StrategySource;
  /** What was tried, as `triedSets` has it. */
  readonly trials: Evaluation['trials'];
  readonly purpose: Evaluation['purpose'];
  /** Where a part of the bars alone was tried: their open times. */
  readonly times?: Float64Array;
}

/** The parameter sets of a run as the ledger counts them. */
export function triedSets({ candles, run, times }: TriedRun): Evaluation['trials'] {
  const { timeframe } = candles;
  const time = times ?? courseOf(marketsOf(candles)).time;
  return run.sets.map((params, set) => {
    const { equity } = run.runs[set] as StrategyRun['runs'][number];
    const returns = dailyReturns({ timeframe, time, equity, from: 0, to: time.length });
    return { params, ...trialStatistics(returns, timeframe) };
  });
}

/**
 * Writes down what a step of a run has tried, before anybody can see what came of it: an evaluation for each
 * market of the run. A step that is run again after a crash finds its evaluations on record. Answers the position
 * of the last one.
 */
export async function recordTrials(
  ledger: TrialLedger,
  context: Pick<StepContext<unknown>, 'sagaId' | 'idempotencyKey' | 'clock'>,
  { candles, source, trials, purpose, times }: Evaluated,
): Promise<number> {
  const { markets, firstTime, lastTime } = windowOf(candles);
  const facts = {
    key: context.idempotencyKey,
    purpose,
    runId: context.sagaId,
    codeHash: sha256(source.text),
    timeframe: candles.timeframe,
    firstTime: times?.[0] ?? firstTime,
    lastTime: times?.at(-1) ?? lastTime,
    dataHash: dataHashOf(candles),
    trials,
  };
  let position = 0;
  for (const market of markets) {
    const evaluation: Evaluation = { ...facts, ...market };
    position = await ledger.record(evaluation, context.clock());
  }
  return position;
}

/** What is known of bars without having them, times being open times. */
export interface BarsWindow extends Pick<Candles, 'timeframe'> {
  readonly markets: TrialQuery['markets'];
  readonly firstTime: number;
  readonly lastTime: number;
}

/** What attempts are counted under: every market, from the first to the last bar of any. */
export function windowOf(candles: RunCandles): BarsWindow {
  const markets = marketsOf(candles);
  return {
    markets: markets.map(({ venue, symbol }) => ({ venue, symbol })),
    timeframe: candles.timeframe,
    firstTime: Math.min(...markets.map(({ time }) => time[0] as number)),
    lastTime: Math.max(...markets.map(({ time }) => time[time.length - 1] as number)),
  };
}

/** As `windowOf`, of the bars that a manifest names, and of the markets whose attempts it has counted. */
export function windowOfManifest({
  data,
  others = [],
  trials,
}: Pick<Manifest, 'data' | 'others' | 'trials'>): BarsWindow {
  const markets = [data, ...others];
  const counted = trials?.markets === undefined ? [data] : markets;
  return {
    markets: counted.map(({ venue, symbol }) => ({ venue, symbol })),
    timeframe: data.timeframe,
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

/** What to ask the ledger for about attempts on any part of these bars. */
export function trialQueryOf({ markets, timeframe, firstTime, lastTime }: BarsWindow): TrialQuery {
  return { markets, from: firstTime, to: lastTime + timeframeMilliseconds[timeframe] };
}

/** The attempts of this lab on any part of the bars of a run, up to a position of the ledger, as a manifest names them. */
export async function countTrials(
  ledger: TrialLedger,
  window: BarsWindow,
  upTo: number,
): Promise<NonNullable<Manifest['trials']>> {
  const { trials, position } = await ledger.count({ ...trialQueryOf(window), upTo });
  const { length } = window.markets;
  return { count: trials, position, ...(length > 1 && { markets: length }) };
}

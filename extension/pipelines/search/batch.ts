import { courseOf } from '../../backtest/metrics/course.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import type { RunCandles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { IsolationLevel } from '../../contracts/isolation.ts';
import type { Proposal } from '../../contracts/search.ts';
import { type BatchOutcome, mostSetsPerBatch } from '../../contracts/searchBatch.ts';
import type { StrategySource } from '../../contracts/strategyLanguage.ts';
import { reachingSpans } from '../../evaluation/validation/purge.ts';
import { enteredBefore, rowReturns, rowStartsOf, tradeSpans } from '../../evaluation/validation/rows.ts';
import { marketsOf, sliceRun } from '../../market/runCandles.ts';
import { metricsOf, metricsOfParts } from '../backtestResult.ts';
import { triedSets } from '../recordTrials.ts';
import type { StrategyRunner, StrategyRunRequest } from '../strategyRunner.ts';

/** Bars, over all sets, that sandboxes at work may have together: the host keeps some 16 bytes of each. */
const barsAtOnce = 16_000_000;

/** What the batches of a search have in common. */
export interface SearchBasis {
  readonly source: StrategySource;
  /** The bars that the search may see. */
  readonly candles: RunCandles;
  readonly settings: RunSettings;
  readonly minimumLevel: IsolationLevel;
  /** Where the bars go on behind what the choice may rest on: the first bar there; null for none. */
  readonly splitBar: number | null;
}

export interface BatchWork {
  readonly basis: SearchBasis;
  readonly batch: readonly Proposal[];
  /** Equal for the same batch of the same attempt at a step, before and after a crash. */
  readonly key: string;
}

export interface BatchWatch extends Pick<StrategyRunRequest, 'alert' | 'signal'> {
  /** `part` from 0 to 1. */
  readonly progress: (part: number) => void;
}

/** Runs the batches of a search, here or elsewhere. */
export interface BatchRunner {
  /** How many may be under way together. */
  atOnce(candles: RunCandles): number;
  /** @throws LabError `sandbox.*`, `strategy.*`, `cancelled` */
  run(work: BatchWork, watch: BatchWatch): Promise<BatchOutcome>;
}

/** Runs them on this machine. */
export interface LocalBatches extends BatchRunner {
  /** Whether one more would begin at once. */
  hasPlace(candles: RunCandles): boolean;
}

/** The bars that a batch is run on; a round asks for one length of bars in all its sets. */
export function barsOfBatch(candles: RunCandles, batch: readonly Proposal[]): RunCandles {
  const { time } = courseOf(marketsOf(candles));
  const bars = Math.max(2, Math.round(time.length * (batch[0] as Proposal).fraction));
  return bars === time.length ? candles : sliceRun(candles, undefined, time[bars]);
}

/**
 * Runs batches in the sandboxes of this machine, each in one of its own. Those that are too many for it at one time
 * wait for a place.
 * @param places how many may be at work; as many sandboxes as the runner has for a search where left out
 */
export function localBatches(runner: StrategyRunner, places = runner.sandboxesAtOnce): LocalBatches {
  const atOnce = (candles: RunCandles): number => {
    const bars = courseOf(marketsOf(candles)).time.length;
    return Math.max(1, Math.min(places, Math.floor(barsAtOnce / (bars * mostSetsPerBatch))));
  };
  const waiting = new Set<{ readonly most: number; readonly begin: () => void }>();
  let running = 0;
  const admit = (): void => {
    for (const each of waiting) {
      if (running >= each.most) return;
      waiting.delete(each);
      running += 1;
      each.begin();
    }
  };
  /** The first who came begins first, and only where no more are at work than the memory bears for it. */
  const place = async (most: number, signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const own = { most, begin: resolve };
    const leave = (): void => {
      if (waiting.delete(own)) reject(new LabError('cancelled', 'The search was stopped.'));
    };
    waiting.add(own);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    admit();
    await promise.finally(() => signal.removeEventListener('abort', leave));
  };
  return {
    atOnce,
    hasPlace: (candles) => waiting.size === 0 && running < atOnce(candles),
    async run(work, watch) {
      await place(atOnce(work.basis.candles), watch.signal);
      try {
        return await runBatch(runner, work, watch);
      } finally {
        running -= 1;
        admit();
      }
    },
  };
}

async function runBatch(
  runner: StrategyRunner,
  { basis, batch }: BatchWork,
  { alert, signal, progress }: BatchWatch,
): Promise<BatchOutcome> {
  const { source, settings, minimumLevel, splitBar } = basis;
  const candles = barsOfBatch(basis.candles, batch);
  const run = await runner.run({
    source,
    candles,
    settings,
    sets: batch.map(({ params }) => params),
    minimumLevel,
    twice: false,
    alert,
    signal,
    progress,
  });
  const { time } = courseOf(marketsOf(candles));
  const rowStarts = rowStartsOf(time, candles.timeframe);
  const trials = batch.map((proposal, set): BatchOutcome['trials'][number] => {
    const settled = run.runs[set] as SettledRun;
    const spans = tradeSpans(settled.trades, time, rowStarts);
    return {
      trial: { ...proposal, metrics: metricsOf(candles, settled, settings) },
      returns: [...rowReturns(settled.equity, rowStarts, settings.cash)],
      spans: [...reachingSpans(spans)],
      entered: [...enteredBefore(spans, rowStarts.length - 1)],
      split: splitBar === null ? null : metricsOfParts(candles, settled, settings, splitBar),
    };
  });
  return { runtime: run.runtime, trials, tried: triedSets({ candles, run }) };
}

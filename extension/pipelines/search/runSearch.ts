import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { courseOf } from '../../backtest/metrics/course.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import { metricsSchema } from '../../contracts/backtest.ts';
import type { RunCandles } from '../../contracts/candles.ts';
import { type Proposal, type SearchDefinition, type Trial, trialSchema } from '../../contracts/search.ts';
import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import type { StrategySource } from '../../contracts/strategyLanguage.ts';
import { estimateProgress } from '../../evaluation/search/progress.ts';
import { createSearch, type Search } from '../../evaluation/search/search.ts';
import { reachingSpans } from '../../evaluation/validation/purge.ts';
import type { BarRange } from '../../evaluation/validation/ranges.ts';
import { enteredBefore, rowReturns, rowStartsOf, tradeSpans } from '../../evaluation/validation/rows.ts';
import { marketsOf, sliceRun } from '../../market/runCandles.ts';
import type { StepContext } from '../../orchestrator/saga/definition.ts';
import { metricsOf, metricsOfParts } from '../backtestResult.ts';
import type { TrialInput } from '../generate/contracts.ts';
import type { TrialServices } from '../generate/services.ts';
import { basisOf, openKeptWork } from '../keptWork.ts';
import { recordTrials } from '../recordTrials.ts';
import type { StrategyRun } from '../strategyRunner.ts';

/** Parameter sets that share a sandbox at most: each has a realm of some megabytes. */
const mostSetsPerSandbox = 25;

/** Parameter sets for which a second sandbox does not pay. */
const fewSets = 12;

/** Bars, over all sets, that sandboxes at work may have together: the host keeps some 16 bytes of each. */
const barsAtOnce = 16_000_000;

const splitSchema = z.object({
  /** Metrics before the split and from it on. */
  inSample: metricsSchema,
  outOfSample: metricsSchema,
});

/** A trial with the returns it rests on: of days, or of bars where these are longer, the first one included. */
export interface SearchedTrial {
  readonly trial: Trial;
  readonly returns: Float64Array;
  /** Rows from the entry to the exit of the trades, as far as `reachingSpans` keeps them. */
  readonly spans: readonly BarRange[];
  /** How many trades were entered before each row, as `enteredBefore` counts them. */
  readonly entered: Int32Array;
  /** Of a search over bars that are split: what is known of both parts; else null. */
  readonly split: z.infer<typeof splitSchema> | null;
}

const count = z.number().int().nonnegative();

/** The trials of a batch as they are kept. */
const keptSchema = z.array(
  z.object({
    trial: trialSchema,
    returns: z.array(z.number()),
    spans: z.array(z.object({ from: count, to: count })),
    entered: z.array(count),
    split: splitSchema.nullable(),
  }),
);

export interface SearchWork {
  readonly definition: SearchDefinition;
  readonly declared: ParameterDefinitions;
  readonly source: StrategySource;
  /** The bars that the search may see. */
  readonly candles: RunCandles;
  /** Where the bars go on behind what the choice may rest on: the first bar there. */
  readonly splitBar?: number;
}

/**
 * Runs a search to its end in batches, each in one sandbox and some at one time. After that the trials are on
 * record in the ledger and kept, so that a search that was killed goes on where it was.
 * @throws LabError `sandbox.*`, `strategy.*`, `cancelled`
 */
export async function runSearch(
  services: TrialServices,
  context: StepContext<TrialInput>,
  work: SearchWork,
): Promise<SearchedTrial[]> {
  const { definition, declared, source, candles, splitBar = null } = work;
  const { settings } = context.input;
  const search = createSearch(definition, declared);
  const kept = await openKeptWork(
    { folder: services.searches, key: context.idempotencyKey },
    { ...basisOf({ source, candles, settings }), definition, declared, splitBar },
    keptSchema,
  );
  const done: SearchedTrial[] = [];
  const fractionsOf = (trials: readonly SearchedTrial[]): number =>
    trials.reduce((sum, { trial }) => sum + trial.fraction, 0);
  let before = 0;
  const start = context.clock();
  while (!search.isDone) {
    const batches = nextBatches(search, batchesAtOnce(services, candles));
    const earlier = batches.map((batch) => keptTrials(kept.find(nameOf(batch)), batch));
    const left = batches.filter((_, index) => earlier[index] === null);
    before += fractionsOf(earlier.flatMap((trials) => trials ?? []));
    const already = fractionsOf(done) + fractionsOf(earlier.flatMap((trials) => trials ?? []));
    const parts = left.map(() => 0);
    const runs = await runAll(services, context, work, left, (index, part) => {
      parts[index] = part;
      const now = left.reduce(
        (sum, batch, at) => sum + (parts[at] ?? 0) * batch.length * (batch[0]?.fraction ?? 1),
        already,
      );
      const progress = estimateProgress(now, search.work, context.clock() - start, before);
      const rest =
        progress.remaining === null ? '' : `, about ${Math.ceil(progress.remaining / 1000)} s left`;
      context.progress(progress.fraction, `${done.length} sets done${rest}`);
    });
    for (const [index, batch] of batches.entries()) {
      let ran = earlier[index] ?? null;
      if (ran === null) {
        ran = await recordBatch(services, context, work, batch, runs[left.indexOf(batch)] as StrategyRun);
        await kept.keep(
          nameOf(batch),
          ran.map((each) => ({
            ...each,
            returns: [...each.returns],
            spans: [...each.spans],
            entered: [...each.entered],
          })),
        );
      }
      done.push(...ran);
      search.tell(ran.map(({ trial }) => trial));
    }
  }
  return done;
}

function nameOf(batch: readonly Proposal[]): string {
  return `sets from ${batch[0]?.id ?? 0} on`;
}

function batchesAtOnce({ runner }: TrialServices, candles: RunCandles): number {
  const bars = courseOf(marketsOf(candles)).time.length;
  return Math.max(1, Math.min(runner.sandboxesAtOnce, Math.floor(barsAtOnce / (bars * mostSetsPerSandbox))));
}

/** Sets of one batch, so that an even number of sandboxes has equal work. */
function batchSizeOf({ work }: Search): number {
  if (work <= fewSets) return fewSets;
  return Math.ceil(work / (2 * Math.ceil(work / (2 * mostSetsPerSandbox))));
}

/**
 * The next batches of the round, at most `most`. Their borders depend on the search and the ids alone: a batch
 * that is run again after a kill is the one whose trials may be on record.
 */
function nextBatches(search: Search, most: number): Proposal[][] {
  const size = batchSizeOf(search);
  const batches: Proposal[][] = [];
  while (batches.length < most) {
    const [first] = search.ask(1);
    if (first === undefined) break;
    batches.push([first, ...search.ask(size - 1 - (first.id % size))]);
  }
  return batches;
}

/** Runs each batch in a sandbox of its own, all at one time; where one fails, the others are ended. */
async function runAll(
  services: TrialServices,
  context: StepContext<TrialInput>,
  { source, candles }: SearchWork,
  batches: readonly (readonly Proposal[])[],
  onProgress: (batch: number, part: number) => void,
): Promise<StrategyRun[]> {
  const { settings, minimumLevel } = context.input;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const runs = batches.map((batch, index) =>
    services.runner.run({
      source,
      candles: partOf(candles, batch),
      settings,
      chooseSets: () => batch.map(({ params }) => params),
      manySets: batch.length > 1,
      minimumLevel,
      twice: false,
      alert: context.alert,
      signal,
      progress: (part) => onProgress(index, part),
    }),
  );
  try {
    return await Promise.all(runs);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(runs);
    throw error;
  }
}

/** The bars that a batch is run on; a round asks for one length of bars in all its sets. */
function partOf(candles: RunCandles, batch: readonly Proposal[]): RunCandles {
  const { time } = courseOf(marketsOf(candles));
  const bars = Math.max(2, Math.round(time.length * (batch[0] as Proposal).fraction));
  return bars === time.length ? candles : sliceRun(candles, undefined, time[bars]);
}

async function recordBatch(
  services: TrialServices,
  context: StepContext<TrialInput>,
  { source, candles, splitBar }: SearchWork,
  batch: readonly Proposal[],
  run: StrategyRun,
): Promise<SearchedTrial[]> {
  const { settings } = context.input;
  const part = partOf(candles, batch);
  const key = `${context.idempotencyKey}/${batch[0]?.id ?? 0}`;
  await recordTrials(
    services.trials,
    { ...context, idempotencyKey: key },
    { candles: part, source, run, purpose: 'optimise' },
  );
  const { time } = courseOf(marketsOf(part));
  const rowStarts = rowStartsOf(time, part.timeframe);
  const splitOf = (settled: SettledRun): SearchedTrial['split'] =>
    splitBar === undefined ? null : metricsOfParts(part, settled, settings, splitBar);
  return batch.map((proposal, set): SearchedTrial => {
    const settled = run.runs[set] as SettledRun;
    const spans = tradeSpans(settled.trades, time, rowStarts);
    return {
      trial: { ...proposal, metrics: metricsOf(part, settled, settings) },
      returns: rowReturns(settled.equity, rowStarts, settings.cash),
      spans: reachingSpans(spans),
      entered: enteredBefore(spans, rowStarts.length - 1),
      split: splitOf(settled),
    };
  });
}

/** What an earlier attempt has kept of a batch; null where there is nothing, or it was of other sets. */
function keptTrials(
  kept: z.infer<typeof keptSchema> | undefined,
  batch: readonly Proposal[],
): SearchedTrial[] | null {
  const isSame =
    kept?.length === batch.length &&
    batch.every((proposal, index) =>
      isDeepStrictEqual(kept[index]?.trial, { ...kept[index]?.trial, ...proposal }),
    );
  if (!isSame) return null;
  return kept.map((each) => ({
    ...each,
    returns: Float64Array.from(each.returns),
    entered: Int32Array.from(each.entered),
  }));
}

import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { RunCandles } from '../../contracts/candles.ts';
import type { Proposal, SearchDefinition } from '../../contracts/search.ts';
import { type BatchOutcome, mostSetsPerBatch, searchedTrialSchema } from '../../contracts/searchBatch.ts';
import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import type { StrategySource } from '../../contracts/strategyLanguage.ts';
import { estimateProgress } from '../../evaluation/search/progress.ts';
import { createSearch, type Search } from '../../evaluation/search/search.ts';
import type { StepContext } from '../../orchestrator/saga/definition.ts';
import type { TrialInput } from '../generate/contracts.ts';
import type { TrialServices } from '../generate/services.ts';
import { basisOf, openKeptWork } from '../keptWork.ts';
import { recordTrials } from '../recordTrials.ts';
import { barsOfBatch, type SearchBasis } from './batch.ts';

/** Parameter sets for which a second sandbox does not pay. */
const fewSets = 12;

/** A trial as statistics read it: `searchedTrialSchema` with its columns as arrays of numbers. */
export interface SearchedTrial extends Omit<KeptTrial, 'returns' | 'entered'> {
  readonly returns: Float64Array;
  readonly entered: Int32Array;
}

type KeptTrial = z.infer<typeof searchedTrialSchema>;

/** The trials of a batch as they are kept. */
const keptSchema = z.array(searchedTrialSchema);

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
 * Runs a search to its end in batches, each in one sandbox and some at one time. The trials of each are on record in
 * the ledger and kept as soon as those before them are, so that a search that was killed goes on where it was.
 * @throws LabError `sandbox.*`, `strategy.*`, `cancelled`
 */
export async function runSearch(
  services: TrialServices,
  context: StepContext<TrialInput>,
  work: SearchWork,
): Promise<SearchedTrial[]> {
  const { definition, declared, source, candles, splitBar = null } = work;
  const { settings, minimumLevel } = context.input;
  const basis: SearchBasis = { source, candles, settings, minimumLevel, splitBar };
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
    const batches = nextBatches(search, services.batches.atOnce(candles));
    const earlier = batches.map((batch) => keptTrials(kept.find(nameOf(batch)), batch));
    const left = batches.filter((_, index) => earlier[index] === null);
    before += fractionsOf(earlier.flatMap((trials) => trials ?? []));
    const already = fractionsOf(done) + fractionsOf(earlier.flatMap((trials) => trials ?? []));
    const parts = left.map(() => 0);
    const underWay = runAll(services, context, basis, left, (index, part) => {
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
    try {
      for (const [index, batch] of batches.entries()) {
        let ran = earlier[index] ?? null;
        if (ran === null) {
          const { trials, tried } = (await underWay.outcomes[left.indexOf(batch)]) as BatchOutcome;
          await recordBatch(services, context, basis, batch, tried);
          await kept.keep(nameOf(batch), trials);
          ran = trials.map(searchedTrialOf);
        }
        done.push(...ran);
        search.tell(ran.map(({ trial }) => trial));
      }
    } finally {
      await underWay.end();
    }
  }
  return done;
}

function nameOf(batch: readonly Proposal[]): string {
  return `sets from ${batch[0]?.id ?? 0} on`;
}

/** Sets of one batch, so that an even number of sandboxes has equal work. */
function batchSizeOf({ work }: Search): number {
  if (work <= fewSets) return fewSets;
  return Math.ceil(work / (2 * Math.ceil(work / (2 * mostSetsPerBatch))));
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

function keyOf({ idempotencyKey }: StepContext<TrialInput>, batch: readonly Proposal[]): string {
  return `${idempotencyKey}/${batch[0]?.id ?? 0}`;
}

interface BatchesUnderWay {
  /** Where one fails, those that are not done fail for that reason. */
  readonly outcomes: readonly Promise<BatchOutcome>[];
  /** Ends those that are still at work, and resolves when all are gone. */
  end(): Promise<void>;
}

/** Runs all of the batches at one time; where one fails, the others are ended. */
function runAll(
  { batches: runner }: TrialServices,
  context: StepContext<TrialInput>,
  basis: SearchBasis,
  batches: readonly (readonly Proposal[])[],
  onProgress: (batch: number, part: number) => void,
): BatchesUnderWay {
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  let failure: { readonly error: unknown } | undefined;
  const outcomes = batches.map(async (batch, index) => {
    try {
      return await runner.run(
        { basis, batch, key: keyOf(context, batch) },
        { alert: context.alert, signal, progress: (part) => onProgress(index, part) },
      );
    } catch (error) {
      failure ??= { error };
      stop.abort();
      throw failure.error;
    }
  });
  const all = Promise.allSettled(outcomes);
  return {
    outcomes,
    async end() {
      stop.abort();
      await all;
    },
  };
}

async function recordBatch(
  services: TrialServices,
  context: StepContext<TrialInput>,
  { source, candles }: SearchBasis,
  batch: readonly Proposal[],
  tried: BatchOutcome['tried'],
): Promise<void> {
  await recordTrials(
    services.trials,
    { ...context, idempotencyKey: keyOf(context, batch) },
    { candles: barsOfBatch(candles, batch), source, trials: tried, purpose: 'optimise' },
  );
}

function searchedTrialOf(kept: KeptTrial): SearchedTrial {
  return { ...kept, returns: Float64Array.from(kept.returns), entered: Int32Array.from(kept.entered) };
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
  return kept.map(searchedTrialOf);
}

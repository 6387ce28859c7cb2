import { z } from 'zod';
import { courseOf } from '../../backtest/metrics/course.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import { metricsSchema } from '../../contracts/backtest.ts';
import type { RunCandles } from '../../contracts/candles.ts';
import { type Proposal, type SearchDefinition, type Trial, trialSchema } from '../../contracts/search.ts';
import type { ParameterDefinitions } from '../../contracts/strategy.ts';
import { estimateProgress } from '../../evaluation/search/progress.ts';
import { createSearch } from '../../evaluation/search/search.ts';
import { rowReturns, rowStartsOf, tradeSpans } from '../../evaluation/validation/rows.ts';
import { marketsOf, sliceRun } from '../../market/runCandles.ts';
import type { StepContext } from '../../orchestrator/saga/definition.ts';
import { metricsOf, metricsOfParts } from '../backtestResult.ts';
import type { TrialInput } from '../generate/contracts.ts';
import type { TrialServices } from '../generate/services.ts';
import { recordTrials } from '../recordTrials.ts';

/** Parameter sets that are run together: what is lost of a search that is killed. */
const setsAtOnce = 16;

const splitSchema = z.object({
  /** Metrics before the split and from it on. */
  inSample: metricsSchema,
  outOfSample: metricsSchema,
  /** Rows from the entry to the exit of each trade, that of the exit included. */
  spans: z.array(z.object({ from: z.number().int(), to: z.number().int() })),
});

/** A trial with the returns it rests on: of days, or of bars where these are longer, the first one included. */
export interface SearchedTrial {
  readonly trial: Trial;
  readonly returns: Float64Array;
  /** Of a search over bars that are split: what is known of both parts; else null. */
  readonly split: z.infer<typeof splitSchema> | null;
}

const keptSchema = z.object({
  definition: z.string(),
  trials: z.array(
    z.object({ trial: trialSchema, returns: z.array(z.number()), split: splitSchema.nullable() }),
  ),
});

export interface SearchWork {
  readonly definition: SearchDefinition;
  readonly declared: ParameterDefinitions;
  readonly source: string;
  /** The bars that the search may see. */
  readonly candles: RunCandles;
  /** Where the bars go on behind what the choice may rest on: the first bar there. */
  readonly splitBar?: number;
}

/** What the files of all searches of a run begin with. */
function filesOf(sagaId: string): string {
  return `${sagaId}-`;
}

/** Removes what the searches of a run have kept to go on after a kill: its steps are on record or undone. */
export function forgetSearches(
  { searches }: Pick<TrialServices, 'searches'>,
  { sagaId }: { readonly sagaId: string },
): Promise<void> {
  return searches.removeAll(filesOf(sagaId));
}

/**
 * Runs a search to its end, batch by batch, each in one sandbox. After each batch the trials are on record in
 * the ledger and in the lab's folder of searches, so that a search that was killed goes on where it was.
 * `forgetSearches` removes the file once the step is on record.
 * @throws LabError `sandbox.*`, `strategy.*`, `cancelled`
 */
export async function runSearch(
  services: TrialServices,
  context: StepContext<TrialInput>,
  work: SearchWork,
): Promise<SearchedTrial[]> {
  const { definition, declared } = work;
  const search = createSearch(definition, declared);
  const file = `${context.idempotencyKey.replaceAll('/', '-')}.json`;
  const done = readKept(await services.searches.read(file), definition);
  search.tell(done.map(({ trial }) => trial));
  const fractionsOf = (trials: readonly SearchedTrial[]): number =>
    trials.reduce((sum, { trial }) => sum + trial.fraction, 0);
  const before = fractionsOf(done);
  const start = context.clock();
  while (!search.isDone) {
    // A round asks for one length of bars in all its sets.
    const batch = search.ask(setsAtOnce);
    const already = fractionsOf(done);
    const ran = await runBatch(services, context, work, batch, (part) => {
      const work = already + part * batch.length * (batch[0]?.fraction ?? 1);
      const progress = estimateProgress(work, search.work, context.clock() - start, before);
      const rest =
        progress.remaining === null ? '' : `, about ${Math.ceil(progress.remaining / 1000)} s left`;
      context.progress(progress.fraction, `${done.length} sets done${rest}`);
    });
    done.push(...ran);
    search.tell(ran.map(({ trial }) => trial));
    const kept = done.map((each) => ({ ...each, returns: [...each.returns] }));
    await services.searches.write(
      file,
      JSON.stringify({ definition: JSON.stringify(definition), trials: kept }),
    );
  }
  return done;
}

async function runBatch(
  services: TrialServices,
  context: StepContext<TrialInput>,
  { source, candles, splitBar }: SearchWork,
  batch: readonly Proposal[],
  onProgress: (part: number) => void,
): Promise<SearchedTrial[]> {
  const { settings, minimumLevel } = context.input;
  const { fraction } = batch[0] as Proposal;
  const { time: all } = courseOf(marketsOf(candles));
  const bars = Math.max(2, Math.round(all.length * fraction));
  const part = bars === all.length ? candles : sliceRun(candles, undefined, all[bars]);
  const run = await services.runner.run({
    source,
    candles: part,
    settings,
    chooseSets: () => batch.map(({ params }) => params),
    minimumLevel,
    twice: false,
    signal: context.signal,
    progress: onProgress,
  });
  const key = `${context.idempotencyKey}/${batch[0]?.id ?? 0}`;
  await recordTrials(
    services.trials,
    { ...context, idempotencyKey: key },
    { candles: part, source, run, purpose: 'optimise' },
  );
  const { time } = courseOf(marketsOf(part));
  const rowStarts = rowStartsOf(time, part.timeframe);
  const splitOf = (settled: SettledRun): SearchedTrial['split'] =>
    splitBar === undefined
      ? null
      : {
          ...metricsOfParts(part, settled, settings, splitBar),
          spans: tradeSpans(settled.trades, time, rowStarts),
        };
  return batch.map((proposal, set): SearchedTrial => {
    const settled = run.runs[set] as SettledRun;
    return {
      trial: { ...proposal, metrics: metricsOf(part, settled, settings) },
      returns: rowReturns(settled.equity, rowStarts, settings.cash),
      split: splitOf(settled),
    };
  });
}

/** What an earlier attempt came to; nothing where it was for another search or is damaged. */
function readKept(text: string | undefined, definition: SearchDefinition): SearchedTrial[] {
  if (text === undefined) return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const kept = keptSchema.safeParse(value);
  if (!kept.success || kept.data.definition !== JSON.stringify(definition)) return [];
  return kept.data.trials.map((each) => ({ ...each, returns: Float64Array.from(each.returns) }));
}

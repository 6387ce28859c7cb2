import type { Metrics } from '../../contracts/backtest.ts';
import type { RunCandles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { LuckSummary } from '../../contracts/gate.ts';
import type { OptimisationSummary } from '../../contracts/report.ts';
import type { SearchDefinition } from '../../contracts/search.ts';
import type { StepContext } from '../../orchestrator/saga/definition.ts';
import { mostTrials, type TrialInput } from '../generate/contracts.ts';
import type { TrialServices } from '../generate/services.ts';
import { trialQueryOf, windowOf } from '../recordTrials.ts';
import type { SearchedTrial } from './runSearch.ts';

/** Metrics of a trial that are told of a long search besides its objectives. */
const shownOfMany = ['sharpe', 'totalReturn', 'maxDrawdown', 'trades'];

/** The sets of a search as its step keeps them: a step's result is bounded, the whole is in the evidence. */
export function shownTrials(
  searched: readonly SearchedTrial[],
  { objectives }: Pick<SearchDefinition, 'objectives'>,
): OptimisationSummary['trials'] {
  const names = [...objectives.map(({ metric }) => metric), ...shownOfMany];
  const isLong = searched.length > mostTrials;
  const shown = (metrics: Metrics): Metrics =>
    isLong ? Object.fromEntries(names.map((name) => [name, metrics[name] ?? null])) : metrics;
  return searched.map(({ trial: { params, metrics }, split }) => ({
    params,
    inSample: shown(split?.inSample ?? metrics ?? {}),
    outOfSample: split === null ? null : shown(split.outOfSample),
  }));
}

export interface ChosenOfSearch {
  /** The sets that ran on all bars of the search. */
  readonly searched: readonly SearchedTrial[];
  readonly chosen: number;
  /** Rows on which the choice rests end there; all rows where it is left out. */
  readonly toRow?: number;
  readonly candles: RunCandles;
}

/** How much of a search's choice luck explains, by all attempts on these bars that are on record. */
export async function luckOfSearch(
  { compute, trials: ledger }: TrialServices,
  { input, signal }: StepContext<TrialInput>,
  { searched, chosen, toRow, candles }: ChosenOfSearch,
): Promise<LuckSummary> {
  const counted = trialQueryOf(windowOf(candles));
  const { trials, sharpeVariance, position } = await ledger.count(counted);
  const columns = searched.map(({ returns }) => returns);
  const spans = searched.map((each) => each.spans);
  // The first row is no return between two ends of rows, which the statistics are of.
  const rows = { from: 1, to: toRow ?? columns[0]?.length ?? 0 };
  const { seed } = input.settings;
  const [answer] = await compute(
    { columns, spans },
    [{ kind: 'luck', ...rows, chosen, trials, sharpeVariance, seed }],
    signal,
  );
  if (answer?.kind === 'luck') return { ...answer.luck, position, counted };
  throw new LabError('internal', 'The statistics of the search were not answered.', {
    action: 'Run it again.',
  });
}

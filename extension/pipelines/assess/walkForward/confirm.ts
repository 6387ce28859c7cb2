import * as z from 'zod';
import type { SettledRun } from '../../../backtest/settlement.ts';
import type { RunSettings, Trade } from '../../../contracts/backtest.ts';
import type { RunCandles } from '../../../contracts/candles.ts';
import type { StrategySource } from '../../../contracts/strategyLanguage.ts';
import type { ConfirmationPlan, ConfirmationRun } from '../../../evaluation/validation/confirmation.ts';
import { rowOfBar, rowReturns } from '../../../evaluation/validation/rows.ts';
import { sliceRun } from '../../../market/runCandles.ts';
import type { StepContext } from '../../../orchestrator/saga/definition.ts';
import type { TrialServices } from '../../generate/services.ts';
import { type KeptJob, runKeptJobs } from '../../keptJobs.ts';
import { basisOf, openKeptWork } from '../../keptWork.ts';
import { recordTrials, triedSets } from '../../recordTrials.ts';
import type { WalkForwardInput } from '../contracts.ts';

const keptSchema = z.array(z.object({ returns: z.array(z.number()), trades: z.number().int() }));

/** What a run of a chosen set in one test range came to: one return a row of the range, and its trades. */
export type Confirmed = z.infer<typeof keptSchema>[number];

export interface ConfirmWork {
  readonly plan: ConfirmationPlan;
  readonly rowStarts: Int32Array;
  readonly candles: RunCandles;
  /** Times of the run: bars, with one market. */
  readonly times: Float64Array;
  readonly source: StrategySource;
}

/**
 * Runs what was chosen again, in each test range by itself: flat at its start, with indicators that are warm
 * from the bars before, and no bar behind its end. What is open at the end of a range
 * pays there what a market exit costs. Sets of one range share one sandbox and its passes. Each
 * range is run twice with other chunk borders. After each range its runs are on record in the ledger and
 * kept, so that a step that was killed goes on where it was.
 * @throws LabError `sandbox.*`, `strategy.*`, `cancelled`
 */
export async function confirm(
  services: TrialServices,
  context: StepContext<WalkForwardInput>,
  work: ConfirmWork,
): Promise<Confirmed[]> {
  const { plan, source, candles } = work;
  const { settings } = context.input;
  const kept = await openKeptWork(
    { folder: services.searches, key: context.idempotencyKey },
    { ...basisOf({ source, candles, settings }), plan: plan.runs },
    keptSchema,
  );
  const ranges = rangesOf(plan.runs);
  const names = ranges.map((_, index) => `test range ${index + 1} of ${ranges.length}`);
  const jobs = ranges.map((members, index): KeptJob<Confirmed[]> => {
    const { to } = plan.runs[members[0] as number] as ConfirmationRun;
    return {
      name: names[index] as string,
      bars: to * members.length,
      run: (signal, progress) => runRange(services, { ...context, signal }, work, members, progress),
    };
  });
  const { signal, clock, progress } = context;
  const parts = await runKeptJobs(jobs, kept, { signal, clock, progress, atOnce: 1 });
  const confirmed = new Array<Confirmed>(plan.runs.length);
  for (const [index, members] of ranges.entries()) {
    const part = parts.get(names[index] as string) as Confirmed[];
    for (const [place, run] of members.entries()) confirmed[run] = part[place] as Confirmed;
  }
  return confirmed;
}

/** Indexes of the runs of each range. */
function rangesOf(runs: readonly ConfirmationRun[]): number[][] {
  const ranges = new Map<string, number[]>();
  for (const [index, { from, to }] of runs.entries()) {
    const key = `${from} ${to}`;
    const members = ranges.get(key);
    if (members === undefined) ranges.set(key, [index]);
    else members.push(index);
  }
  return [...ranges.values()];
}

async function runRange(
  services: TrialServices,
  context: StepContext<WalkForwardInput>,
  { plan, rowStarts, candles, times, source }: ConfirmWork,
  members: readonly number[],
  onProgress: (part: number) => void,
): Promise<Confirmed[]> {
  const { settings, minimumLevel } = context.input;
  const { from, to } = plan.runs[members[0] as number] as ConfirmationRun;
  const known = sliceRun(candles, undefined, times[to]);
  const run = await services.runner.run({
    source,
    candles: known,
    settings,
    sets: members.map((member) => (plan.runs[member] as ConfirmationRun).params),
    firstBar: from,
    minimumLevel,
    twice: true,
    alert: context.alert,
    signal: context.signal,
    progress: onProgress,
  });
  // What was tried is tried on the range alone: before it nothing was traded.
  const runs = run.runs.map((settled) => ({ ...settled, equity: settled.equity.subarray(from) }));
  const key = `${context.idempotencyKey}/${from}-${to}`;
  const rangeTimes = times.subarray(from, to);
  const trials = triedSets({ candles: known, run: { sets: run.sets, runs }, times: rangeTimes });
  await recordTrials(
    services.trials,
    { ...context, idempotencyKey: key },
    { candles: known, source, trials, purpose: 'walk-forward', times: rangeTimes },
  );
  const [fromRow, toRow] = [rowOfBar(rowStarts, from), rowOfBar(rowStarts, to)];
  return members.map((_, index): Confirmed => {
    const { equity: marked, trades } = run.runs[index] as SettledRun;
    const equity = marked.slice();
    equity[to - 1] = (equity[to - 1] as number) - exitCost(trades, settings);
    return {
      returns: [...rowReturns(equity, rowStarts, settings.cash, fromRow, toRow)],
      trades: trades.length,
    };
  });
}

/**
 * What market exits of the open trades at their marks cost: sum of quantity * mark price * (fee + slippage +
 * spread / 2) + fixed fee, in cash. Fee tiers, price steps and slippage of volatility and volume are left out.
 */
function exitCost(
  trades: readonly Trade[],
  { fee, slippage, spread, fixedFee }: Pick<RunSettings, 'fee' | 'slippage' | 'spread' | 'fixedFee'>,
): number {
  const rate = fee + slippage + spread / 2;
  return trades
    .filter(({ exitTime }) => exitTime === null)
    .reduce((sum, { quantity, markPrice }) => sum + quantity * (markPrice ?? 0) * rate + fixedFee, 0);
}

import { z } from 'zod';
import type { SettledRun } from '../../../backtest/settlement.ts';
import type { RunSettings, Trade } from '../../../contracts/backtest.ts';
import type { RunCandles } from '../../../contracts/candles.ts';
import { estimateProgress } from '../../../evaluation/search/progress.ts';
import type { ConfirmationPlan, ConfirmationRun } from '../../../evaluation/validation/confirmation.ts';
import { rowOfBar, rowReturns } from '../../../evaluation/validation/rows.ts';
import { sliceRun } from '../../../market/runCandles.ts';
import type { StepContext } from '../../../orchestrator/saga/definition.ts';
import type { TrialServices } from '../../generate/services.ts';
import { recordTrials } from '../../recordTrials.ts';
import type { WalkForwardInput } from '../contracts.ts';

/** What a run of a chosen set in one test range came to. */
export interface Confirmed {
  /** One return a row of the range. */
  readonly returns: Float64Array;
  readonly trades: number;
}

const keptSchema = z.object({
  plan: z.string(),
  runs: z.array(z.object({ returns: z.array(z.number()), trades: z.number().int() }).nullable()),
});

export interface ConfirmWork {
  readonly plan: ConfirmationPlan;
  readonly rowStarts: Int32Array;
  readonly candles: RunCandles;
  /** Times of the run: bars, with one market. */
  readonly times: Float64Array;
  readonly source: string;
}

/**
 * Runs what was chosen again, in each test range by itself: flat at its start, with indicators that are warm
 * from the bars before, and no bar behind its end. What is open at the end of a range
 * pays there what a market exit costs. Sets of one range share one sandbox and its passes. Each
 * range is run twice with other chunk borders. After each range its runs are on record in the ledger and in
 * the lab's folder of searches, so that a step that was killed goes on where it was.
 * @throws LabError `sandbox.*`, `strategy.*`, `cancelled`
 */
export async function confirm(
  services: TrialServices,
  context: StepContext<WalkForwardInput>,
  work: ConfirmWork,
): Promise<Confirmed[]> {
  const { runs } = work.plan;
  const file = `${context.idempotencyKey.replaceAll('/', '-')}.json`;
  const plan = JSON.stringify(work.plan);
  const done = readKept(await services.searches.read(file), plan, runs.length);
  const total = runs.reduce((sum, { to }) => sum + to, 0);
  const doneBars = (): number => runs.reduce((sum, { to }, run) => sum + (done[run] === null ? 0 : to), 0);
  const before = doneBars();
  const start = context.clock();
  for (const members of rangesOf(runs)) {
    if (members.every((run) => done[run] !== null)) continue;
    const already = doneBars();
    const { to } = runs[members[0] as number] as ConfirmationRun;
    const confirmed = await runRange(services, context, work, members, (part) => {
      const progress = estimateProgress(
        already + part * to * members.length,
        total,
        context.clock() - start,
        before,
      );
      const rest =
        progress.remaining === null ? '' : `, about ${Math.ceil(progress.remaining / 1000)} s left`;
      const count = done.filter((run) => run !== null).length;
      context.progress(progress.fraction, `${count} of ${runs.length} runs done${rest}`);
    });
    for (const [index, run] of members.entries()) done[run] = confirmed[index] as Confirmed;
    const kept = done.map((run) => run && { ...run, returns: [...run.returns] });
    await services.searches.write(file, JSON.stringify({ plan, runs: kept }));
  }
  return done.map((run) => run as Confirmed);
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
    chooseSets: () => members.map((member) => (plan.runs[member] as ConfirmationRun).params),
    firstBar: from,
    minimumLevel,
    twice: true,
    signal: context.signal,
    progress: onProgress,
  });
  // What was tried is tried on the range alone: before it nothing was traded.
  const runs = run.runs.map((settled) => ({ ...settled, equity: settled.equity.subarray(from) }));
  const key = `${context.idempotencyKey}/${from}-${to}`;
  await recordTrials(
    services.trials,
    { ...context, idempotencyKey: key },
    {
      candles: known,
      source,
      run: { sets: run.sets, runs },
      purpose: 'walk-forward',
      times: times.subarray(from, to),
    },
  );
  const [fromRow, toRow] = [rowOfBar(rowStarts, from), rowOfBar(rowStarts, to)];
  return members.map((_, index): Confirmed => {
    const { equity: marked, trades } = run.runs[index] as SettledRun;
    const equity = marked.slice();
    equity[to - 1] = (equity[to - 1] as number) - exitCost(trades, settings);
    return {
      returns: rowReturns(equity, rowStarts, settings.cash, fromRow, toRow),
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

/** What an earlier attempt came to; nothing where it was for another plan or is damaged. */
function readKept(text: string | undefined, plan: string, runs: number): (Confirmed | null)[] {
  const nothing = new Array<null>(runs).fill(null);
  if (text === undefined) return nothing;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return nothing;
  }
  const kept = keptSchema.safeParse(value);
  if (!kept.success || kept.data.plan !== plan || kept.data.runs.length !== runs) return nothing;
  return kept.data.runs.map((run) => run && { ...run, returns: Float64Array.from(run.returns) });
}

import { timesOf } from '../extension/backtest/timeline.ts';
import { LabError } from '../extension/contracts/errors.ts';
import type { StrategyDescription } from '../extension/contracts/strategy.ts';
import { fewMixedChunks, mixedChunks } from './chunkPlan.ts';
import type { SandboxSeen } from './conversation.ts';
import { IntentsComparison } from './intentsComparison.ts';
import { type RunOutcome, type RunRequest, runInSandbox } from './session.ts';

export interface DoubleRunOutcome extends RunOutcome {
  /** Number of chunks in the run and in its check. */
  readonly chunkCounts: readonly [number, number];
  /** What the first parameter set asked for, rows of intents in their order. */
  readonly intents: readonly Float64Array[];
  /** What was seen of the sandboxes of the run and of its check. */
  readonly bothSeen: readonly [SandboxSeen, SandboxSeen];
}

/**
 * Runs a strategy twice, in two fresh sandboxes at the same time and with other chunk borders, and
 * demands that every order is the same to the byte: what looks ahead or is not deterministic differs.
 * `seed` mixes the borders of the check. Plots are of the first run.
 * @throws LabError `sandbox.look-ahead` with the first bar that differs, and all that `runInSandbox` throws
 */
export async function runTwice(request: RunRequest, seed: number): Promise<DoubleRunOutcome> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const comparison = new IntentsComparison();
  const onDescribed = sameDescription();
  const times = timesOf(request.markets);
  const checkChunks = (isVectorised: boolean): readonly number[] =>
    isVectorised ? fewMixedChunks(times, seed) : mixedChunks(times, seed);
  const { onProgress: _, plots: __, ...silent } = request;
  const intents: Float64Array[] = [];
  let passes = 0;
  const runs = [
    runInSandbox({ ...request, onDescribed, signal }, (answers, from, to) => {
      // Later passes over the bars are of other sets.
      if (from === 0) passes++;
      if (passes === 1 && answers[0] !== undefined) intents.push(answers[0].rows);
      comparison.add(0, answers, to);
    }),
    runInSandbox({ ...silent, onDescribed, chunks: checkChunks, signal }, (answers, _from, to) =>
      comparison.add(1, answers, to),
    ),
  ] as const;
  try {
    const [run, check] = await Promise.all(runs);
    const chunkCounts = [run.chunks.length, check.chunks.length] as const;
    return { ...run, chunkCounts, intents, bothSeen: [run.seen, check.seen] };
  } catch (error) {
    stop.abort();
    // The other sandbox must be gone too before anyone hears of the failure.
    await Promise.allSettled(runs);
    throw error;
  }
}

/** Demands that a strategy describes itself the same each time. */
function sameDescription(): (description: StrategyDescription) => void {
  let known: string | undefined;
  return (description) => {
    const text = JSON.stringify(description);
    known ??= text;
    if (known === text) return;
    throw new LabError('sandbox.look-ahead', 'The strategy describes itself differently in two runs.', {
      action: 'Make name and params of the strategy constant.',
    });
  };
}

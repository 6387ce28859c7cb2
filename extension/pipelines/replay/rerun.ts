import { courseOf } from '../../backtest/metrics/course.ts';
import type { BacktestResult, UsedCandles } from '../../contracts/backtest.ts';
import type { RunCandles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { languageOfFile } from '../../contracts/strategyLanguage.ts';
import type { TrialLedger } from '../../contracts/trials.ts';
import { marketsOf } from '../../market/runCandles.ts';
import type { SagaEngine } from '../../orchestrator/saga/engine.ts';
import { sha256 } from '../backtestResult.ts';
import { loadRunCandles, type RunDataSources } from '../loadRunCandles.ts';
import {
  type EvidenceSources,
  loadEquity,
  loadRecordedBacktest,
  type RecordedBacktest,
} from '../recordedBacktest.ts';
import { countTrials, windowOfManifest } from '../recordTrials.ts';
import { runBacktest } from '../runBacktest.ts';
import type { StrategyRunner } from '../strategyRunner.ts';
import { usedSets } from '../usedSets.ts';
import { type Difference, firstDifference, firstDifferentValue } from './differences.ts';

export interface RerunServices extends EvidenceSources {
  readonly runner: StrategyRunner;
  readonly trials: TrialLedger;
  /** Adds to the run what its repetition raised an alert for. */
  readonly note: SagaEngine['note'];
}

export interface RerunOptions {
  readonly signal: AbortSignal;
  /** `fraction` from 0 to 1. */
  readonly progress: (fraction: number, text: string) => void;
}

/** What came of running a run's backtest once more. */
export interface RerunReport {
  readonly run: string;
  /** The result and the equity at each bar came out again to the byte. */
  readonly isIdentical: boolean;
  /** SHA-256 of the result's bytes. */
  readonly recorded: string;
  readonly now: string;
  readonly bytes: number;
  /** Parts of the program and its sandbox that are not those of the run. */
  readonly build: readonly Difference[];
  /** The first difference beside those of `build`. */
  readonly difference: Difference | null;
  readonly trade: (Difference & { readonly number: number; readonly entryTime: number | null }) | null;
  readonly equity: (Difference & { readonly bar: number; readonly time: number | null }) | null;
}

/** What tells which program and sandbox made a result, and nothing of the strategy. */
const buildPaths = [
  'manifest.engine.version',
  'manifest.engine.runnerHash',
  'manifest.runtime',
  'isolation.level',
  'isolation.backend',
  'isolation.limits',
  // Of results that were stored before every limit was tried.
  'isolation.memoryLimitHolds',
];

/**
 * Runs the backtest of a run again from its record alone, in the same kind of sandbox or a stronger one, and
 * compares. Writes nothing but an alert: what is run again is no new trial.
 * @throws LabError `saga.state` while there is no backtest, `data.missing`, `not-found`, and as `StrategyRunner.run`
 */
export async function rerun(
  services: RerunServices,
  id: string,
  options: RerunOptions,
): Promise<RerunReport> {
  const recorded = await loadRecordedBacktest(services, id);
  const { manifest, isolation } = recorded.result;
  const candles = await recordedCandles(services, recorded);
  const { time } = courseOf(marketsOf(candles));
  const { result, equity } = await runBacktest(services.runner, {
    source: { text: recorded.source, language: languageOfFile(recorded.file) },
    candles,
    settings: manifest.settings,
    params: manifest.strategy.params,
    splitBar: splitBarOf(recorded.result, time),
    dataWarnings: recorded.input.dataWarnings,
    minimumLevel: isolation.level,
    backend: isolation.backend,
    pinTrials: async () => {
      if (manifest.trials === null) return null;
      return countTrials(services.trials, windowOfManifest(manifest), manifest.trials.position);
    },
    alert: async (alert) => {
      const data = { step: 'backtest', generation: 1, alert };
      await services.note(id, { type: 'saga.sandbox-alert', data });
    },
    ...options,
  });
  const before = await loadEquity(services, recorded);
  return compare(recorded, before, { text: JSON.stringify(result), equity, time });
}

function recordedCandles(
  services: RerunServices,
  { run, result, input }: RecordedBacktest,
): Promise<RunCandles> {
  const sets = usedSets(result.manifest);
  const loadCandles: RunDataSources['loadCandles'] = async (data) => {
    try {
      return await services.loadCandles(data);
    } catch (error) {
      const set = sets.find(({ used }) => used.hash === data.hash)?.used ?? result.manifest.data;
      throw LabError.is(error, 'data.missing') ? missingCandles(run.id, set, error) : error;
    }
  };
  return loadRunCandles({ ...services, loadCandles }, input);
}

function missingCandles(run: string, set: UsedCandles, cause: LabError): LabError {
  const { symbol, venue, timeframe, firstTime, lastTime, hash } = set;
  const range = [firstTime, lastTime].map((time) => new Date(time).toISOString().slice(0, 16)).join(' to ');
  return new LabError(
    'data.missing',
    `The candles of run ${run} are no longer in the lab: ${symbol} on ${venue}, ${timeframe}, ${range} UTC.`,
    {
      action: `Backtest or import the same file over the same range; its hash is then again ${hash}.`,
      cause,
    },
  );
}

function splitBarOf({ segments }: BacktestResult, time: Float64Array): number | null {
  if (segments === null) return null;
  const bar = time.indexOf(segments.splitTime);
  return bar < 0 ? null : bar;
}

function compare(
  { run, result, bytes }: RecordedBacktest,
  recordedEquity: Float64Array | null,
  rebuilt: { readonly text: string; readonly equity: Float64Array; readonly time: Float64Array },
): RerunReport {
  const before: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const after: unknown = JSON.parse(rebuilt.text);
  const build = buildPaths.flatMap((path) => {
    const found = firstDifference(valueAt(before, path), valueAt(after, path));
    return found === null ? [] : [{ ...found, path }];
  });
  const [recorded, now] = [sha256(bytes), sha256(rebuilt.text)];
  const equity = recordedEquity === null ? null : equityDifference(recordedEquity, rebuilt);
  return {
    run: run.id,
    isIdentical: now === recorded && equity === null,
    recorded,
    now,
    bytes: bytes.byteLength,
    build,
    // How many bytes came follows from what is in them: it is named where nothing else is another.
    difference:
      firstDifference(before, after, new Set([...buildPaths, 'sandbox'])) ??
      firstDifference(before, after, new Set(buildPaths)),
    trade: tradeDifference(valueAt(before, 'trades'), valueAt(after, 'trades'), result),
    equity,
  };
}

function equityDifference(
  recorded: Float64Array,
  { equity, time }: { readonly equity: Float64Array; readonly time: Float64Array },
): RerunReport['equity'] {
  const bar = firstDifferentValue(recorded, equity);
  if (bar === null) return null;
  const text = (values: Float64Array): string => String(values[bar] ?? 'absent');
  const path = `equity[${bar}]`;
  return { path, recorded: text(recorded), now: text(equity), bar, time: time[bar] ?? null };
}

function tradeDifference(before: unknown, after: unknown, { trades }: BacktestResult): RerunReport['trade'] {
  const found = firstDifference(before, after, new Set(), 'trades');
  if (found === null) return null;
  const index = Number(/^trades\[(\d+)\]/.exec(found.path)?.[1] ?? 0);
  return { ...found, number: index + 1, entryTime: trades[index]?.entryTime ?? null };
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, name) => Object(inner)[name], value);
}

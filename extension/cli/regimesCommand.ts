import * as z from 'zod';
import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { type MarketRegime, marketRegimes } from '../contracts/regimes.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import { type Benchmark, benchmarkDetector } from '../evaluation/regimes/benchmark.ts';
import { detectRegimes } from '../evaluation/regimes/detector.ts';
import { type DetectionScore, scoreRegimes, usualSettle } from '../evaluation/regimes/score.ts';
import { type RegimeSummary, regimeSummary } from '../evaluation/regimes/summary.ts';
import { type CoveredCrisis, coveredCrises } from '../evaluation/scenarios/crises.ts';
import { sliceCandles } from '../market/candles.ts';
import { importCandles } from '../market/import/import.ts';
import { parseBounded } from './allowed.ts';
import { importOptions, type MarketOptions, requireFile } from './market.ts';
import { parseEnd, parseTime } from './options.ts';
import { readRegimes } from './regimeFile.ts';
import { formatTime, type Terminal, table } from './terminal.ts';

export interface RegimesOptions extends MarketOptions {
  /** File of the true regimes. */
  readonly truth?: string;
  /** Paths of each market of the detector's own test; `true` for the usual number. */
  readonly score?: string | true;
  readonly settle?: string;
}

const usualPaths = 10;
const mostPaths = 1000;

/** Labels a market with its regimes, scores the detector, or both. The lab stays as it is. */
export async function regimesCommand(
  clock: () => number,
  terminal: Terminal,
  options: RegimesOptions,
): Promise<void> {
  const settle = parseCount(options.settle ?? String(usualSettle), '--settle', 0, 100_000);
  if (options.data === undefined && options.score === undefined) {
    throw new LabError('usage', 'There is nothing to label.', {
      action: 'Name a file of candles with --data, or ask for the test of the detector with --score.',
    });
  }
  const market =
    options.data === undefined ? undefined : await labelMarket(options.data, options, settle, clock);
  const benchmark = options.score === undefined ? undefined : runBenchmark(options.score, settle);
  terminal.document({
    regimes: marketRegimes,
    ...(market === undefined ? {} : marketDocument(market)),
    ...(benchmark === undefined ? {} : { benchmark }),
  });
  if (market !== undefined) sayMarket(terminal, market);
  if (benchmark !== undefined) sayBenchmark(terminal, benchmark);
}

interface LabelledMarket {
  readonly candles: Candles;
  readonly labels: Uint8Array;
  readonly summary: RegimeSummary;
  readonly crises: readonly CoveredCrisis[];
  /** Null where the truth was not given. */
  readonly score: DetectionScore | null;
}

async function labelMarket(
  file: string,
  options: RegimesOptions,
  settle: number,
  clock: () => number,
): Promise<LabelledMarket> {
  requireFile(file, '--data', 'a file of candles');
  const imported = await importCandles(file, { now: clock(), ...importOptions(options) });
  const from = parseTime(options.from, '--from');
  const to = parseEnd(options.to, '--to');
  const candles = sliceCandles(imported.candles, from, to);
  const labels = detectRegimes(candles);
  const truth = options.truth === undefined ? null : await readRegimes(options.truth, candles.time);
  return {
    candles,
    labels,
    summary: regimeSummary(labels),
    crises: coveredCrises(candles.time, { barLength: timeframeMilliseconds[candles.timeframe] }),
    score: truth === null ? null : scoreRegimes(labels, truth, settle),
  };
}

function marketDocument({ candles, labels, summary, crises, score }: LabelledMarket): object {
  const { venue, symbol, timeframe, hash } = candles;
  return {
    data: { venue, symbol, timeframe, hash, bars: candles.time.length },
    summary,
    crises: crises.map(({ crisis, from, to }) => ({ ...crisis, bars: { from, to } })),
    score,
    labels: Array.from(labels, (label) => marketRegimes[label]),
  };
}

function runBenchmark(paths: string | true, settle: number): Benchmark {
  const count = paths === true ? usualPaths : parseCount(paths, '--score', 1, mostPaths);
  return benchmarkDetector({ paths: count, settle });
}

function parseCount(text: string, option: string, least: number, most: number): number {
  return parseBounded(text, option, z.number().int().min(least).max(most), 'regimes');
}

function percent(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(1)} %`;
}

function sayMarket(terminal: Terminal, { candles, summary, crises, score }: LabelledMarket): void {
  const first = formatTime(candles.time[0] as number);
  const last = formatTime(candles.time.at(-1) as number);
  terminal.say(`${candles.symbol} on ${candles.venue}, ${candles.timeframe}, ${first} to ${last} UTC`);
  terminal.say(`At the last bar: ${summary.now}. Each label knows the bars up to its own, and no later one.`);
  terminal.say();
  const rows = summary.regimes.map(({ regime, bars, share, segments, meanBars, longestBars }) => [
    regime,
    String(bars),
    percent(share),
    String(segments),
    meanBars === null ? '-' : meanBars.toFixed(1),
    longestBars === null ? '-' : String(longestBars),
  ]);
  terminal.say(table(['regime', 'bars', 'share', 'times', 'mean bars', 'longest'], rows));
  terminal.say();
  terminal.say('Switches, from (row) to (column):');
  terminal.say(matrix(summary.transitions));
  sayCrises(terminal, crises);
  if (score !== null) sayScore(terminal, 'Against the given truth', score);
}

function sayCrises(terminal: Terminal, crises: readonly CoveredCrisis[]): void {
  if (crises.length === 0) return;
  terminal.say();
  terminal.say('Recorded crises in this time:');
  for (const { crisis, from, to } of crises) {
    const markets = crisis.markets.join(', ');
    terminal.say(`${formatTime(crisis.from)}  ${crisis.name} (${markets}), bars ${from} to ${to - 1}.`);
    terminal.say(`                  ${crisis.facts}`);
  }
}

function matrix(counts: readonly (readonly number[])[]): string {
  const known: readonly MarketRegime[] = marketRegimes;
  return table(
    ['', ...known],
    known.map((regime, row) => [regime, ...known.map((_, column) => String(counts[row]?.[column] ?? 0))]),
  );
}

function sayScore(terminal: Terminal, title: string, score: DetectionScore): void {
  const { accuracy, settle, settledAccuracy, settledBars, bars, regimes, confusion } = score;
  terminal.say();
  terminal.say(
    `${title}: ${percent(accuracy)} of ${bars} bars right; ${percent(settledAccuracy)} of the ${settledBars} bars that lie ${settle} or more behind a switch.`,
  );
  const rows = regimes.map(({ regime, bars: count, recall, precision }) => [
    regime,
    String(count),
    percent(recall),
    percent(precision),
  ]);
  terminal.say(table(['regime', 'bars', 'recall', 'precision'], rows));
  terminal.say('Bars by truth (row) and label (column):');
  terminal.say(matrix(confusion));
}

function sayBenchmark(terminal: Terminal, { markets, all }: Benchmark): void {
  terminal.say();
  terminal.say('The detector on generated markets whose regimes are known:');
  const rows = markets.map(({ market, score }) => [
    market,
    String(score.bars),
    percent(score.accuracy),
    percent(score.settledAccuracy),
  ]);
  terminal.say(table(['market', 'bars', 'right', 'right, settled'], rows));
  sayScore(terminal, 'All together', all);
}

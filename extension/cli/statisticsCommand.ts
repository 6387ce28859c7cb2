import { setImmediate } from 'node:timers/promises';
import { LabError } from '../contracts/errors.ts';
import { mostBlocks, usualBlocks } from '../evaluation/statistics/backtestOverfitting.ts';
import {
  type ReturnStatistics,
  returnStatistics,
  type StatisticsOptions,
} from '../evaluation/statistics/returnStatistics.ts';
import { type ReturnsFile, readReturns } from '../market/import/returns.ts';
import { parseNumber, readNumber } from './options.ts';
import { presentStatistics } from './statisticsText.ts';
import type { Terminal } from './terminal.ts';

/** Options as they come from the command line. */
export interface StatisticsArguments {
  readonly trials?: string;
  readonly blocks?: string;
  readonly bootstrap?: string;
  readonly blockLength?: string;
  readonly seed?: string;
  readonly benchmark?: string;
  readonly against?: string;
}

const usualResamples = 1000;
const mostResamples = 100_000;

/** Judges a file of returns: what of it is skill, and what the search. */
export async function statisticsCommand(
  terminal: Terminal,
  path: string,
  options: StatisticsArguments,
  signal: AbortSignal,
): Promise<void> {
  const settings = parseStatistics(options);
  const file = await readReturns(path);
  checkColumns(file, settings);
  const statistics = await compute(terminal, file, settings, signal);
  const { name, labels, wasReversed } = file;
  terminal.document({ file: { name, labels, wasReversed }, ...statistics });
  if (!terminal.json) presentStatistics(terminal, file, statistics);
}

/** The settings of the statistics from their options. @throws LabError `usage` naming the option */
export function parseStatistics(options: StatisticsArguments): StatisticsOptions {
  const whole = (text: string | undefined, flag: string, range: string, from: number, to: number) => {
    if (text === undefined) return undefined;
    const value = readNumber(text) ?? Number.NaN;
    if (Number.isInteger(value) && value >= from && value <= to) return value;
    throw outOfRange(flag, range, text);
  };
  const blocks = whole(options.blocks, '--blocks', `an even number from 2 to ${mostBlocks}`, 2, mostBlocks);
  if (blocks !== undefined && blocks % 2 === 1) {
    throw outOfRange('--blocks', `an even number from 2 to ${mostBlocks}`, String(blocks));
  }
  const blockLength =
    options.blockLength === undefined ? null : (readNumber(options.blockLength) ?? Number.NaN);
  if (blockLength !== null && !(blockLength >= 1)) {
    throw outOfRange('--block-length', 'a number of rows, at least 1', String(options.blockLength));
  }
  return {
    trials:
      whole(options.trials, '--trials', 'a whole number, at least 1', 1, Number.MAX_SAFE_INTEGER) ?? null,
    blocks: blocks ?? usualBlocks,
    resamples:
      whole(options.bootstrap, '--bootstrap', `a whole number up to ${mostResamples}`, 0, mostResamples) ??
      usualResamples,
    blockLength,
    seed: whole(options.seed, '--seed', 'a whole number from 0 to 4294967295', 0, 4_294_967_295) ?? 1,
    benchmark: options.benchmark === undefined ? 0 : parseNumber(options.benchmark, '--benchmark'),
    against: options.against ?? null,
  };
}

function outOfRange(flag: string, range: string, text: string): LabError {
  return new LabError('usage', `${flag} takes ${range}, was "${text}".`, {
    action: 'Give a value in that range.',
  });
}

function checkColumns({ name, columns }: ReturnsFile, { against, blockLength }: StatisticsOptions): void {
  const names = columns.map((column) => column.name);
  if (against !== null && !names.includes(against)) {
    const listed = names.slice(0, 10).join(', ');
    throw new LabError('usage', `${name} has no column "${against}" for --against.`, {
      action: `Name one of ${listed}${names.length > 10 ? ' ...' : ''}.`,
    });
  }
  if (against !== null && names.length === 1) {
    throw new LabError('usage', `${name} has no other column than "${against}".`, {
      action: 'Leave out --against, or add the returns of a strategy.',
    });
  }
  const rows = columns[0]?.returns.length ?? 0;
  if (blockLength !== null && blockLength > rows) {
    throw outOfRange('--block-length', `at most the ${rows} rows of the file`, String(blockLength));
  }
}

const patienceMilliseconds = 50;

/** Lets an interrupt and the progress line through every so often. */
async function compute(
  terminal: Terminal,
  { columns }: ReturnsFile,
  options: StatisticsOptions,
  signal: AbortSignal,
): Promise<ReturnStatistics> {
  const computation = returnStatistics(columns, options);
  let last = performance.now();
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    if (performance.now() - last < patienceMilliseconds) continue;
    await setImmediate();
    if (signal.aborted) {
      throw new LabError('cancelled', 'The statistics were stopped before their end.', {
        action: 'Run the command again; a smaller --bootstrap is faster.',
      });
    }
    terminal.progress('statistics', step.value, `${options.resamples} resamples`);
    last = performance.now();
  }
}

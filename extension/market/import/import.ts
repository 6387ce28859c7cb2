import { z } from 'zod';
import {
  type Candles,
  type QualityReport,
  qualityReportSchema,
  timeframeMilliseconds,
  timeframeSchema,
} from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { makeCandles } from '../candles.ts';
import { type ReadFacts, readDelimited } from './csv.ts';
import { isContradictory, type KeptRows, resolveDuplicates } from './duplicates.ts';
import { identifyFile } from './identity.ts';
import { readJson } from './json.ts';
import { barProblems, inspectBars } from './quality.ts';
import { rowProblems } from './rowProblems.ts';
import { RowTable } from './rows.ts';
import { decodeText, readSource, type Source } from './source.ts';
import { findTimeGrid } from './timeframe.ts';

const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}/:.^=_-]+$/u);

export const importOptionsSchema = z.object({
  /** The present, UTC ms; later candles are refused. */
  now: z.number(),
  /** Instead of what the file and its name tell. */
  symbol: nameSchema.optional(),
  venue: nameSchema.optional(),
  timeframe: timeframeSchema.optional(),
});

export interface ImportOptions extends z.infer<typeof importOptionsSchema> {}

export interface Imported {
  readonly candles: Candles;
  readonly report: QualityReport;
}

/** Raised whenever the same file would give other candles or another report. */
export const importRules = 2;

/**
 * Reads a file of candles: CryptoDataDownload CSV, Binance klines, any delimited text with a header, or
 * JSON arrays. Throws LabError `data.missing`, `data.empty`, `data.format`, `data.value` or `data.time`
 * with the place, and `usage` for options that cannot be; nothing is repaired in silence, what was found
 * is in the report.
 */
export async function importCandles(path: string, options: ImportOptions): Promise<Imported> {
  return parseCandles(await readSource(path), options);
}

/** Parses the options. Throws `usage`. */
export function checkImportOptions(options: ImportOptions): ImportOptions {
  const parsed = importOptionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
  throw new LabError('usage', `These import options cannot be used: ${names.join(', ')}.`, {
    action: `Name a symbol such as BTC/USDT, a venue such as binance, and a timeframe of ${timeframeSchema.options.join(', ')}.`,
    cause: parsed.error,
  });
}

/** As `importCandles`, for a file that has been read. */
export function parseCandles(source: Source, options: ImportOptions): Imported {
  const { now, symbol, venue, timeframe } = checkImportOptions(options);
  const text = decodeText(source);
  const table = new RowTable(source, now);
  const named = identifyFile(source.name);
  const facts = /^\s*[[{]/.test(text)
    ? readJson(source, text, table)
    : readDelimited(source, text, symbol ?? named.symbol, table);

  const kept = resolveDuplicates(table);
  refuseHalfClock(source, table, kept);
  refuseMostlyConflicting(source, table, kept);
  refuseSwappedColumns(source, facts, table, kept);
  const grid = findTimeGrid(source, table, kept.rows, timeframe);
  const candles = makeCandles(
    {
      venue: venue ?? named.venue,
      symbol: symbol ?? facts.symbol ?? named.symbol,
      timeframe: grid.timeframe,
      synthetic: false,
    },
    {
      time: Float64Array.from(kept.rows, (row) => table.time[row] ?? 0),
      open: Float64Array.from(kept.rows, (row) => table.open[row] ?? 0),
      high: Float64Array.from(kept.rows, (row) => table.high[row] ?? 0),
      low: Float64Array.from(kept.rows, (row) => table.low[row] ?? 0),
      close: Float64Array.from(kept.rows, (row) => table.close[row] ?? 0),
      volume: Float64Array.from(kept.rows, (row) => table.volume[row] ?? 0),
    },
  );
  return { candles, report: makeReport(source, facts, table, kept, candles, grid.offset, now) };
}

/** A clock of 12 hours without AM and PM gives each time of a day twice, and none from 13:00 to 00:59. */
function refuseHalfClock(source: Source, table: RowTable, kept: KeptRows): void {
  const row = kept.conflicting.rows[0];
  const isPlainDate = [...table.timeForms.keys()].every((form) => form === 'YYYY-MM-DD HH:MM');
  if (row === undefined || !isPlainDate || kept.conflicting.count < table.length / 4) return;
  const hourOf = (time: number): number => new Date(time).getUTCHours();
  if (table.length < 24 || !table.time.every((time) => hourOf(time) >= 1 && hourOf(time) <= 12)) return;
  const line = table.line[row] || undefined;
  throw new LabError(
    'data.time',
    `${source.name}: its times look like those of a 12-hour clock without AM and PM; ${kept.conflicting.count} of ${table.length} rows repeat the time of another.`,
    {
      action: 'Write times with AM and PM, or from 00:00 to 23:59.',
      place: { file: source.path, ...(line === undefined ? { bar: row } : { line }) },
    },
  );
}

/** A file in which most rows fight over few times is several series in one, or has lost its time of day. */
function refuseMostlyConflicting(source: Source, table: RowTable, kept: KeptRows): void {
  if (kept.conflicting.count <= table.length / 2) return;
  const row = kept.conflicting.rows[0] ?? 0;
  const line = table.line[row] || undefined;
  throw new LabError(
    'data.time',
    `${source.name}: ${kept.conflicting.count} of ${table.length} rows repeat the time of another row with other values.`,
    {
      action:
        'Import one symbol and timeframe from each file, and check that the time column holds the hour.',
      place: { file: source.path, ...(line === undefined ? { bar: row } : { line }) },
    },
  );
}

/** Too few bars for a share of them to tell anything about the columns. */
const fewestBars = 10;

/** A file in which most bars contradict themselves has its prices under the wrong names. */
function refuseSwappedColumns(source: Source, facts: ReadFacts, table: RowTable, kept: KeptRows): void {
  if (kept.rows.length < fewestBars) return;
  const at = (column: readonly number[], row: number): number => column[row] ?? 0;
  const bad = kept.rows.filter((row) =>
    isContradictory(at(table.open, row), at(table.high, row), at(table.low, row), at(table.close, row)),
  );
  const row = bad[0];
  if (row === undefined || bad.length <= kept.rows.length / 2) return;
  const { columns } = facts;
  const order = (['open', 'high', 'low', 'close'] as const).toSorted((a, b) => columns[a] - columns[b]);
  const line = table.line[row] || undefined;
  throw new LabError(
    'data.value',
    `${source.name}: the columns look swapped; read in the order ${order.join(', ')}, ${bad.length} of ${kept.rows.length} bars have a high or low that contradicts their open or close.`,
    {
      action: 'Put each column under its right name, or in the order open, high, low, close without names.',
      place: { file: source.path, ...(line === undefined ? { bar: row } : { line }) },
    },
  );
}

function makeReport(
  source: Source,
  facts: ReadFacts,
  table: RowTable,
  kept: KeptRows,
  candles: Candles,
  gridOffset: number,
  now: number,
): QualityReport {
  const lines = kept.rows.map((row) => table.line[row] ?? 0);
  const findings = inspectBars(candles);
  const closesAt = (candles.time.at(-1) ?? 0) + timeframeMilliseconds[candles.timeframe];
  return qualityReportSchema.parse({
    file: source.name,
    format: facts.format,
    venue: candles.venue,
    symbol: candles.symbol,
    timeframe: candles.timeframe,
    timeUnit: [...table.timeForms.keys()].sort().join(' and '),
    rows: table.length,
    kept: kept.rows.length,
    duplicates: table.length - kept.rows.length,
    conflicting: kept.conflicting.count,
    gaps: findings.gaps.count,
    missingBars: findings.missingBars,
    badBars: findings.badBars.count,
    jumps: findings.jumps.count,
    zeroVolume: findings.zeroVolume.count,
    firstTime: candles.time.at(0) ?? null,
    lastTime: candles.time.at(-1) ?? null,
    hash: candles.hash,
    problems: [
      ...barProblems(candles, findings, lines),
      ...rowProblems(table, kept, {
        gridOffset,
        timeframe: candles.timeframe,
        isLastOpen: closesAt > now,
        mayHoldThousands: facts.mayHoldThousands,
      }),
    ],
  } satisfies QualityReport);
}

import { type Candles, type QualityReport, qualityReportSchema } from '../../contracts/candles.ts';
import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { makeCandles } from '../candles.ts';
import { type KeptRows, resolveDuplicates } from './duplicates.ts';
import { barProblems, inspectBars } from './quality.ts';
import type { ReadFacts } from './readRows.ts';
import { refuseNonsense } from './refusals.ts';
import { rowProblems } from './rowProblems.ts';
import type { RowTable } from './rows.ts';
import type { SourceName } from './source.ts';
import { findTimeGrid } from './timeframe.ts';

export interface Imported {
  readonly candles: Candles;
  readonly report: QualityReport;
}

/** What is known of a series besides its rows. */
export interface SeriesFacts {
  readonly source: SourceName;
  readonly facts: ReadFacts;
  readonly venue: string;
  readonly symbol: string;
  /** Told by the caller; found out where it is undefined. */
  readonly timeframe: Timeframe | undefined;
  /** Whether the timeframe is known from elsewhere and need not be the rows' usual step. */
  readonly isCertain?: boolean;
  /** What is to be said of bars that are missing. */
  readonly aboutGaps?: string;
  /** The present, UTC ms. */
  readonly now: number;
}

/**
 * Makes one series of rows: sorted by time, one row a time, on one grid; with a report of what was found.
 * Throws `data.time`, `data.value` or `data.empty` for rows that make none.
 */
export function makeSeries(table: RowTable, series: SeriesFacts): Imported {
  const kept = resolveDuplicates(table);
  refuseNonsense(table, kept, series.facts.columns);
  const grid = findTimeGrid(series.source, table, kept.rows, series.timeframe, series.isCertain);
  const column = (values: readonly number[]): Float64Array =>
    Float64Array.from(kept.rows, (row) => values[row] ?? 0);
  const candles = makeCandles(
    { venue: series.venue, symbol: series.symbol, timeframe: grid.timeframe, synthetic: false },
    {
      time: column(table.time),
      open: column(table.open),
      high: column(table.high),
      low: column(table.low),
      close: column(table.close),
      volume: column(table.volume),
    },
  );
  return { candles, report: makeReport(series, table, kept, candles, grid.offset) };
}

function makeReport(
  { source, facts, now, aboutGaps }: SeriesFacts,
  table: RowTable,
  kept: KeptRows,
  candles: Candles,
  gridOffset: number,
): QualityReport {
  const findings = inspectBars(candles);
  const closesAt = (candles.time.at(-1) ?? 0) + timeframeMilliseconds[candles.timeframe];
  return qualityReportSchema.parse({
    file: source.name,
    format: facts.format,
    venue: candles.venue,
    symbol: candles.symbol,
    timeframe: candles.timeframe,
    timeUnit: facts.timeType ?? [...table.timeForms.keys()].sort().join(' and '),
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
      ...barProblems(findings, (bar) => table.placeOf(kept.rows[bar] ?? 0), aboutGaps),
      ...rowProblems(table, kept, {
        gridOffset,
        timeframe: candles.timeframe,
        isLastOpen: closesAt > now,
        mayHoldThousands: facts.mayHoldThousands,
      }),
    ],
  } satisfies QualityReport);
}

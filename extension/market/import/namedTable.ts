import { LabError } from '../../contracts/errors.ts';
import { type ColumnMap, mapColumns, symbolColumn } from './columns.ts';
import { normaliseSymbol } from './identity.ts';
import type { ReadFacts } from './readRows.ts';
import type { RowTable } from './rows.ts';
import type { Source } from './source.ts';
import { SymbolColumn } from './symbolColumn.ts';

/** A table of typed columns, whose cells are given as text: the same rules read it that read CSV. */
export interface NamedTable {
  /** Such as `Parquet`. */
  readonly format: string;
  readonly names: readonly string[];
  /** What a column holds where it holds times and says so, such as `timestamps in microseconds`. */
  timeType(column: number): string | undefined;
  /**
   * The cells of some columns, a batch of rows after the other; absent values are empty cells. `most` is how
   * many rows are wanted. Throws anything where the file is damaged.
   */
  batches(columns: readonly number[], most?: number): AsyncIterable<readonly (readonly string[])[]>;
}

/** Rows that one file may hold: eight years of minutes are four million. */
export const mostRows = 20_000_000;

/**
 * Adds the rows of a table to `rows`; its columns are found by their names as those of a CSV file are.
 * Throws `data.empty`, `data.format`, `data.value` or `data.time`; a row's place is its entry.
 */
export async function readNamedTable(
  source: Source,
  table: NamedTable,
  likelySymbol: string,
  rows: RowTable,
): Promise<ReadFacts> {
  const { names } = table;
  const first = await firstRow(source, table);
  const symbolCell = first[symbolColumn(names, first) ?? -1];
  const symbol = symbolCell === undefined ? likelySymbol : normaliseSymbol(symbolCell);
  // Only the columns that mean something are read, and these are the cells of a row from here on.
  const wanted = Object.values(mapColumns(source, names, first, symbol)).filter(Number.isInteger);
  const used = [...new Set(wanted as number[])].sort((a, b) => a - b);
  const header = used.map((column) => names[column] ?? '');
  const columns = mapColumns(
    source,
    header,
    used.map((column) => first[column] ?? ''),
    symbol,
  );
  const symbols = new SymbolColumn(source, header[columns.symbol ?? -1] ?? '');
  let entry = 0;
  try {
    for await (const batch of table.batches(used)) {
      for (const cells of batch) {
        if (columns.symbol !== undefined) symbols.check(cells[columns.symbol] ?? '', { entry });
        rows.add(cells, columns, { entry });
        entry += 1;
      }
    }
  } catch (error) {
    throw LabError.is(error) ? error : damaged(source, table.format, error);
  }
  return {
    format: table.format,
    columns,
    mayHoldThousands: false,
    symbol: symbols.symbol,
    timeType: timeType(table, used, columns),
  };
}

async function firstRow(source: Source, table: NamedTable): Promise<readonly string[]> {
  const all = [...table.names.keys()];
  try {
    for await (const [row] of table.batches(all, 1)) if (row !== undefined) return row;
  } catch (error) {
    throw LabError.is(error) ? error : damaged(source, table.format, error);
  }
  throw new LabError('data.empty', `${source.name} holds no data rows.`, {
    action: 'Download or export the file again.',
    place: { file: source.path },
  });
}

function timeType(table: NamedTable, used: readonly number[], { time }: ColumnMap): string | undefined {
  return table.timeType(used[time] ?? -1);
}

/** A file of typed columns that cannot be read. */
export function damaged(source: Source, format: string, cause: unknown): LabError {
  const why = cause instanceof Error ? cause.message.split('\n', 1)[0]?.slice(0, 200) : undefined;
  return new LabError(
    'data.format',
    `${source.name} is no ${format} file that can be read${why === undefined ? '' : `: ${why.replace(/\.$/, '')}`}.`,
    {
      action: 'Write the file again, without nested columns and with a common compression, or as CSV.',
      place: { file: source.path },
      cause,
    },
  );
}

/** A time as text that every reader of times understands; undefined where no calendar holds it. */
export function timeText(milliseconds: number): string {
  const time = Math.floor(milliseconds);
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(milliseconds);
}

/** A number as text; NaN is how data frames write that there is none. */
export function numberText(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}

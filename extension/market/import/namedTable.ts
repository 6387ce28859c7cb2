import { LabError } from '../../contracts/errors.ts';
import { type Cell, cellOf, cellText } from './cell.ts';
import { mapColumns, symbolColumn } from './columns.ts';
import { normaliseSymbol } from './identity.ts';
import type { ReadFacts } from './readRows.ts';
import type { RowTable } from './rows.ts';
import type { Source } from './source.ts';
import { SymbolColumn } from './symbolColumn.ts';

/** Some rows of a table: the values of each column that was asked for. */
export interface Batch {
  readonly length: number;
  readonly columns: readonly ArrayLike<unknown>[];
}

/** A table of typed columns; the same rules read it that read CSV. */
export interface NamedTable {
  /** Such as `Parquet`. */
  readonly format: string;
  readonly names: readonly string[];
  /** What a column holds where it holds times and says so, such as `timestamps in microseconds`. */
  timeType(column: number): string | undefined;
  /**
   * The values of some columns, a batch of rows after the other, `most` rows in all: numbers, text, times as
   * Date, and null or undefined for what is absent. Throws anything where the file is damaged.
   */
  batches(columns: readonly number[], most?: number): AsyncIterable<Batch>;
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
  try {
    const first = (await firstRow(source, table)).map(cellText);
    const symbolCell = first[symbolColumn(names, first) ?? -1];
    const symbol = symbolCell === undefined ? likelySymbol : normaliseSymbol(symbolCell);
    // Only the columns that mean something are read, and these are the cells of a row from here on.
    const found = Object.values(mapColumns(source, names, first, symbol));
    const used = [...new Set(found.filter((index) => typeof index === 'number'))].sort((a, b) => a - b);
    const of = (row: readonly string[]): string[] => used.map((column) => row[column] ?? '');
    const columns = mapColumns(source, of(names), of(first), symbol);
    const symbols = new SymbolColumn(source, of(names)[columns.symbol ?? -1] ?? '');
    let entry = 0;
    for await (const batch of table.batches(used)) {
      for (let row = 0; row < batch.length; row += 1, entry += 1) {
        const cells = rowOf(batch, row);
        if (columns.symbol !== undefined) {
          symbols.check(cellText(cells[columns.symbol] ?? ''), { entry });
        }
        rows.add(cells, columns, { entry });
      }
    }
    return {
      format: table.format,
      columns,
      mayHoldThousands: false,
      symbol: symbols.symbol,
      timeType: table.timeType(used[columns.time] ?? -1),
    };
  } catch (error) {
    throw LabError.is(error) ? error : damaged(source, table.format, error);
  }
}

async function firstRow(source: Source, table: NamedTable): Promise<Cell[]> {
  for await (const batch of table.batches([...table.names.keys()], 1)) {
    if (batch.length > 0) return rowOf(batch, 0);
  }
  throw new LabError('data.empty', `${source.name} holds no data rows.`, {
    action: 'Download or export the file again.',
    place: { file: source.path },
  });
}

function rowOf({ columns }: Batch, row: number): Cell[] {
  return columns.map((column) => cellOf(column[row]));
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

/** Data frames write an index that has no name under this one. */
export function columnName(name: string): string {
  return name === '__index_level_0__' ? '' : name;
}

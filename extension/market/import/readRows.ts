import type { ColumnMap } from './columns.ts';
import { readDelimited } from './csv.ts';
import { readJson } from './json.ts';
import { kindOf, type SourceKind } from './kind.ts';
import { readNamedTable } from './namedTable.ts';
import type { RowTable } from './rows.ts';
import { decodeText, type Source } from './source.ts';
import { unzip } from './zip.ts';

/** What a reader learned besides the rows. */
export interface ReadFacts {
  readonly format: string;
  /** Which cells were read as what. */
  readonly columns: ColumnMap;
  /** Whether every price may as well be a whole number with a dot between its thousands. */
  readonly mayHoldThousands: boolean;
  /** From a symbol column, where there is one. */
  readonly symbol?: string | undefined;
  /** What the times are, where the file says it and it need not be told from the values. */
  readonly timeType?: string | undefined;
}

/**
 * Adds the rows of a file to `rows`, by what the file is. `likelySymbol` is the symbol by its name or the
 * caller. Throws `data.empty`, `data.format`, `data.value` or `data.time`.
 */
export async function readRows(source: Source, likelySymbol: string, rows: RowTable): Promise<ReadFacts> {
  const facts = await readKind(source, kindOf(source), likelySymbol, rows);
  return source.isVerified ? { ...facts, format: `${facts.format}, checksum verified` } : facts;
}

async function readKind(
  source: Source,
  kind: SourceKind,
  likelySymbol: string,
  rows: RowTable,
): Promise<ReadFacts> {
  // Readers of columns are loaded on first use: most files are text.
  if (kind === 'parquet') {
    const { openParquet } = await import('./parquet.ts');
    return readNamedTable(source, await openParquet(source), likelySymbol, rows);
  }
  if (kind === 'arrow file' || kind === 'arrow stream') {
    const { openArrow } = await import('./arrow.ts');
    return readNamedTable(source, openArrow(source, kind), likelySymbol, rows);
  }
  if (kind === 'zip') {
    const facts = readText(unzip(source), likelySymbol, rows);
    return { ...facts, format: `${facts.format} in a ZIP archive` };
  }
  return readText(source, likelySymbol, rows);
}

function readText(source: Source, likelySymbol: string, rows: RowTable): ReadFacts {
  const text = decodeText(source);
  return /^\s*[[{]/.test(text)
    ? readJson(source, text, rows)
    : readDelimited(source, text, likelySymbol, rows);
}

import * as z from 'zod';
import { timeframeSchema } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { identifyFile } from './identity.ts';
import { type ReadFacts, readRows } from './readRows.ts';
import { RowTable } from './rows.ts';
import { type Imported, makeSeries } from './series.ts';
import type { Source } from './source.ts';
import { commonName, readSources } from './sources.ts';

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

/** Raised whenever the same file would give other candles or another report. */
export const importRules = 3;

/**
 * Reads candles from files, or folders of them, as one series: CryptoDataDownload CSV, Binance klines, any
 * delimited text with a header, JSON arrays, ZIP archives of one of them, Parquet, and Arrow IPC (Feather).
 * Throws LabError `data.missing`, `data.empty`, `data.format`, `data.value` or `data.time` with the place,
 * and `usage` for options that cannot be; nothing is repaired in silence, what was found is in the report.
 */
export async function importCandles(
  paths: string | readonly string[],
  options: ImportOptions,
): Promise<Imported> {
  return parseCandles(await readSources([paths].flat()), options);
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

/** As `importCandles`, for files that have been read. */
export async function parseCandles(
  sources: readonly [Source, ...Source[]],
  options: ImportOptions,
): Promise<Imported> {
  const { now, symbol, venue, timeframe } = checkImportOptions(options);
  const table = new RowTable(now);
  const files: ReadFile[] = [];
  for (const source of sources) {
    const named = identifyFile(source.name);
    table.begin(source);
    const facts = await readRows(source, symbol ?? named.symbol, table);
    files.push({ source, facts, venue: named.venue, symbol: facts.symbol ?? named.symbol });
  }
  return makeSeries(table, {
    source: commonName(sources),
    facts: commonFacts(files.map(({ facts }) => facts)),
    venue: venue ?? common(files, 'venue'),
    symbol: symbol ?? common(files, 'symbol'),
    timeframe,
    now,
  });
}

interface ReadFile {
  readonly source: Source;
  readonly facts: ReadFacts;
  readonly venue: string;
  readonly symbol: string;
}

/** The venue or symbol of all files. Throws `data.format` where they differ. */
function common(files: readonly ReadFile[], key: 'venue' | 'symbol'): string {
  const [first] = files;
  const value = first?.[key] ?? '';
  const other = files.find((file) => file[key] !== value);
  if (other === undefined) return value;
  throw new LabError(
    'data.format',
    `${first?.source.name} is of the ${key} ${value}, and ${other.source.name} of ${other[key]}.`,
    {
      action: `Import one ${key} at a time, or say that they are all the same with --${key}.`,
      place: { file: other.source.path },
    },
  );
}

/** What holds for several files together. */
function commonFacts(files: readonly ReadFacts[]): ReadFacts {
  const [first] = files as [ReadFacts, ...ReadFacts[]];
  const formats = [...Map.groupBy(files, ({ format }) => format)].map(([format, some]) =>
    files.length === 1 ? format : `${some.length} × ${format}`,
  );
  const timeTypes = new Set(files.map(({ timeType }) => timeType));
  return {
    format: formats.join(', '),
    columns: first.columns,
    mayHoldThousands: files.every(({ mayHoldThousands }) => mayHoldThousands),
    timeType: timeTypes.size === 1 ? first.timeType : undefined,
  };
}

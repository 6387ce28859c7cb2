import {
  type Compressors,
  type FileMetaData,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { unpackBrotli, unpackGzip, unpackLz4Block, unpackLz4Hadoop, unpackZstd } from './decompress.ts';
import { damaged, mostRows, type NamedTable, numberText, timeText } from './namedTable.ts';
import type { Source } from './source.ts';

/** Snappy is built in. */
const compressors: Compressors = {
  GZIP: unpackGzip,
  BROTLI: unpackBrotli,
  ZSTD: unpackZstd,
  LZ4: unpackLz4Hadoop,
  LZ4_RAW: unpackLz4Block,
};

const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => timeText(Number(value)),
  timestampFromMicroseconds: (value) => timeText(Number(value) / 1e3),
  timestampFromNanoseconds: (value) => timeText(Number(value / 1000n) / 1e3),
  dateFromDays: (days) => timeText(days * 86_400_000).slice(0, 10),
};

/** Rows that are text at one time. */
const batchRows = 100_000;

/** Opens a Parquet file; nested columns are left out. Throws `data.format`. */
export async function openParquet(source: Source): Promise<NamedTable> {
  const { bytes } = source;
  const file = {
    byteLength: bytes.byteLength,
    slice: (from: number, to = bytes.byteLength) =>
      bytes.buffer.slice(bytes.byteOffset + from, bytes.byteOffset + to) as ArrayBuffer,
  };
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file, { parsers });
  } catch (error) {
    throw damaged(source, 'Parquet', error);
  }
  const rowCount = Number(metadata.num_rows);
  if (rowCount > mostRows) {
    throw damaged(source, 'Parquet', new Error(`it has ${rowCount} rows, and ${mostRows} can be read`));
  }
  const elements = plainColumns(metadata);
  const names = elements.map(({ name }) => name);
  return {
    format: 'Parquet',
    names: names.map(unnamedIndex),
    timeType: (column) => timeTypeOf(elements[column]),
    async *batches(columns, most = rowCount) {
      const chosen = columns.map((column) => names[column] ?? '');
      for (let rowStart = 0; rowStart < Math.min(most, rowCount); rowStart += batchRows) {
        const rowEnd = Math.min(rowStart + batchRows, most, rowCount);
        const rows = await parquetReadObjects({
          file,
          metadata,
          columns: chosen,
          rowStart,
          rowEnd,
          compressors,
          parsers,
        });
        yield rows.map((row) => chosen.map((name) => cellText(row[name])));
      }
    },
  };
}

/** The columns of the first level that hold single values. */
function plainColumns({ schema }: FileMetaData): SchemaElement[] {
  const columns: SchemaElement[] = [];
  for (let index = 1; index < schema.length; ) {
    const element = schema[index] as SchemaElement;
    if (element.num_children === undefined && element.repetition_type !== 'REPEATED') columns.push(element);
    index = afterSubtree(schema, index);
  }
  return columns;
}

function afterSubtree(schema: readonly SchemaElement[], index: number): number {
  let next = index + 1;
  for (let children = schema[index]?.num_children ?? 0; children > 0; children -= 1) {
    if (next >= schema.length) return schema.length;
    next = afterSubtree(schema, next);
  }
  return next;
}

/** Data frames write an index that has no name under this one. */
function unnamedIndex(name: string): string {
  return name === '__index_level_0__' ? '' : name;
}

function timeTypeOf(element: SchemaElement | undefined): string | undefined {
  const { type, converted_type: converted, logical_type: logical } = element ?? {};
  if (logical?.type === 'TIMESTAMP') return `timestamps in ${unitNames[logical.unit]}`;
  if (converted === 'TIMESTAMP_MILLIS') return `timestamps in ${unitNames.MILLIS}`;
  if (converted === 'TIMESTAMP_MICROS') return `timestamps in ${unitNames.MICROS}`;
  if (type === 'INT96') return `timestamps in ${unitNames.NANOS}`;
  return converted === 'DATE' || logical?.type === 'DATE' ? 'dates' : undefined;
}

const unitNames = { MILLIS: 'milliseconds', MICROS: 'microseconds', NANOS: 'nanoseconds' } as const;

function cellText(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  return value === null || value === undefined ? '' : String(value);
}

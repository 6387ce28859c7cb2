import {
  type Compressors,
  type FileMetaData,
  type ParquetParsers,
  parquetMetadataAsync,
  parquetRead,
  type SchemaElement,
} from 'hyparquet';
import { unpackBrotli, unpackGzip, unpackLz4Block, unpackLz4Hadoop, unpackZstd } from './decompress.ts';
import { columnName, damaged, mostRows, type NamedTable } from './namedTable.ts';
import type { Source } from './source.ts';

/** Snappy is built in. */
const compressors: Compressors = {
  GZIP: unpackGzip,
  BROTLI: unpackBrotli,
  ZSTD: unpackZstd,
  LZ4: unpackLz4Hadoop,
  LZ4_RAW: unpackLz4Block,
};

const dayMilliseconds = 86_400_000;

/** Times are cut to whole milliseconds. */
const parsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (value) => new Date(Number(value)),
  timestampFromMicroseconds: (value) => new Date(Math.floor(Number(value) / 1e3)),
  timestampFromNanoseconds: (value) => new Date(Math.floor(Number(value) / 1e6)),
  dateFromDays: (days) => new Date(days * dayMilliseconds),
};

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
    names: names.map(columnName),
    timeType: (column) => timeTypeOf(elements[column]),
    async *batches(columns, most = rowCount) {
      const chosen = columns.map((column) => names[column] ?? '');
      let rowStart = 0;
      // A group of rows is unpacked as a whole, so that none is unpacked twice.
      for (const { num_rows: groupRows } of metadata.row_groups) {
        if (rowStart >= most) return;
        const length = Math.min(Number(groupRows), most - rowStart);
        const values = new Map<string, unknown[]>(chosen.map((name) => [name, new Array(length)]));
        await parquetRead({
          file,
          metadata,
          columns: chosen,
          rowStart,
          rowEnd: rowStart + length,
          compressors,
          parsers,
          onChunk({ columnName: name, columnData, rowStart: first }) {
            const column = values.get(name) ?? [];
            const offset = first - rowStart;
            for (let row = Math.max(0, -offset); row < columnData.length && offset + row < length; row += 1) {
              column[offset + row] = columnData[row];
            }
          },
        });
        yield { length, columns: chosen.map((name) => values.get(name) ?? []) };
        rowStart += Number(groupRows);
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

function timeTypeOf(element: SchemaElement | undefined): string | undefined {
  const { type, converted_type: converted, logical_type: logical } = element ?? {};
  if (logical?.type === 'TIMESTAMP') return `timestamps in ${unitNames[logical.unit]}`;
  if (converted === 'TIMESTAMP_MILLIS') return `timestamps in ${unitNames.MILLIS}`;
  if (converted === 'TIMESTAMP_MICROS') return `timestamps in ${unitNames.MICROS}`;
  if (type === 'INT96') return `timestamps in ${unitNames.NANOS}`;
  return converted === 'DATE' || logical?.type === 'DATE' ? 'dates' : undefined;
}

const unitNames = { MILLIS: 'milliseconds', MICROS: 'microseconds', NANOS: 'nanoseconds' } as const;

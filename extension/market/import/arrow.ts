import {
  CompressionType,
  compressionRegistry,
  type DataType,
  type Table,
  TimeUnit,
  Type,
  type Vector,
} from 'apache-arrow';
import { readTable } from '../arrowTable.ts';
import { unpackLz4Frame, unpackZstd } from './decompress.ts';
import { damaged, mostRows, type NamedTable, numberText, timeText } from './namedTable.ts';
import type { Source } from './source.ts';

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4Frame });
compressionRegistry.set(CompressionType.ZSTD, { decode: unpackZstd });

/** Rows that are text at one time. */
const batchRows = 100_000;

/**
 * Opens an Arrow IPC file, which Feather version 2 is, or an IPC stream; plain or packed with LZ4 or
 * Zstandard. Nested columns are left out. Throws `data.format`.
 */
export function openArrow(source: Source, kind: 'arrow file' | 'arrow stream'): NamedTable {
  const format = kind === 'arrow file' ? 'Arrow (Feather)' : 'Arrow stream';
  let table: Table;
  try {
    table = readTable(source.bytes);
  } catch (error) {
    throw damaged(source, format, error);
  }
  const { numRows } = table;
  if (numRows > mostRows) {
    throw damaged(source, format, new Error(`it has ${numRows} rows, and ${mostRows} can be read`));
  }
  const columns = table.schema.fields.flatMap(({ name, type }, index) => {
    const vector = table.getChildAt(index);
    return vector === null || isNested(type) ? [] : [{ name, type, vector }];
  });
  return {
    format,
    // Data frames write an index that has no name under this one.
    names: columns.map(({ name }) => (name === '__index_level_0__' ? '' : name)),
    timeType: (column) => timeTypeOf(columns[column]?.type),
    async *batches(chosen, most = numRows) {
      const cells = chosen.flatMap((column) => {
        const found = columns[column];
        return found === undefined ? [] : [cellReader(found.vector, found.type)];
      });
      const count = Math.min(most, numRows);
      for (let start = 0; start < count; start += batchRows) {
        const length = Math.min(batchRows, count - start);
        yield Array.from({ length }, (_, row) => cells.map((cell) => cell(start + row)));
      }
    },
  };
}

function isNested({ typeId }: DataType): boolean {
  return [Type.List, Type.FixedSizeList, Type.Struct, Type.Map, Type.Union].includes(typeId);
}

function timeTypeOf(type: DataType | undefined): string | undefined {
  if (type?.typeId === Type.Date) return 'dates';
  return type?.typeId === Type.Timestamp
    ? `timestamps in ${TimeUnit[(type as DataType & { unit: TimeUnit }).unit].toLowerCase()}s`
    : undefined;
}

/** Reads the cells of a column as text, by the column's type. */
function cellReader(vector: Vector, type: DataType): (row: number) => string {
  const read =
    (text: (value: never) => string) =>
    (row: number): string => {
      const value = vector.get(row) as never;
      return value === null ? '' : text(value);
    };
  switch (type.typeId) {
    case Type.Timestamp:
      return read((value: number) => timeText(value));
    case Type.Date:
      return read((value: number | Date) => timeText(Number(value)).slice(0, 10));
    case Type.Decimal: {
      const { scale } = type as DataType & { scale: number };
      return read((value: Uint32Array) => decimalText(value, scale));
    }
    case Type.Float:
      return read(numberText);
    default:
      return read((value: unknown) => String(value));
  }
}

/** A decimal from its 32-bit words, the lowest first, in two's complement. */
function decimalText(words: Uint32Array, scale: number): string {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  const value = BigInt.asIntN(32 * words.length, unsigned);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const sign = value < 0n ? '-' : '';
  const whole = digits.slice(0, digits.length - scale);
  return scale <= 0 ? sign + digits : `${sign}${whole}.${digits.slice(-scale)}`;
}

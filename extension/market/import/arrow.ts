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
import { columnName, damaged, mostRows, type NamedTable } from './namedTable.ts';
import type { Source } from './source.ts';

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4Frame });
compressionRegistry.set(CompressionType.ZSTD, { decode: unpackZstd });

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
    names: columns.map(({ name }) => columnName(name)),
    timeType: (column) => timeTypeOf(columns[column]?.type),
    async *batches(chosen, most = numRows) {
      const length = Math.min(most, numRows);
      const values = chosen.map((index) => {
        const column = columns[index];
        return column === undefined ? [] : valuesOf(column.vector.slice(0, length), column.type);
      });
      yield { length, columns: values };
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

/** The values of a column, by its type; times are cut to whole milliseconds. */
function valuesOf(vector: Vector, type: DataType): ArrayLike<unknown> {
  if (type.typeId === Type.Float && vector.nullCount === 0) return vector.toArray();
  const read = (convert: (value: never) => unknown): unknown[] =>
    Array.from({ length: vector.length }, (_, row) => {
      const value = vector.get(row) as never;
      return value === null ? null : convert(value);
    });
  switch (type.typeId) {
    case Type.Timestamp:
      return read((value: number) => new Date(Math.floor(value)));
    case Type.Date:
      return read((value: number | Date) => new Date(Number(value)));
    case Type.Decimal: {
      const { scale } = type as DataType & { scale: number };
      return read((value: Uint32Array) => decimalText(value, scale));
    }
    default:
      return read((value: unknown) => value);
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

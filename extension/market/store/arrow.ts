import type { Table } from 'apache-arrow';
import * as z from 'zod';
import {
  type CandleColumns,
  type Candles,
  type CandlesMeta,
  candlesMetaSchema,
} from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import { candleColumnNames, hashCandles } from '../candles.ts';

/** Schema metadata of an Arrow file holds strings alone. */
const storedMetaSchema = candlesMetaSchema.extend({
  synthetic: z.enum(['true', 'false']).transform((text) => text === 'true'),
});

/**
 * Candles as an Arrow IPC file (Feather version 2, uncompressed): one record batch, six Float64 columns
 * named as in `candleColumnNames`, `time` in UTC ms, and the CandlesMeta as schema metadata.
 */
export async function encodeCandles(candles: Candles): Promise<Uint8Array> {
  const { Field, Float64, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } = await import(
    'apache-arrow'
  );
  const { venue, symbol, timeframe, synthetic, hash } = candles;
  const metadata = new Map(Object.entries({ venue, symbol, timeframe, synthetic: String(synthetic), hash }));
  const fields = candleColumnNames.map((name) => new Field(name, new Float64(), false));
  const children = candleColumnNames.map((name) => makeData({ type: new Float64(), data: candles[name] }));
  const schema = new Schema(fields, metadata);
  const data = makeData({ type: new Struct(fields), length: candles.time.length, children, nullCount: 0 });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), 'file');
}

/** Bytes before the first message of an Arrow file: `ARROW1` and two of padding. */
const magicBytes = 8;
/** Each message begins with a marker and the length of its description. */
const prefixBytes = 8;

/** The bytes of a column in its file: the first, and the one after the last. */
export interface ColumnPlace {
  readonly from: number;
  readonly to: number;
}

/**
 * Where the columns lie in a file of `encodeCandles`, in their order, by its first bytes alone. Empty where
 * these describe something else.
 */
export async function columnPlaces(head: Uint8Array): Promise<ColumnPlace[]> {
  const { Message } = await import('apache-arrow');
  try {
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    const body = magicBytes + prefixBytes + view.getInt32(magicBytes + 4, true);
    const message = Message.decode(head.subarray(magicBytes + prefixBytes, body));
    if (!message.isRecordBatch()) return [];
    const { length, buffers } = message.header();
    // Each column has two buffers: which values are absent, here empty, and the values.
    return candleColumnNames.map((_, column) => {
      const from = body + (buffers[2 * column + 1]?.offset ?? Number.NaN);
      return { from, to: from + length * Float64Array.BYTES_PER_ELEMENT };
    });
  } catch {
    return [];
  }
}

/**
 * Reads what `encodeCandles` wrote. The columns are views of `bytes`; nothing is copied or parsed. The
 * content hash is asked for again, so that a changed byte is found. Throws `data.format` when the file is
 * damaged or is none of the lab's.
 */
export async function decodeCandles(
  bytes: Uint8Array,
  path: string,
  hashOf: typeof hashCandles = hashCandles,
): Promise<Candles> {
  const { readTable } = await import('../arrowTable.ts');
  const damaged = (problem: string, cause?: unknown): LabError =>
    new LabError('data.format', `The stored candles ${path} cannot be used: ${problem}.`, {
      action: 'Delete that file and import the candles again.',
      place: { file: path },
      cause,
    });
  let table: Table;
  try {
    table = readTable(bytes);
  } catch (cause) {
    throw damaged('it is not a whole Arrow file', cause);
  }
  const meta = storedMetaSchema.safeParse(Object.fromEntries(table.schema.metadata));
  if (!meta.success) throw damaged('its description is missing or wrong', meta.error);

  const names = table.schema.fields.map((field) => field.name);
  if (names.join() !== candleColumnNames.join()) throw damaged('it has other columns than candles have');
  const column = (name: string): Float64Array => {
    const chunks = table.getChild(name)?.data ?? [];
    const values: unknown = chunks[0]?.values;
    if (chunks.length !== 1 || !(values instanceof Float64Array)) {
      throw damaged(`its column ${name} is not one block of Float64`);
    }
    return values.subarray(0, table.numRows);
  };
  const columns = {
    time: column('time'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
  return withCheckedContent(meta.data, columns, hashOf, damaged);
}

function withCheckedContent(
  meta: CandlesMeta,
  columns: CandleColumns,
  hashOf: typeof hashCandles,
  damaged: (problem: string) => LabError,
): Candles {
  const { time } = columns;
  for (const name of candleColumnNames) {
    if (columns[name].length !== time.length) throw damaged('its columns differ in length');
  }
  let previous = Number.NEGATIVE_INFINITY;
  for (const value of time) {
    if (!(value > previous)) throw damaged('its times do not increase');
    previous = value;
  }
  if (hashOf(meta.timeframe, columns) !== meta.hash) throw damaged('its content does not match its hash');
  return { ...meta, ...columns };
}

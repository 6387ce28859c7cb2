import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import { noCode, type OrderCodes, type OrderEvents, orderCodesSchema } from '../contracts/orderEvents.ts';

/*
 * The file of a run's order events: the length of a head as Uint32, the head as JSON with spaces up to a
 * multiple of 8 bytes, then the columns one after the other, those of wide numbers first. Little-endian.
 */
const headSchema = z.object({
  events: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  codes: orderCodesSchema,
});

const floats = ['time', 'order', 'size', 'limit', 'trigger', 'units', 'price'] as const;
const bytes = ['market', 'kind', 'side', 'sizeKind', 'state', 'reason'] as const;
const bytesAnEvent = floats.length * 8 + 4 + bytes.length;

function columnsOf(events: OrderEvents): (Float64Array | Uint32Array | Uint8Array)[] {
  return [...floats.map((name) => events[name]), events.bar, ...bytes.map((name) => events[name])];
}

export function encodeOrderEvents(events: OrderEvents): Uint8Array {
  const { total, codes, time } = events;
  const head = JSON.stringify({ events: time.length, total, codes });
  const text = new TextEncoder().encode(head.padEnd(Math.ceil((head.length + 4) / 8) * 8 - 4));
  const file = new Uint8Array(4 + text.length + time.length * bytesAnEvent);
  new DataView(file.buffer).setUint32(0, text.length, true);
  file.set(text, 4);
  let offset = 4 + text.length;
  for (const { buffer, byteOffset, byteLength } of columnsOf(events)) {
    file.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  return file;
}

/** @throws LabError `journal.corrupt` for what is no file of order events */
export function decodeOrderEvents(file: Uint8Array): OrderEvents {
  const { head, from } = readHead(file);
  const { events: count, total, codes } = head;
  if (file.length !== from + count * bytesAnEvent) throw corrupt(`has ${file.length} bytes`);
  // A number array must begin at a multiple of its width.
  const body = new Uint8Array(file.subarray(from)).buffer;
  let offset = 0;
  const next = <T>(
    make: new (buffer: ArrayBuffer, offset: number, length: number) => T,
    width: number,
  ): T => {
    const column = new make(body, offset, count);
    offset += count * width;
    return column;
  };
  const wide = () => next(Float64Array, 8);
  const [time, order, size, limit, trigger, units, price] = [
    wide(),
    wide(),
    wide(),
    wide(),
    wide(),
    wide(),
    wide(),
  ];
  const bar = next(Uint32Array, 4);
  const byte = () => next(Uint8Array, 1);
  const [market, kind, side, sizeKind, state, reason] = [byte(), byte(), byte(), byte(), byte(), byte()];
  const coded = { kind, side, sizeKind, state, reason };
  for (const [name, column] of Object.entries(coded)) {
    const { length } = codes[name as keyof OrderCodes];
    const isNeeded = name === 'kind' || name === 'state';
    if (column.some((code) => code >= length && (isNeeded || code !== noCode)))
      throw corrupt(`has an unknown ${name}`);
  }
  return { total, codes, time, bar, market, order, ...coded, size, limit, trigger, units, price };
}

function readHead(file: Uint8Array): { readonly head: z.infer<typeof headSchema>; readonly from: number } {
  const length = file.length < 4 ? 0 : new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(file.subarray(4, 4 + length)));
  } catch {
    throw corrupt('has no head');
  }
  const head = headSchema.safeParse(value);
  if (!head.success) throw corrupt(`has a head that does not fit: ${z.prettifyError(head.error)}`);
  return { head: head.data, from: 4 + length };
}

function corrupt(what: string): LabError {
  return new LabError('journal.corrupt', `The file of a run's order events ${what}.`, {
    action: 'Run the strategy again.',
  });
}

import type * as z from 'zod';
import { checkIntent, intentColumns, intentWidth, OrderError } from '../extension/backtest/intents.ts';
import { outputError, protocolError } from './failures.ts';
import { type Frame, type FrameType, intentsHeaderBytes, nonceBytes } from './frames.ts';

const textDecoder = new TextDecoder('utf-8', { fatal: true });
/** Bytes of a frame of text; the longest is the last, with the log. */
const longestText = 1_048_576;

/**
 * The content of a frame of text.
 * @throws LabError `sandbox.protocol`, `sandbox.output`
 */
export function readText<S extends z.ZodType<{ nonce: string }>>(
  frame: Frame,
  schema: S,
  nonce: string,
): z.infer<S> {
  if (frame.payload.length > longestText) throw outputError();
  let value: unknown;
  try {
    value = JSON.parse(textDecoder.decode(frame.payload));
  } catch {
    throw protocolError('sent a frame that is no JSON');
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.join('.') ?? '';
    throw protocolError(`sent a frame with a wrong value${place === '' ? '' : ` at ${place.slice(0, 100)}`}`);
  }
  if (parsed.data.nonce !== nonce) throw protocolError('sent a frame with a wrong nonce');
  return parsed.data;
}

/** @throws LabError `sandbox.protocol` for any type but the wanted one */
export function requireType(frame: Frame, wanted: FrameType): void {
  if (frame.type !== wanted) {
    throw protocolError(`sent a frame of type ${frame.type} where type ${wanted} belongs`);
  }
}

/** What one parameter set answered to one chunk. */
export interface SetAnswer {
  /** Rows of `intentWidth` numbers. */
  readonly rows: Float64Array;
  readonly count: number;
  /** Fills so far and their rolling hash after the chunk, as the sandbox claims them. */
  readonly fills: number;
  readonly fillHashHigh: number;
  readonly fillHashLow: number;
}

export interface ChunkExpectation {
  readonly nonce: Uint8Array;
  /** Number of the chunk, from 0, and its times: `from` included, `to` not. */
  readonly chunk: number;
  readonly from: number;
  readonly to: number;
  /** No order may be given before this bar of the run. */
  readonly firstBar: number;
  readonly intentsPerBar: number;
  /** Markets of the run. */
  readonly markets: number;
  /** Plotted values that follow the intents. */
  readonly plotted: number;
  /** Last order number of each set so far; moved on to the last of this chunk. */
  readonly lastIds: Float64Array;
}

export interface ChunkAnswer {
  readonly sets: readonly SetAnswer[];
  /** Plot after plot, a number a bar; any number, because nothing is computed from it. */
  readonly plotted: Float64Array;
}

/**
 * The answer to one chunk, every number of its intents checked, before the next chunk is revealed.
 * @throws LabError `sandbox.protocol`
 */
export function readIntents(payload: Uint8Array, expected: ChunkExpectation): ChunkAnswer {
  const sets = expected.lastIds.length;
  const headBytes = intentsHeaderBytes(sets);
  if (payload.length < headBytes) throw protocolError('sent an intents frame that is too short');
  if (expected.nonce.some((byte, index) => payload[index] !== byte)) {
    throw protocolError('sent a frame with a wrong nonce');
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (view.getUint32(nonceBytes, true) !== expected.chunk) {
    throw protocolError('answered another chunk than it was given');
  }
  if (view.getUint32(nonceBytes + 4, true) !== sets) {
    throw protocolError('answered for another number of parameter sets');
  }
  const answers: SetAnswer[] = [];
  let offset = headBytes;
  for (let set = 0; set < sets; set++) {
    const head = nonceBytes + 8 + set * 16;
    const count = view.getUint32(head, true);
    const bytes = count * intentWidth * 8;
    if (offset + bytes > payload.length) throw protocolError('sent an intents frame that is too short');
    const start = payload.byteOffset + offset;
    const rows = new Float64Array(payload.buffer.slice(start, start + bytes) as ArrayBuffer);
    checkRows(rows, count, set, expected);
    answers.push({
      rows,
      count,
      fills: view.getUint32(head + 4, true),
      fillHashHigh: view.getUint32(head + 8, true),
      fillHashLow: view.getUint32(head + 12, true),
    });
    offset += bytes;
  }
  const plottedBytes = expected.plotted * 8;
  if (offset + plottedBytes > payload.length) throw protocolError('sent an intents frame that is too short');
  if (offset + plottedBytes < payload.length) throw protocolError('sent bytes behind its intents');
  const start = payload.byteOffset + offset;
  const plotted = new Float64Array(payload.buffer.slice(start, start + plottedBytes) as ArrayBuffer);
  return { sets: answers, plotted };
}

function checkRows(rows: Float64Array, count: number, set: number, expected: ChunkExpectation): void {
  let lastBar = Math.max(expected.from, expected.firstBar);
  let onBar = 0;
  let lastId = expected.lastIds[set] ?? 0;
  for (let row = 0; row < count; row++) {
    const offset = row * intentWidth;
    const bar = rows[offset + intentColumns.bar] ?? Number.NaN;
    const id = rows[offset + intentColumns.id] ?? Number.NaN;
    if (!Number.isInteger(bar) || bar < lastBar || bar >= expected.to) {
      throw protocolError('sent an order for a bar outside its chunk or out of order');
    }
    if (!Number.isSafeInteger(id) || id <= lastId) {
      throw protocolError('sent orders whose numbers do not increase');
    }
    onBar = bar === lastBar ? onBar + 1 : 1;
    if (onBar > expected.intentsPerBar) throw protocolError('sent more orders on one bar than it may');
    try {
      checkIntent(rows, offset, expected.markets);
    } catch (error) {
      if (error instanceof OrderError) throw protocolError(`sent an impossible order: ${error.message}`);
      throw error;
    }
    lastBar = bar;
    lastId = id;
  }
  expected.lastIds[set] = lastId;
}

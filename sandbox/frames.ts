import * as z from 'zod';
import { mostMarkets } from '../extension/backtest/intents.ts';
import { longestPlotName, maximumPlots } from '../extension/backtest/rules.ts';
import { runSettingsSchema } from '../extension/contracts/backtest.ts';
import { timeframeSchema } from '../extension/contracts/candles.ts';
import { parameterValuesSchema, strategyDescriptionSchema } from '../extension/contracts/strategy.ts';
import { longestRefusal, mostRefusals } from './runner/refusals.ts';

/**
 * The frame protocol between host and runner, on the runner's stdin and stdout:
 * u32 length of the payload, u8 type, three zero bytes, payload; all little-endian.
 *
 * The order is fixed. Host: hello, source. Runner: ready. Host: start. Runner: started. Then for each chunk, host:
 * bars; runner: intents, and only then the next chunk (commit before reveal). Up to the first bars the host waits for
 * no answer, so that all of it goes out in one piece.
 * Host: end. Runner: done. Where the payload of end is the byte 1, another start follows, with other
 * parameter sets. In place of any answer the runner may send fail. The runner never learns how many bars
 * there are, and every frame of it carries the nonce that hello gave.
 */
export const protocolVersion = 5;

export const frameTypes = {
  hello: 1,
  source: 2,
  start: 3,
  bars: 4,
  end: 5,
  ready: 65,
  started: 66,
  intents: 67,
  done: 68,
  fail: 69,
} as const;

export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];

/** Argument of a runner that is started before a run asks for it. */
export const aheadArgument = 'ahead';

export const headerBytes = 8;
/** Length of the nonce in bytes; it travels as twice as many hex digits. */
export const nonceBytes = 16;

/** Plots as `setup` declared them. */
export const plotsSchema = z
  .array(z.object({ name: z.string().min(1).max(longestPlotName), pane: z.enum(['price', 'below']) }))
  .max(maximumPlots);

const nonceSchema = z.string().regex(/^[0-9a-f]{32}$/);

export const helloSchema = z.object({
  protocol: z.literal(protocolVersion),
  nonce: nonceSchema,
  /** Bytes of the strategy's log that are kept. */
  logBytes: z.number().int().min(0).max(1_048_576),
  /** Orders that one set may give on one bar. */
  intentsPerBar: z.number().int().min(1).max(1000),
});

export const startSchema = z.object({
  /** Values that are left out are the strategy's defaults. */
  sets: z.array(parameterValuesSchema).min(1).max(4096),
  settings: runSettingsSchema,
  /** Names of the markets, in the order of their bars. */
  symbols: z.array(z.string().max(100)).min(1).max(mostMarkets),
  timeframe: timeframeSchema,
  /** Bar before which `next` is not called. */
  firstBar: z.number().int().nonnegative().default(0),
  /** Whether the values of what the first set plots are wanted. */
  plots: z.boolean(),
});

export const readySchema = z.object({
  nonce: nonceSchema,
  protocol: z.literal(protocolVersion),
  /** SHA-256 of the realm bundle (engine and strategy API) that the runner holds. */
  engineHash: z.string().regex(/^[0-9a-f]{64}$/),
  runtime: z.string().max(100),
  /** Whether all orders of a chunk come from one look at all bars so far: such a run gets few, long chunks. */
  isVectorised: z.boolean().default(false),
  description: strategyDescriptionSchema,
});

export const startedSchema = z.object({
  nonce: nonceSchema,
  /** Bars each set waits before its first `next`. */
  warmups: z.array(z.number().int().nonnegative()).max(4096),
  /** What the first set plots; none where the start did not ask. */
  plots: plotsSchema,
});

/** What a strategy reached for and was refused, and how often. */
export const refusalsSchema = z
  .array(
    z.object({
      what: z.string().max(longestRefusal),
      line: z.number().int().positive().nullable(),
      column: z.number().int().positive().nullable(),
      count: z.number().int().positive(),
    }),
  )
  .max(mostRefusals);

export const doneSchema = z.object({
  nonce: nonceSchema,
  bars: z.number().int().nonnegative(),
  log: z.array(z.string()).max(10_000),
  logDropped: z.number().int().nonnegative(),
  /** Of the first set; the number is of all sets and may be higher than the counts make together. */
  refusals: refusalsSchema.default([]),
  refused: z.number().int().nonnegative().default(0),
});

export const failSchema = z.object({
  nonce: nonceSchema,
  /** `source`: it does not parse; `module`: it is no strategy; or the function that threw. */
  phase: z.enum(['source', 'module', 'setup', 'next', 'signals']),
  /** True when an order could not be taken, and not the strategy's own code failed. */
  isOrder: z.boolean(),
  message: z.string().max(2000),
  set: z.number().int().nonnegative().nullable(),
  bar: z.number().int().nonnegative().nullable(),
  time: z.number().nullable(),
  line: z.number().int().positive().nullable(),
  column: z.number().int().positive().nullable(),
});

export type Hello = z.infer<typeof helloSchema>;
export type Start = z.infer<typeof startSchema>;
export type Ready = z.infer<typeof readySchema>;
export type Plot = z.infer<typeof plotsSchema>[number];
export type Fail = z.infer<typeof failSchema>;
export type Refusal = z.infer<typeof refusalsSchema>[number];

/** What an end frame says: whether another pass follows. */
export const endPayload = { last: Uint8Array.of(0), more: Uint8Array.of(1) } as const;

/**
 * An intents payload: 16 nonce bytes, u32 chunk number from 0, u32 sets; then for each set u32 intents,
 * u32 fills so far, u32 and u32 of the rolling fill hash after the chunk; then for each set its intents,
 * `intentWidth` Float64 each; then, of the plots that `started` named, one Float64 a bar of the first market in
 * the chunk, plot after plot. A bars payload is a block as extension/backtest/barsBlock.ts has it.
 */
export function intentsHeaderBytes(sets: number): number {
  return nonceBytes + 8 + sets * 16;
}

/** Joins header and payload parts into one frame. */
export function encodeFrame(type: FrameType, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const frame = new Uint8Array(headerBytes + length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, length, true);
  frame[4] = type;
  let offset = headerBytes;
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}

const textEncoder = new TextEncoder();

export function encodeJsonFrame(type: FrameType, value: unknown): Uint8Array {
  return encodeFrame(type, textEncoder.encode(JSON.stringify(value)));
}

export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Thrown for a header that no honest peer sends; it may be sound but for its length. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
  readonly isTooLong: boolean;

  constructor(message: string, isTooLong: boolean) {
    super(message);
    this.isTooLong = isTooLong;
  }
}

/**
 * Cuts a byte stream into frames. A payload above `maximumPayload` is refused at its header, before
 * a byte of it is kept; pieces are copied once, so that a slow trickle costs no more than its bytes.
 */
export class FrameReader {
  readonly #maximumPayload: number;
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  #payload: Uint8Array | undefined;
  #payloadFilled = 0;

  constructor(maximumPayload: number) {
    this.#maximumPayload = maximumPayload;
  }

  /** True between two frames. */
  get atBoundary(): boolean {
    return this.#headerFilled === 0;
  }

  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let offset = 0;
    while (offset < chunk.length || this.#payload?.length === this.#payloadFilled) {
      if (this.#payload === undefined) {
        const taken = Math.min(headerBytes - this.#headerFilled, chunk.length - offset);
        this.#header.set(chunk.subarray(offset, offset + taken), this.#headerFilled);
        this.#headerFilled += taken;
        offset += taken;
        if (this.#headerFilled < headerBytes) break;
        this.#payload = new Uint8Array(this.#payloadLength());
        this.#payloadFilled = 0;
      }
      const payload = this.#payload;
      const taken = Math.min(payload.length - this.#payloadFilled, chunk.length - offset);
      payload.set(chunk.subarray(offset, offset + taken), this.#payloadFilled);
      this.#payloadFilled += taken;
      offset += taken;
      if (this.#payloadFilled < payload.length) break;
      frames.push({ type: this.#header[4] ?? 0, payload });
      this.#payload = undefined;
      this.#headerFilled = 0;
    }
    return frames;
  }

  #payloadLength(): number {
    const length = new DataView(this.#header.buffer).getUint32(0, true);
    if (this.#header[5] !== 0 || this.#header[6] !== 0 || this.#header[7] !== 0) {
      throw new FrameError('a frame header holds bytes that are not zero where zeros belong', false);
    }
    if (length > this.#maximumPayload) {
      throw new FrameError(`a frame of ${length} bytes is above the limit of ${this.#maximumPayload}`, true);
    }
    return length;
  }
}

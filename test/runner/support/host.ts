import { realmHash, realmSource } from 'virtual:realm';
import { intentWidth } from '../../../extension/backtest/intents.ts';
import { defaultRunSettings, type RunSettings } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import {
  encodeFrame,
  encodeJsonFrame,
  type Frame,
  FrameReader,
  frameTypes,
  intentsHeaderBytes,
  nonceBytes,
  protocolVersion,
} from '../../../sandbox/frames.ts';
import { RunnerCore } from '../../../sandbox/runner/runnerCore.ts';
import { createVmRealms } from '../../../sandbox/runner/vmRealm.ts';
import { market, packed } from './realm.ts';

export const nonce = '00112233445566778899aabbccddeeff';

export const helloOf = (changes: Readonly<Record<string, unknown>> = {}) => ({
  protocol: protocolVersion,
  nonce,
  logBytes: 65_536,
  intentsPerBar: 16,
  ...changes,
});

export function startOf(
  sets: readonly Readonly<Record<string, number>>[] = [{}],
  settings: RunSettings = defaultRunSettings,
  plots = false,
) {
  return { sets, settings, symbols: ['TEST'], timeframe: '1h', plots };
}

export function barsPayload(columns: CandleColumns, from: number, to: number): Uint8Array {
  return new Uint8Array(packed(columns, from, to).buffer);
}

export function barsFrame(from: number, to: number, columns: CandleColumns = market): Uint8Array {
  return encodeFrame(frameTypes.bars, barsPayload(columns, from, to));
}

export function sourceFrame(source: string): Uint8Array {
  return encodeFrame(frameTypes.source, new TextEncoder().encode(source));
}

export function jsonFrame(type: Frame['type'], value: unknown): Uint8Array {
  return encodeJsonFrame(type as Parameters<typeof encodeJsonFrame>[0], value);
}

export interface Intents {
  readonly nonce: string;
  readonly chunk: number;
  readonly sets: readonly {
    readonly fills: number;
    readonly hashHigh: number;
    readonly hashLow: number;
    /** `intentWidth` numbers a row. */
    readonly rows: Float64Array;
  }[];
  readonly plotted: Float64Array;
}

/** Reads an intents payload by its description in frames.ts; `plotted` values must follow the intents. */
export function decodeIntents(payload: Uint8Array, plotted = 0): Intents {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const count = view.getUint32(nonceBytes + 4, true);
  let offset = intentsHeaderBytes(count);
  const sets = Array.from({ length: count }, (_, set) => {
    const at = nonceBytes + 8 + set * 16;
    const bytes = view.getUint32(at, true) * intentWidth * 8;
    const rows = new Float64Array(Uint8Array.from(payload.subarray(offset, offset + bytes)).buffer);
    offset += bytes;
    return {
      fills: view.getUint32(at + 4, true),
      hashHigh: view.getUint32(at + 8, true),
      hashLow: view.getUint32(at + 12, true),
      rows,
    };
  });
  if (offset + plotted * 8 !== payload.length) throw new Error('the payload is longer than it says');
  return {
    nonce: Buffer.from(payload.subarray(0, nonceBytes)).toString('hex'),
    chunk: view.getUint32(nonceBytes, true),
    sets,
    plotted: new Float64Array(Uint8Array.from(payload.subarray(offset)).buffer),
  };
}

export function decodeJson(payload: Uint8Array): Record<string, unknown> {
  return JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>;
}

/** A runner in this process, spoken to in frames. */
export class LocalRunner {
  readonly core: RunnerCore;

  constructor(createRealm = createVmRealms(realmSource).create) {
    this.core = new RunnerCore({ engineHash: realmHash, runtime: 'test', createRealm });
  }

  /** Hands over one frame and returns the frames of the answer. */
  send(frame: Uint8Array): Frame[] {
    const [{ type, payload } = { type: 0, payload: new Uint8Array(0) }] = new FrameReader(2 ** 30).push(
      frame,
    );
    const reader = new FrameReader(2 ** 30);
    return this.core.handle(type, payload).flatMap((answer) => reader.push(answer));
  }

  /** Hands over one frame that has exactly one answer. */
  ask(frame: Uint8Array): Frame {
    const [answer, ...others] = this.send(frame);
    if (answer === undefined || others.length > 0) throw new Error('there is not one answer');
    return answer;
  }

  /** Everything up to the first bars. */
  begin(source: string, sets: Parameters<typeof startOf>[0] = [{}], hello = helloOf(), plots = false): void {
    this.send(jsonFrame(frameTypes.hello, hello));
    this.send(sourceFrame(source));
    this.send(jsonFrame(frameTypes.start, startOf(sets, defaultRunSettings, plots)));
  }
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { type ChunkExpectation, readIntents, readText } from '../../sandbox/answers.ts';
import { DockerStreamSplitter } from '../../sandbox/dockerStream.ts';
import {
  encodeFrame,
  encodeJsonFrame,
  type Frame,
  FrameError,
  FrameReader,
  frameTypes,
  intentsHeaderBytes,
  protocolVersion,
  readySchema,
} from '../../sandbox/frames.ts';
import type { ExitFacts, KillReason, SandboxBackend, SandboxProcess } from '../../sandbox/sandbox.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import { engineHash, runRequest, strategyOf } from './support.ts';

const maximumPayload = 1000;

/** Cuts bytes into pieces at the given places. */
function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const cutsArbitrary = fc.array(fc.nat({ max: 5000 }), { maxLength: 12 });
const framesArbitrary = fc.array(fc.tuple(fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 60 })), {
  maxLength: 8,
});

describe('the reader of frames', () => {
  it('finds the same frames however their bytes are cut and joined', () => {
    fc.assert(
      fc.property(framesArbitrary, cutsArbitrary, (frames, cuts) => {
        const bytes = joined(frames.map(([type, payload]) => encodeFrame(type as never, payload)));
        const reader = new FrameReader(maximumPayload);
        const found = pieces(bytes, cuts).flatMap((piece) => reader.push(piece));
        expect(found.map(({ type, payload }) => [type, [...payload]])).toEqual(
          frames.map(([type, payload]) => [type, [...payload]]),
        );
        expect(reader.atBoundary).toBe(true);
      }),
    );
  });

  it('makes of any bytes frames of a bounded length, or refuses them, and never breaks otherwise', () => {
    const bytesArbitrary = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // Headers that are nearly sound.
      fc
        .tuple(fc.nat({ max: 2 * maximumPayload }), fc.uint8Array({ minLength: 4, maxLength: 4 }))
        .map(([length, rest]) => Uint8Array.of(length & 255, length >> 8, 0, 0, ...rest)),
    );
    fc.assert(
      fc.property(fc.array(bytesArbitrary, { maxLength: 6 }), cutsArbitrary, (parts, cuts) => {
        const bytes = joined(parts);
        const reader = new FrameReader(maximumPayload);
        const found: Frame[] = [];
        try {
          for (const piece of pieces(bytes, cuts)) found.push(...reader.push(piece));
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
        const taken = found.reduce((sum, { payload }) => sum + 8 + payload.length, 0);
        expect(taken).toBeLessThanOrEqual(bytes.length);
        for (const { payload } of found) expect(payload.length).toBeLessThanOrEqual(maximumPayload);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the reader of Docker's stream", () => {
  it('hands on no more bytes than came, and stops at the first header that is none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 10 }),
        cutsArbitrary,
        (parts, cuts) => {
          let [given, broken] = [0, 0];
          const count = (bytes: Uint8Array) => {
            expect(broken).toBe(0);
            given += bytes.length;
          };
          const splitter = new DockerStreamSplitter({ stdout: count, stderr: count, broken: () => broken++ });
          const bytes = joined(
            parts.map((part, index) => (index % 2 === 0 ? header(1 + (index % 4), part) : part)),
          );
          for (const piece of pieces(bytes, cuts)) splitter.push(piece);
          expect(given).toBeLessThanOrEqual(bytes.length);
          expect(broken).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

function header(kind: number, body: Uint8Array): Uint8Array {
  return Uint8Array.of(kind, 0, 0, 0, 0, 0, 0, body.length, ...body);
}

describe('the readers of answers', () => {
  const nonce = new Uint8Array(16).fill(7);
  const expectation = (): ChunkExpectation => {
    const bars = { nonce, chunk: 3, from: 100, to: 200, firstBar: 0 };
    return { ...bars, intentsPerBar: 2, markets: 1, plotted: 0, lastIds: new Float64Array(2) };
  };

  it('take any payload for what it is worth: an answer, or an error with its reason', () => {
    const heads = fc.uint8Array({ maxLength: 300 }).map((tail) => {
      const payload = new Uint8Array(24 + tail.length);
      payload.set(nonce);
      new DataView(payload.buffer).setUint32(16, 3, true);
      new DataView(payload.buffer).setUint32(20, 2, true);
      payload.set(tail, 24);
      return payload;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), heads), (payload) => {
        try {
          const { sets } = readIntents(payload, expectation());
          expect(sets).toHaveLength(2);
          expect(sets.reduce((sum, { rows }) => sum + rows.byteLength, 0)).toBeLessThanOrEqual(
            payload.length,
          );
        } catch (error) {
          expect(LabError.is(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('take any text for what it is worth', () => {
    const texts = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      // Deep as a parser's stack.
      fc.nat({ max: 20_000 }).map((depth) => new TextEncoder().encode('['.repeat(depth))),
    );
    fc.assert(
      fc.property(texts, (payload) => {
        expect(() => readText({ type: frameTypes.ready, payload }, readySchema, '00')).toThrow(LabError);
      }),
    );
  });
});

/** What becomes of the bytes of one answer. */
type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'drop' | 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array };

function mutate(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const at = mutation.at % bytes.length;
  const [before, behind] = [bytes.slice(0, at), bytes.slice(at)];
  switch (mutation.kind) {
    case 'flip':
      behind[0] = (behind[0] ?? 0) ^ (1 << mutation.bit);
      return joined([before, behind]);
    case 'drop':
      return joined([before, behind.slice(mutation.length)]);
    case 'double':
      return joined([before, behind.slice(0, mutation.length), behind]);
    case 'insert':
      return joined([before, mutation.bytes, behind]);
  }
}

const mutationArbitrary: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat({ max: 7 }) }),
  fc.record({
    kind: fc.constantFrom('drop' as const, 'double' as const),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 50 }),
  }),
);

/** An honest runner whose answer number `turn` is changed, and that then ends as if all were well. */
function mutatedBackend(turn: number, mutation: Mutation, cuts: readonly number[]): SandboxBackend {
  return {
    name: 'mutated',
    level: 'preview',
    probe: () => Promise.reject(new Error('not asked for')),
    prepare: () => Promise.resolve(),
    async start({ onOutput }): Promise<SandboxProcess> {
      const { promise: exit, resolve: end } = Promise.withResolvers<ExitFacts>();
      let [answers, bars, chunk, nonce] = [0, 0, 0, ''];
      let killedBy: KillReason | null = null;
      const reader = new FrameReader(2 ** 20);
      const say = (frame: Uint8Array): void => {
        const isMutated = answers++ === turn;
        for (const piece of pieces(isMutated ? mutate(frame, mutation) : frame, cuts)) onOutput(piece);
        if (isMutated) end({ code: 0, memoryExceeded: false, killedBy });
      };
      const answer = ({ type, payload }: Frame): void => {
        const text = () => JSON.parse(new TextDecoder().decode(payload)) as { nonce: string };
        if (type === frameTypes.hello) nonce = text().nonce;
        else if (type === frameTypes.source) {
          const description = { name: 'Mutated', params: {} };
          const hash = engineHash();
          say(
            encodeJsonFrame(frameTypes.ready, {
              ...{ nonce, protocol: protocolVersion, engineHash: hash, runtime: 'test', description },
            }),
          );
        } else if (type === frameTypes.start) {
          say(encodeJsonFrame(frameTypes.started, { nonce, warmups: [0], plots: [] }));
        } else if (type === frameTypes.bars) {
          const head = new Uint8Array(intentsHeaderBytes(1));
          const view = new DataView(head.buffer);
          head.set(Buffer.from(nonce, 'hex'));
          for (const [offset, value] of [
            [16, chunk++],
            [20, 1],
            [32, 0x2545f491],
            [36, 0x1b873593],
          ] as const) {
            view.setUint32(offset, value, true);
          }
          bars += new DataView(payload.buffer, payload.byteOffset).getFloat64(8, true);
          say(encodeFrame(frameTypes.intents, head));
        } else if (type === frameTypes.end) {
          say(encodeJsonFrame(frameTypes.done, { nonce, bars, log: [], logDropped: 0 }));
          end({ code: 0, memoryExceeded: false, killedBy });
        }
      };
      return {
        async write(bytes) {
          for (const frame of reader.push(bytes)) answer(frame);
        },
        async kill(reason) {
          killedBy ??= reason;
          end({ code: 137, memoryExceeded: false, killedBy });
        },
        exit,
        async dispose() {
          end({ code: null, memoryExceeded: false, killedBy });
        },
      };
    },
  };
}

describe('a conversation', () => {
  const run = (backend: SandboxBackend) =>
    runInSandbox(
      runRequest(backend, strategyOf(''), {
        chunks: [400, 600],
        limits: { ...defaultLimits, outputBytes: 100_000, answerBytes: 50_000 },
      }),
    );

  it('that nobody changes ends well, however its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(cutsArbitrary, async (cuts) => {
        const untouched = mutatedBackend(-1, { kind: 'drop', at: 0, length: 0 }, cuts);
        expect((await run(untouched)).sets[0]?.settled.equity).toHaveLength(1000);
      }),
      { numRuns: 20 },
    );
  });

  it('of which any answer is changed ends with an error of the lab, or as any other where nothing is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 4 }), mutationArbitrary, cutsArbitrary, async (turn, mutation, cuts) => {
        const outcome = await run(mutatedBackend(turn, mutation, cuts)).then(
          ({ sets }) => sets[0]?.fills,
          (error: unknown) => error,
        );
        // A letter of the name of a strategy may change and nobody is harmed; its orders and bars may not.
        if (outcome !== 0) expect(LabError.is(outcome), String(outcome)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

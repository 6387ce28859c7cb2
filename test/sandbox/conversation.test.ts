import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Conversation } from '../../sandbox/conversation.ts';
import { encodeFrame, frameTypes } from '../../sandbox/frames.ts';
import { defaultLimits, type ExitFacts, type SandboxBackend } from '../../sandbox/sandbox.ts';
import { reasonOf } from './support.ts';

const gone: ExitFacts = { code: null, memoryExceeded: false, killedBy: null };
const limits = { ...defaultLimits, answerMilliseconds: 1000 };
const started = encodeFrame(frameTypes.started, Uint8Array.of(1));
const intents = encodeFrame(frameTypes.intents, Uint8Array.of(2, 3));
const question = encodeFrame(frameTypes.bars);

/** A conversation with a sandbox that says what the test says. */
async function talk() {
  let say: (bytes: Uint8Array) => void = () => undefined;
  const backend: SandboxBackend = {
    name: 'Fake',
    level: 'container',
    probe: () => Promise.reject(new Error('nobody asks')),
    prepare: async () => undefined,
    async start({ onOutput }) {
      say = onOutput;
      return {
        write: async () => undefined,
        kill: async () => undefined,
        exit: new Promise<ExitFacts>((resolve) => setTimeout(resolve, 1e9, gone)),
        dispose: async () => undefined,
      };
    },
  };
  const { signal } = new AbortController();
  const conversation = await Conversation.open(backend, { limits, label: 'test', signal });
  return { conversation, say: (bytes: Uint8Array) => say(bytes) };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('two questions at one time', () => {
  it('get their answers in their order, however the bytes come', async () => {
    const bytes = Buffer.concat([started, intents]);
    for (const piece of [1, 7, bytes.length]) {
      const { conversation, say } = await talk();
      const answers = Promise.all([conversation.ask(question), conversation.ask(question)]);
      for (let from = 0; from < bytes.length; from += piece) say(bytes.subarray(from, from + piece));
      expect((await answers).map(({ type }) => type)).toEqual([frameTypes.started, frameTypes.intents]);
      conversation.requireSound();
    }
  });

  it('have the time for an answer one after the other', async () => {
    const { conversation, say } = await talk();
    const first = conversation.ask(question);
    const second = conversation.ask(question);
    vi.advanceTimersByTime(900);
    say(started);
    await first;
    vi.advanceTimersByTime(900);
    conversation.requireSound();
    vi.advanceTimersByTime(200);
    expect(await reasonOf(second)).toBe('sandbox.timeout');
  });

  it('both fail with a sandbox that says what is no frame', async () => {
    const { conversation, say } = await talk();
    const reasons = Promise.all([reasonOf(conversation.ask(question)), reasonOf(conversation.ask(question))]);
    say(new Uint8Array(8).fill(255));
    expect(await reasons).toEqual(['sandbox.protocol', 'sandbox.protocol']);
  });

  it('are answered by no third frame', async () => {
    const { conversation, say } = await talk();
    const answers = Promise.all([conversation.ask(question), conversation.ask(question)]);
    say(Buffer.concat([started, intents, intents]));
    await answers;
    expect(() => conversation.requireSound()).toThrow('nobody asked');
  });
});

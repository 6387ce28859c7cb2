import { blockParts } from '../../extension/backtest/barsBlock.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import {
  encodeFrame,
  encodeJsonFrame,
  endPayload,
  frameTypes,
  type Hello,
  headerBytes,
  protocolVersion,
  type Start,
} from '../frames.ts';
import type { RunnerCore } from './runnerCore.ts';

const opening = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
// Helpers, as people write them.
const weights = [0.5, 1.5e-1, -2];
/** The middle of two numbers. */
`;
const closing = `
export default defineStrategy({
  name: "Sample",
  params: {
    fast: { type: 'integer', default: 5, min: 2, max: 50 },
    slow: { type: 'integer', default: 20, min: 5, max: 200 },
  },
  setup({ params, indicators }) {
    const { fast, slow } = params;
    const kept = { ...{ count: 0 }, levels: [] };
    return { fast: indicators.sma(fast), slow: indicators.ema(slow), kept };
  },
  next({ bar, bars, position, orders, log }, { fast, slow, kept }) {
    let sum = 0;
    for (let ago = 0; ago < 3; ago++) sum += bars.close.ago(ago) * (weights[ago] ?? 1);
    for (const level of kept.levels) if (!(level > sum) || level === 0) continue;
    kept.count += typeof sum === 'number' ? 1 : 0;
    if (bar.index === 1000) log(\`bar \${bar.index}: \${middle(sum)}\`);
    if (position.isFlat && crossAbove(fast, slow)) {
      orders.buy({ percent: 100, stopLossPercent: 5 });
    } else if (position.isLong && crossBelow(fast, slow) && bar.index > 0) {
      orders.close();
    }
  },
});`;

/** A strategy as people write them, with the parts of the language that they use. */
export const sampleStrategy = `${opening}function middle(first, second = 1) {
  const both = [first, second].map((value) => value / 2);
  return both.length > 1 ? both[0] + both[1] : -first;
}${closing}`;

/** The same with types. */
export const typedStrategy = `${opening}function middle(first: number, second: number = 1): number {
  const both = [first, second].map((value): number => value / 2);
  return both.length > 1 ? (both[0] as number) + both[1]! : -first;
}${closing}`;

const bars = 256;
/** Turns before and after the collection of garbage; with more of them the first answer comes no sooner. */
const turns = { before: 7, after: 3 };

/**
 * Plays whole runs, each with a runner of its own that is then thrown away, while nobody waits: what has run
 * is compiled for the run that counts, and the eraser of types is loaded. On the way garbage is collected,
 * for else that would be due when somebody waits; the memory that is free again is enough for what follows,
 * and costs no faults. A collection also takes from what is compiled: the last turns make up for it.
 * It can be left off after each step.
 */
export function* rehearsals(newRunner: () => RunnerCore, collectGarbage: () => void): Generator<void> {
  for (let turn = 0; turn < turns.before; turn++) {
    rehearse(newRunner(), sampleStrategy);
    yield;
  }
  rehearse(newRunner(), typedStrategy);
  yield;
  collectGarbage();
  yield;
  rehearse(newRunner(), typedStrategy);
  for (let turn = 0; turn < turns.after; turn++) {
    yield;
    rehearse(newRunner(), sampleStrategy);
  }
}

function rehearse(runner: RunnerCore, source: string): void {
  const time = Float64Array.from({ length: bars }, (_, bar) => bar * 60_000);
  const close = time.map((_, bar) => 100 + 10 * Math.sin(bar / 8));
  const columns = { time, open: close, high: close, low: close, close, volume: close };
  const nonce = '0'.repeat(32);
  const hello: Hello = { protocol: protocolVersion, nonce, logBytes: 0, intentsPerBar: 16 };
  const start: Start = {
    sets: [{ fast: 5, slow: 20 }],
    settings: defaultRunSettings,
    symbols: [''],
    timeframe: '1m',
    firstBar: 0,
    plots: false,
  };
  const block = blockParts([{ columns, from: 0, to: bars }]).map((part) => new Uint8Array(part.buffer));
  for (const frame of [
    encodeJsonFrame(frameTypes.hello, hello),
    encodeFrame(frameTypes.source, new TextEncoder().encode(source)),
    encodeJsonFrame(frameTypes.start, start),
    encodeFrame(frameTypes.bars, ...block),
    encodeFrame(frameTypes.end, endPayload.last),
  ]) {
    runner.handle(frame[4] ?? 0, frame.subarray(headerBytes));
  }
}

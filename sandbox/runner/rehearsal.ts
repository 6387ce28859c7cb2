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

/** A strategy as people write them. */
export const sampleStrategy = `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Sample',
  params: { fast: { type: 'integer', default: 5, min: 2, max: 50 } },
  setup: ({ params, indicators }) => ({ fast: indicators.sma(params.fast), slow: indicators.ema(20) }),
  next({ bar, position, orders }, { fast, slow }) {
    if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 100, stopLossPercent: 5 });
    else if (position.isLong && crossBelow(fast, slow) && bar.index > 0) orders.close();
  },
});`;

const bars = 256;

/**
 * Plays a whole run with a runner of its own that is then thrown away, while nobody waits: what has run once
 * is compiled for the run that counts.
 */
export function rehearse(runner: RunnerCore): void {
  const time = Float64Array.from({ length: bars }, (_, bar) => bar * 60_000);
  const close = time.map((_, bar) => 100 + 10 * Math.sin(bar / 8));
  const columns = { time, open: close, high: close, low: close, close, volume: close };
  const nonce = '0'.repeat(32);
  const hello: Hello = { protocol: protocolVersion, nonce, logBytes: 0, intentsPerBar: 16 };
  const start: Start = {
    sets: [{ fast: 5 }],
    settings: defaultRunSettings,
    symbols: [''],
    timeframe: '1m',
    firstBar: 0,
    plots: false,
  };
  const block = blockParts([{ columns, from: 0, to: bars }]).map((part) => new Uint8Array(part.buffer));
  for (const frame of [
    encodeJsonFrame(frameTypes.hello, hello),
    encodeFrame(frameTypes.source, new TextEncoder().encode(sampleStrategy)),
    encodeJsonFrame(frameTypes.start, start),
    encodeFrame(frameTypes.bars, ...block),
    encodeFrame(frameTypes.end, endPayload.last),
  ]) {
    runner.handle(frame[4] ?? 0, frame.subarray(headerBytes));
  }
}

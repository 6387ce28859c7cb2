import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import { sectionsOf } from '../../guardian/corpus/sections.ts';
import { dockerBackend, newOwner, randomWalk, testDocker } from '../support.ts';
import { pythonRequest } from './support.ts';

const corpus = new URL('../../guardian/corpus/cleanPython.md', import.meta.url);
const strategies = sectionsOf(readFileSync(corpus, 'utf8'), 'py');
const backend = dockerBackend(testDocker(), 'runc', newOwner());
const bars = 1500;

/** Hours from a midnight on, many of which close at their high or at their low. */
function hours(seed: number): CandleColumns {
  const { open, close, volume } = randomWalk(bars, seed);
  const wick = (bar: number) => ((bar * seed * 7919) % 4) / 1000;
  return {
    time: Float64Array.from(open, (_, bar) => Date.UTC(2024, 0, 1) + bar * 3_600_000),
    open,
    close,
    volume,
    high: Float64Array.from(open, (price, bar) => Math.max(price, close[bar] ?? 0) * (1 + wick(bar))),
    low: Float64Array.from(open, (price, bar) => Math.min(price, close[bar] ?? 0) * (1 - wick(bar + 1))),
  };
}

const first = { symbol: 'TEST', columns: hours(1) };
const second = { symbol: 'OTHER', columns: hours(2) };

describe('what Guardian finds clean', () => {
  it.concurrent.each(strategies)('runs in Python and trades: $title', async ({ code }) => {
    const source = code[0] ?? '';
    const markets = source.includes('lab.markets') ? [first, second] : [first];
    const { sets } = await runInSandbox(pythonRequest(backend, source, { markets, timeframe: '1h' }));
    expect(sets[0]?.settled.equity).toHaveLength(bars);
    expect(sets[0]?.fills).toBeGreaterThan(0);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runTwice } from '../../../sandbox/doubleRun.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import { dockerBackend, marketsOf, newOwner, randomWalk, runRequest, testDocker } from '../support.ts';
import { pythonRequest } from './support.ts';

const owner = newOwner();
const read = (name: string) =>
  readFileSync(new URL(`../../strategies/pairs/${name}`, import.meta.url), 'utf8');

/** Hours from a midnight on, of which the second market lacks some. */
function hours(seed: number) {
  const walk = randomWalk(3000, seed);
  return { ...walk, time: walk.time.map((_, bar) => Date.UTC(2024, 0, 1) + bar * 3_600_000) };
}
const first = hours(1);
const gappy = (() => {
  const { time, ...others } = hours(9);
  const kept = [...time.keys()].filter((bar) => bar % 37 !== 5);
  const pick = (column: Float64Array) => Float64Array.from(kept, (bar) => column[bar] as number);
  const { open, high, low, close, volume } = others;
  return {
    time: pick(time),
    open: pick(open),
    high: pick(high),
    low: pick(low),
    close: pick(close),
    volume: pick(volume),
  };
})();

const pairs = [
  ['averageCross', marketsOf(first)],
  ['bracketedBreakout', marketsOf(first)],
  ['dailyTrend', marketsOf(first)],
  ['twoMarkets', [...marketsOf(first), { symbol: 'OTHER', columns: gappy }]],
  ['trendFilter', marketsOf(first)],
] as const;

describe.each(['runc', 'runsc'] as const)('under %s', (runtime) => {
  const backend = dockerBackend(testDocker(), runtime, owner);

  it.each(pairs)('%s trades the same in TypeScript and in Python, to the bit', async (name, markets) => {
    const request = { markets, timeframe: '1h', plots: true } as const;
    const typeScript = await runInSandbox(runRequest(backend, read(`${name}.strategy.ts`), request));
    const python = await runTwice(pythonRequest(backend, read(`${name}.strategy.py`), request), 1);
    const [expected, got] = [typeScript.sets[0], python.sets[0]];
    expect(got?.settled.trades.length).toBeGreaterThan(10);
    expect(got?.settled.trades).toEqual(expected?.settled.trades);
    expect(got?.settled.equity).toEqual(expected?.settled.equity);
    expect(got?.fills).toBe(expected?.fills);
    expect(python.description).toEqual(typeScript.description);
    // What is computed at once has no warm-up, no plots and no log.
    if (name === 'trendFilter') return;
    expect(got?.warmUp).toBe(expected?.warmUp);
    expect(python.plots).toEqual(typeScript.plots);
    expect(python.log).toEqual(typeScript.log);
  });
});

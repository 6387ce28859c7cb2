import { expect, test } from 'vitest';
import { type Timeframe, timeframeMilliseconds } from '../../extension/contracts/timeframes.ts';
import { canDecideInside, canJoin } from '../../extension/market/companions.ts';
import type { DataSet } from '../../extension/market/store/store.ts';

function set(symbol: string, timeframe: Timeframe, start: number, bars: number, venue = 'x'): DataSet {
  return {
    meta: { venue, symbol, timeframe, synthetic: false, hash: '0'.repeat(64) },
    bars,
    firstTime: start,
    lastTime: start + (bars - 1) * timeframeMilliseconds[timeframe],
    report: null,
    venueFacts: null,
    files: [],
  };
}

const day = 86_400_000;
const main = set('A', '4h', 0, 12);

test('further markets are others of the same timeframe that share time', () => {
  expect(canJoin(main, set('B', '4h', day, 12))).toBe(true);
  expect(canJoin(main, set('A', '4h', 0, 12, 'y'))).toBe(true);
  expect(canJoin(main, set('A', '4h', day, 12))).toBe(false);
  expect(canJoin(main, set('B', '1h', 0, 12))).toBe(false);
  // The main one's last bar ends where these begin.
  expect(canJoin(main, set('B', '4h', 2 * day, 12))).toBe(false);
});

test('finer bars are of the same market, shorter, whole parts, and share time', () => {
  expect(canDecideInside(main, set('A', '1h', day, 5))).toBe(true);
  expect(canDecideInside(main, set('B', '1h', day, 5))).toBe(false);
  expect(canDecideInside(main, set('A', '1h', 0, 5, 'y'))).toBe(false);
  expect(canDecideInside(main, set('A', '4h', 0, 5))).toBe(false);
  expect(canDecideInside(set('A', '1w', 0, 5), set('A', '3d', 0, 5))).toBe(false);
  expect(canDecideInside(main, set('A', '1h', 2 * day, 5))).toBe(false);
});

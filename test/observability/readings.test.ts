import { expect, test } from 'vitest';
import type { DataReceived } from '../../extension/contracts/observation.ts';
import { RecentReadings } from '../../extension/observability/recentReadings.ts';
import { VenueReadings } from '../../extension/observability/venueReadings.ts';

const received = (change: Partial<DataReceived>): DataReceived => ({
  kind: 'data-received',
  venue: 'binance',
  symbol: 'BTC/USDT',
  timeframe: '1h',
  lagSeconds: null,
  latencySeconds: null,
  gaps: 0,
  ...change,
});

test('of a venue the latest of each figure is kept, and a request says nothing of its feed', () => {
  const readings = new VenueReadings();
  readings.take(received({ lagSeconds: 2 }), 1);
  readings.take(received({ latencySeconds: 0.3 }), 2);
  expect(readings.list()).toEqual([{ venue: 'binance', lagSeconds: 2, latencySeconds: 0.3, time: 2 }]);
});

test('a thousand venues leave the fifty that were heard of last', () => {
  const readings = new VenueReadings();
  for (let index = 0; index < 1000; index++) readings.take(received({ venue: `v${index}` }), index);
  expect(readings.list().map(({ venue }) => venue)).toEqual(
    Array.from({ length: 50 }, (_, index) => `v${950 + index}`),
  );
});

test('percentiles are of the latest five hundred, and agents are bounded', () => {
  const readings = new RecentReadings();
  const ask = (seconds: number) =>
    readings.take(
      {
        kind: 'request-ended',
        route: '/health',
        status: 200,
        startedTime: 0,
        endedTime: seconds * 1000,
        trace: null,
      },
      0,
    );
  for (let index = 0; index < 500; index++) ask(9);
  expect(readings.requestP95).toBe(9);
  for (let index = 0; index < 500; index++) ask(1);
  expect(readings.requestP95).toBe(1);
  for (let index = 0; index < 1000; index++) {
    readings.take(
      { kind: 'reasoned', agent: `a${index}`, priority: null, seconds: 1, providerSeconds: 0 },
      0,
    );
  }
  expect(readings.agents).toHaveLength(40);
});

import { expect, test } from 'vitest';
import { timeframeMilliseconds } from '../../extension/contracts/timeframes.ts';
import { demoMarket } from '../../extension/market/demoMarket.ts';
import { syntheticCandles } from '../../extension/market/synthetic.ts';
import { hour, start } from './candleFiles.ts';

const options = { seed: 42, bars: 20_000, timeframe: '1h', startTime: start } as const;

test('equal options give equal candles to the byte; another seed gives others', () => {
  const hash = syntheticCandles(options).hash;
  expect(syntheticCandles(options).hash).toBe(hash);
  expect(syntheticCandles({ ...options, seed: 43 }).hash).not.toBe(hash);
});

test('the market of the first walk stays the same, so that runs on it can be replayed', () => {
  expect(demoMarket().hash).toBe('ff6d63b1f5d881d9d176901c7d1d245be4cc99e03139f7cec574abbc17540db8');
});

test('a longer market begins as a shorter one', () => {
  const short = syntheticCandles({ ...options, bars: 100 });
  const long = syntheticCandles(options);
  expect(long.close.subarray(0, 100)).toEqual(short.close);
});

test.each(['1m', '1h', '1d', '1w'] as const)(
  'bars of %s are whole: on the grid, without contradiction, in ticks',
  (timeframe) => {
    const candles = syntheticCandles({ ...options, timeframe });
    const step = timeframeMilliseconds[timeframe];
    const faults = candles.time.filter((time, bar) => {
      const [open = 0, high = 0, low = 0, close = 0] = [
        candles.open[bar],
        candles.high[bar],
        candles.low[bar],
        candles.close[bar],
      ];
      const isOnGrid = time === start + bar * step;
      const isWhole = high >= Math.max(open, close) && low <= Math.min(open, close) && low > 0;
      const isInTicks = [open, high, low, close].every(
        (price) => Math.abs(price * 100 - Math.round(price * 100)) < 1e-6,
      );
      return !(isOnGrid && isWhole && isInTicks && (candles.volume[bar] ?? 0) > 0);
    });
    expect(faults).toHaveLength(0);
    expect(candles).toMatchObject({
      synthetic: true,
      venue: 'synthetic',
      symbol: 'SYNTHETIC/USD',
      timeframe,
    });
  },
);

test('a bar opens near the close before it', () => {
  const { open, close } = syntheticCandles(options);
  const distances = open.map((price, bar) => Math.abs(price / (close[bar - 1] ?? price) - 1));
  expect(Math.max(...distances)).toBeLessThan(0.01);
});

test('neither seeds nor length drive the price away or pin it down', () => {
  const lasts = Array.from(
    { length: 60 },
    (_, seed) => syntheticCandles({ ...options, seed, bars: 8760 }).close.at(-1) ?? 0,
  );
  const rising = lasts.filter((price) => price > 20_000).length;
  expect(rising).toBeGreaterThan(15);
  expect(rising).toBeLessThan(45);
  const { low, high } = syntheticCandles({ ...options, timeframe: '1w', bars: 5000 });
  expect(Math.min(...low)).toBeGreaterThan(1);
  expect(Math.max(...high)).toBeLessThan(1e8);
});

test('volatility comes in regimes: quiet and wild weeks differ', () => {
  const { close } = syntheticCandles(options);
  const weeks = Array.from({ length: Math.floor(close.length / 168) }, (_, week) => {
    const part = close.subarray(week * 168, week * 168 + 168);
    return part.reduce((sum, price, bar) => sum + Math.abs(Math.log(price / (part[bar - 1] ?? price))), 0);
  }).sort((a, b) => a - b);
  const share = (fraction: number): number => weeks[Math.floor(weeks.length * fraction)] ?? 0;
  expect(share(0.9) / share(0.1)).toBeGreaterThan(1.8);
});

test.each([
  { seed: -1 },
  { seed: 1.5 },
  { seed: 2 ** 32 },
  { bars: 1 },
  { bars: 1e9 },
  { startTime: start + 1 },
  { startTime: Number.NaN },
  { startTime: -hour },
])('options that cannot be are refused: %j', (wrong) => {
  expect(() => syntheticCandles({ ...options, ...wrong })).toThrow(
    expect.objectContaining({ reason: 'usage' }),
  );
});

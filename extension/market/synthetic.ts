import { offsetInBar } from '../backtest/barGrid.ts';
import { type Candles, type Timeframe, timeframeMilliseconds } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { makeCandles } from './candles.ts';

export interface SyntheticOptions {
  /** Whole number, 0 to 2^32 - 1; equal seeds give equal candles to the byte. */
  readonly seed: number;
  readonly bars: number;
  readonly timeframe: Timeframe;
  /** Open time of the first bar, UTC ms, on the timeframe's grid. */
  readonly startTime: number;
}

interface Regime {
  /** Volatility a year, as a fraction. */
  readonly volatility: number;
  /** Mean of a bar's log return in standard deviations of the bar. */
  readonly drift: number;
}

const regimes: readonly Regime[] = [
  { volatility: 0.35, drift: 0 },
  { volatility: 0.6, drift: 0.06 },
  { volatility: 0.6, drift: -0.06 },
  { volatility: 1.1, drift: 0 },
];

const meanRegimeBars = 200;
const jumpChance = 1 / 1500;
/** A jump's size in standard deviations of the bar. */
const jumpSize = 6;
const stepsInBar = 6;
const firstPrice = 20_000;
const tick = 0.01;
/** Share of its distance from `firstPrice`, in logs, that the price loses a year; it bounds long series. */
const yearlyPull = 0.3;
const year = 365 * timeframeMilliseconds['1d'];
const mostBars = 5_000_000;

/**
 * A market that never was: geometric Brownian motion whose volatility and drift switch between four
 * regimes (calm, rising, falling, wild) with rare jumps, walked in six steps a bar so that high and low
 * belong to the path. Trends and ranges alternate; nothing in it can be forecast beyond the regime. A
 * pure function of its options. Throws `usage` for options that cannot be.
 */
export function syntheticCandles(options: SyntheticOptions): Candles {
  checkOptions(options);
  const { seed, bars, timeframe, startTime } = options;
  const length = timeframeMilliseconds[timeframe];
  const random = makeRandom(seed);
  const normal = makeNormal(random);
  const rootOfYear = Math.sqrt(length / year);
  const pull = (yearlyPull * length) / year / stepsInBar;
  const start = Math.log(firstPrice);
  const column = (): Float64Array => new Float64Array(bars);
  const [time, open, high, low, close, volume] = [column(), column(), column(), column(), column(), column()];

  let regime = regimes[Math.floor(random() * regimes.length)] ?? { volatility: 0.5, drift: 0 };
  let logPrice = start;
  for (let bar = 0; bar < bars; bar += 1) {
    if (random() < 1 / meanRegimeBars) regime = regimes[Math.floor(random() * regimes.length)] ?? regime;
    const deviation = regime.volatility * rootOfYear;
    // The next bar's first trade is seldom at the last one's price.
    logPrice += 0.03 * deviation * normal();
    const opened = logPrice;
    let [highest, lowest] = [logPrice, logPrice];
    for (let step = 0; step < stepsInBar; step += 1) {
      const drift = (regime.drift * deviation) / stepsInBar + pull * (start - logPrice);
      logPrice += drift + (deviation / Math.sqrt(stepsInBar)) * normal();
      highest = Math.max(highest, logPrice);
      lowest = Math.min(lowest, logPrice);
    }
    if (random() < jumpChance) {
      logPrice += jumpSize * deviation * normal();
      highest = Math.max(highest, logPrice);
      lowest = Math.min(lowest, logPrice);
    }
    time[bar] = startTime + bar * length;
    open[bar] = priceAt(opened);
    high[bar] = priceAt(highest);
    low[bar] = priceAt(lowest);
    close[bar] = priceAt(logPrice);
    const activity = 1 + Math.abs(logPrice - opened) / deviation;
    volume[bar] = Math.round(1e5 * activity * Math.exp(0.5 * normal()) * (length / 3_600_000)) / 1e3;
  }
  return makeCandles(
    { venue: 'synthetic', symbol: 'SYNTHETIC/USD', timeframe, synthetic: true },
    { time, open, high, low, close, volume },
  );
}

function checkOptions({ seed, bars, timeframe, startTime }: SyntheticOptions): void {
  const refuse = (problem: string, action: string): never => {
    throw new LabError('usage', `A synthetic market cannot be made: ${problem}.`, { action });
  };
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    refuse(`its seed is ${seed}`, 'Give a whole number from 0 to 4294967295.');
  }
  if (!Number.isInteger(bars) || bars < 2 || bars > mostBars) {
    refuse(`it would have ${bars} bars`, `Give a whole number from 2 to ${mostBars}.`);
  }
  if (!Number.isInteger(startTime) || startTime < 0 || offsetInBar(startTime, timeframe) !== 0) {
    refuse(`its first bar would open at ${startTime}`, `Give UTC milliseconds on the ${timeframe} grid.`);
  }
}

/** Rounds to the tick; high and low keep their places, since rounding never changes an order. */
function priceAt(logPrice: number): number {
  return Math.max(tick, Math.round(Math.exp(logPrice) / tick) / Math.round(1 / tick));
}

/**
 * Uniform numbers in [0, 1): sfc32 by Chris Doty-Humphrey (PractRand), its state filled from the seed
 * with splitmix32.
 */
function makeRandom(seed: number): () => number {
  let mix = seed | 0;
  const next = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, counter] = [next(), next(), next(), 1];
  return () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  };
}

/** Standard normal numbers by the Box-Muller transform, two from each pair of uniform ones. */
function makeNormal(random: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

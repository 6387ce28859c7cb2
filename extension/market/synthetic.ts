import { offsetInBar } from '../backtest/barGrid.ts';
import { normalNumbers, smallFastCounter } from '../backtest/random.ts';
import type { Candles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import { type BarConditions, stepsInBar, walkBar } from '../evaluation/scenarios/walk.ts';
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
  const normal = normalNumbers(random);
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
    const conditions: BarConditions = {
      deviation,
      drift: regime.drift * deviation,
      pull,
      level: start,
      gap: 0,
      jump: () => (random() < jumpChance ? jumpSize * deviation * normal() : 0),
      reach: 0,
      usualMove: deviation,
      volumeShare: 1,
    };
    const walked = walkBar(logPrice, conditions, normal);
    logPrice = walked.close;
    time[bar] = startTime + bar * length;
    open[bar] = priceAt(walked.open);
    high[bar] = priceAt(walked.high);
    low[bar] = priceAt(walked.low);
    close[bar] = priceAt(walked.close);
    volume[bar] = Math.round(walked.pace * (length / 3_600_000)) / 1e3;
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

/** Uniform numbers in [0, 1): the state of sfc32 is filled from the seed with splitmix32. */
function makeRandom(seed: number): () => number {
  let mix = seed | 0;
  const next = (): number => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  return smallFastCounter(next(), next(), next());
}

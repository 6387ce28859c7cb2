import type { MarketRegime } from '../../../extension/contracts/regimes.ts';
import { regimeCode } from '../../../extension/evaluation/regimes/definition.ts';
import { numbersFrom } from '../../backtest/support/market.ts';

/**
 * Labelled markets made in other ways than the extension's scenarios: nothing here shares code with them, and no
 * number of the detector was chosen by them.
 */
export interface LabelledPath {
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly truth: Uint8Array;
}

interface Chance {
  readonly uniform: () => number;
  readonly between: (low: number, high: number) => number;
  readonly normal: () => number;
}

function chanceOf(seed: number): Chance {
  const uniform = numbersFrom(seed);
  return {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    // Twelve uniform numbers less six: nearly normal, of variance 1, without a logarithm.
    normal: () => {
      let sum = -6;
      for (let draw = 0; draw < 12; draw++) sum += uniform();
      return sum;
    },
  };
}

type Phase = Exclude<MarketRegime, 'unknown'>;

/** What a maker is told of a bar. */
interface Moment {
  readonly phase: Phase;
  /** Bars since the phase began, and how many it has. */
  readonly age: number;
  readonly bars: number;
  readonly price: number;
  /** Price at which the phase began. */
  readonly anchor: number;
  readonly chance: Chance;
}

/** The next price, with what lay between. */
type Maker = (moment: Moment) => readonly number[];

interface Lengths {
  readonly ordinary: readonly [number, number];
  readonly crash: readonly [number, number];
}

const phases: readonly Phase[] = ['up-trend', 'down-trend', 'range', 'high-volatility', 'crash'];

function walk(seed: number, bars: number, lengths: Lengths, maker: Maker): LabelledPath {
  const chance = chanceOf(seed);
  const column = (): Float64Array => new Float64Array(bars);
  const path = {
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    truth: new Uint8Array(bars),
  };
  let price = 500;
  let phase: Phase | undefined;
  for (let bar = 0; bar < bars; ) {
    const others = phases.filter((other) => other !== phase);
    phase = others[Math.floor(chance.uniform() * others.length)] as Phase;
    const [least, most] = phase === 'crash' ? lengths.crash : lengths.ordinary;
    const length = Math.round(chance.between(least, most));
    const anchor = price;
    for (let age = 0; age < length && bar < bars; age++, bar++) {
      const steps = maker({ phase, age, bars: length, price, anchor, chance });
      path.open[bar] = price;
      path.high[bar] = Math.max(price, ...steps);
      path.low[bar] = Math.min(price, ...steps);
      price = steps.at(-1) as number;
      path.close[bar] = price;
      path.truth[bar] = regimeCode[phase];
    }
  }
  return path;
}

const usualLengths: Lengths = { ordinary: [80, 220], crash: [6, 16] };

/** Double exponential, of variance 1. */
function laplace({ uniform }: Chance): number {
  const side = uniform() - 0.5;
  return (-Math.sign(side) * Math.log(1 - 2 * Math.abs(side))) / Math.SQRT2;
}

/** The move of a bar in a market of plain phases, with noise of variance 1 times `deviation`. */
function plainMove(
  { phase, price, anchor }: Moment,
  deviation: number,
  noise: number,
  strength: number,
): number {
  switch (phase) {
    case 'up-trend':
      return strength * deviation + deviation * noise;
    case 'down-trend':
      return -strength * deviation + deviation * noise;
    case 'range':
      return 0.15 * (anchor / price - 1) + deviation * noise;
    case 'high-volatility':
      return 3.5 * deviation * noise;
    case 'crash':
      return -2.8 * deviation + 1.8 * deviation * noise;
  }
}

export interface OtherMarket {
  readonly name: string;
  readonly make: (seed: number, bars: number) => LabelledPath;
}

export const otherMarkets: readonly OtherMarket[] = [
  {
    name: 'Laplace noise, arithmetic returns, closes that are highs or lows',
    make: (seed, bars) =>
      walk(seed, bars, usualLengths, (moment) => {
        const move = plainMove(moment, 0.008, laplace(moment.chance), 0.6);
        return [moment.price * (1 + move)];
      }),
  },
  {
    name: 'wicks of their own beside uniform noise',
    make: (seed, bars) =>
      walk(seed, bars, usualLengths, (moment) => {
        const { chance, price } = moment;
        const noise = chance.between(-1, 1) * Math.sqrt(3);
        const close = price * (1 + plainMove(moment, 0.002, noise, 0.5));
        const wick = 0.001 * chance.uniform() * price;
        return [Math.max(price, close) + wick, Math.min(price, close) - wick, close];
      }),
  },
  {
    name: 'stochastic volatility',
    make: (seed, bars) => {
      let logVolatility = 0;
      return walk(seed, bars, usualLengths, (moment) => {
        const { chance, price } = moment;
        logVolatility = 0.97 * logVolatility + 0.05 * chance.normal();
        const deviation = 0.012 * Math.exp(logVolatility);
        const middle = price * (1 + 0.5 * plainMove(moment, deviation, Math.SQRT2 * chance.normal(), 0.7));
        const close = middle * (1 + 0.5 * plainMove(moment, deviation, Math.SQRT2 * chance.normal(), 0.7));
        return [middle, close];
      });
    },
  },
  {
    name: 'outliers of five deviations',
    make: (seed, bars) =>
      walk(seed, bars, usualLengths, (moment) => {
        const { chance, price } = moment;
        const outlier = chance.uniform() < 0.005 ? 5 * Math.sign(chance.uniform() - 0.5) : 0;
        const middle = price * (1 + 0.5 * plainMove(moment, 0.02, Math.SQRT2 * chance.normal(), 0.6));
        const close = middle * (1 + 0.5 * plainMove(moment, 0.02, Math.SQRT2 * chance.normal(), 0.6));
        return [middle, close * (1 + 0.02 * outlier)];
      }),
  },
  {
    name: 'trends that swell and fade',
    make: (seed, bars) =>
      walk(seed, bars, usualLengths, (moment) => {
        const { chance, price, age, bars: length } = moment;
        const strength = 0.35 + 0.5 * Math.sin((Math.PI * (age + 0.5)) / length);
        const middle = price * (1 + 0.5 * plainMove(moment, 0.005, Math.SQRT2 * chance.normal(), strength));
        const close = middle * (1 + 0.5 * plainMove(moment, 0.005, Math.SQRT2 * chance.normal(), strength));
        return [middle, close];
      }),
  },
  {
    name: 'ranges of white noise around a level',
    make: (seed, bars) =>
      walk(seed, bars, usualLengths, (moment) => {
        const { chance, price, phase, anchor } = moment;
        if (phase === 'range') {
          const close = anchor * (1 + 0.008 * chance.normal());
          return [(price + close) / 2 + 0.003 * price * chance.normal(), close];
        }
        const middle = price * (1 + 0.5 * plainMove(moment, 0.008, Math.SQRT2 * chance.normal(), 0.6));
        const close = middle * (1 + 0.5 * plainMove(moment, 0.008, Math.SQRT2 * chance.normal(), 0.6));
        return [middle, close];
      }),
  },
];

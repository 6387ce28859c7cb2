import { type MarketRegime, marketRegimes } from '../../contracts/regimes.ts';

/**
 * A way in which a bar may have come about. All numbers are in usual deviations of a bar, so that neither the
 * price nor the timeframe matters.
 */
interface HiddenState {
  /** Mean of the bar's move, and its standard deviation. */
  readonly mean: number;
  readonly deviation: number;
  /** Share of the distance to a level of the range that the price loses in the bar, and which level. */
  readonly pull: number;
  readonly level: number;
  /** Chance against the other states of its regime. */
  readonly weight: number;
}

/** The states of a regime, and how the market comes to it and leaves it. */
interface HiddenRegime {
  /** Chance that the next bar belongs to another regime. */
  readonly leaving: number;
  /** Weight against the others when the market leaves one. */
  readonly entering: number;
  readonly states: readonly HiddenState[];
}

/** Volatilities of a market that is not wild, and how common they are. */
const ordinary = [
  { deviation: 0.5, weight: 0.5 },
  { deviation: 0.7, weight: 1 },
  { deviation: 1, weight: 1 },
  { deviation: 1.4, weight: 1 },
] as const;

/** Drifts of a trend in deviations of its own bars. */
const trendDrifts = [0.3, 0.6, 1.1];

/** Speeds at which a range reverts. The first is none: the price walks without a direction. */
const reversions = [0, 0.1, 0.25];
export const levelCount = reversions.length;

function trendStates(direction: 1 | -1): HiddenState[] {
  return trendDrifts.flatMap((drift) =>
    ordinary.map(({ deviation, weight }) => ({
      mean: direction * drift * deviation,
      deviation,
      pull: 0,
      level: 0,
      weight,
    })),
  );
}

const rangeStates = reversions.flatMap((pull, level) =>
  ordinary.map(({ deviation, weight }) => ({ mean: 0, deviation, pull, level, weight })),
);

const wildStates = [2.6, 3.8, 6].map((deviation) => ({
  mean: 0,
  deviation,
  pull: 0,
  level: 0,
  weight: 1,
}));

const crashStates = [-1.9, -3.2, -5.3].flatMap((mean) =>
  [1.25, 2.35].map((deviation) => ({ mean, deviation, pull: 0, level: 0, weight: 1 })),
);

/**
 * The regimes as the filter sees them. Their numbers were chosen once, by a search on labelled paths of many
 * makers whose seeds no test uses, and rounded; they are priors, broad on purpose, and fitted to no market.
 */
const hiddenRegimes: Readonly<Record<MarketRegime, HiddenRegime>> = {
  unknown: { leaving: 0, entering: 0, states: [] },
  'up-trend': { leaving: 0.006, entering: 0.22, states: trendStates(1) },
  'down-trend': { leaving: 0.006, entering: 0.22, states: trendStates(-1) },
  range: { leaving: 0.013, entering: 0.32, states: rangeStates },
  'high-volatility': { leaving: 0.013, entering: 0.07, states: wildStates },
  crash: { leaving: 0.02, entering: 0.12, states: crashStates },
};

/** The states of all regimes one behind the other, as the filter runs over them. */
export interface StateTable {
  /** The states of the regime with code c are those from begin[c] (included) to begin[c + 1] (not included). */
  readonly begin: Uint8Array;
  readonly mean: Float64Array;
  /** 1 / deviation. */
  readonly precision: Float64Array;
  readonly pull: Float64Array;
  readonly level: Uint8Array;
  /** Chance within the regime; the states of one sum up to 1. */
  readonly share: Float64Array;
  /** Range of a usual bar over the expected one. */
  readonly narrowness: Float64Array;
  /** By the code of a regime. */
  readonly leaving: Float64Array;
  readonly entering: Float64Array;
}

/** How much a bar's drift widens its range, against its deviation; both squared. */
const driftInRange = 0.2;

export function buildStateTable(): StateTable {
  const regimes = marketRegimes.map((regime) => hiddenRegimes[regime]);
  const states = regimes.flatMap(({ states: own }) => {
    const sum = sumOf(own.map(({ weight }) => weight));
    return own.map((state) => ({ ...state, share: state.weight / sum }));
  });
  const counts = regimes.map(({ states: own }) => own.length);
  return {
    begin: Uint8Array.from([0, ...counts.map((_, code) => sumOf(counts.slice(0, code + 1)))]),
    mean: Float64Array.from(states, ({ mean }) => mean),
    precision: Float64Array.from(states, ({ deviation }) => 1 / deviation),
    pull: Float64Array.from(states, ({ pull }) => pull),
    level: Uint8Array.from(states, ({ level }) => level),
    share: Float64Array.from(states, ({ share }) => share),
    narrowness: Float64Array.from(
      states,
      ({ mean, deviation }) => 1 / Math.sqrt(deviation * deviation + driftInRange * mean * mean),
    ),
    leaving: Float64Array.from(regimes, ({ leaving }) => leaving),
    entering: Float64Array.from(regimes, ({ entering }) => entering),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

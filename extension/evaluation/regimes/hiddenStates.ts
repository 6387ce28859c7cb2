import { regimeCode } from './definition.ts';

/**
 * A way in which a bar may have come about. All numbers are in usual deviations of a bar, so that neither the
 * price nor the timeframe matters.
 */
interface HiddenState {
  /** Mean of the bar's move, and its standard deviation. */
  readonly mean: number;
  readonly deviation: number;
  /** Share of the distance to the range's level that the price loses in the bar, and the level that is meant. */
  readonly pull: number;
  readonly level: number;
  /** Chance against the other states of its regime. */
  readonly weight: number;
}

/** The states of a regime, and how the market comes to it and leaves it. */
interface HiddenRegime {
  readonly code: number;
  /** Chance that the next bar belongs to another regime. */
  readonly leaving: number;
  /** Weight against the others when the market leaves one. */
  readonly entering: number;
  readonly states: readonly HiddenState[];
}

/** Volatilities of a market that is not wild, and how common they are. */
const ordinary = [
  { deviation: 0.47, weight: 0.4 },
  { deviation: 0.67, weight: 0.8 },
  { deviation: 0.95, weight: 1 },
  { deviation: 1.35, weight: 0.8 },
] as const;

/** Drifts of a trend in deviations of its own bars. */
const trendDrifts = [0.25, 0.47, 0.87];

/** Speeds at which a range reverts. The first is none: the price walks without a direction. */
const reversions = [0, 0.11, 0.27];
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

const wildStates = [2.8, 4.2, 6.8].map((deviation) => ({
  mean: 0,
  deviation,
  pull: 0,
  level: 0,
  weight: 1,
}));

const crashStates = [-1.8, -3, -5].flatMap((mean) =>
  [1.5, 2.8].map((deviation) => ({ mean, deviation, pull: 0, level: 0, weight: 1 })),
);

/**
 * The regimes as the filter sees them. Their numbers were chosen once, by a search on labelled paths of many
 * makers whose seeds no test uses, and rounded; they are priors, broad on purpose, and fitted to no market.
 */
const hiddenRegimes: readonly HiddenRegime[] = [
  { code: regimeCode['up-trend'], leaving: 0.006, entering: 0.22, states: trendStates(1) },
  { code: regimeCode['down-trend'], leaving: 0.006, entering: 0.22, states: trendStates(-1) },
  { code: regimeCode['range'], leaving: 0.015, entering: 0.32, states: rangeStates },
  { code: regimeCode['high-volatility'], leaving: 0.006, entering: 0.065, states: wildStates },
  { code: regimeCode['crash'], leaving: 0.021, entering: 0.15, states: crashStates },
];

/** The states of all regimes one behind the other, as the filter runs over them. */
export interface StateTable {
  readonly count: number;
  readonly regime: Uint8Array;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly pull: Float64Array;
  readonly level: Uint8Array;
  /** Chance within the regime; the states of one sum up to 1. */
  readonly share: Float64Array;
  /** Expected range of the bar against that of a usual one. */
  readonly range: Float64Array;
  /** By the code of a regime. */
  readonly leaving: Float64Array;
  readonly entering: Float64Array;
}

/** How much a bar's drift widens its range, against its deviation; both squared. */
const driftInRange = 0.35;

export function buildStateTable(): StateTable {
  const states = hiddenRegimes.flatMap(({ code, states: own }) => {
    const sum = own.reduce((total, { weight }) => total + weight, 0);
    return own.map((state) => ({ ...state, code, share: state.weight / sum }));
  });
  const byRegime = (pick: (regime: HiddenRegime) => number): Float64Array => {
    const values = new Float64Array(hiddenRegimes.length + 1);
    for (const regime of hiddenRegimes) values[regime.code] = pick(regime);
    return values;
  };
  return {
    count: states.length,
    regime: Uint8Array.from(states, ({ code }) => code),
    mean: Float64Array.from(states, ({ mean }) => mean),
    deviation: Float64Array.from(states, ({ deviation }) => deviation),
    pull: Float64Array.from(states, ({ pull }) => pull),
    level: Uint8Array.from(states, ({ level }) => level),
    share: Float64Array.from(states, ({ share }) => share),
    range: Float64Array.from(states, ({ mean, deviation }) =>
      Math.sqrt(deviation ** 2 + driftInRange * mean ** 2),
    ),
    leaving: byRegime(({ leaving }) => leaving),
    entering: byRegime(({ entering }) => entering),
  };
}

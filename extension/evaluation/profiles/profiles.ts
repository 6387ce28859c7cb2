/**
 * How a person trades the signals of a strategy: what they risk, what they add, and what makes them leave.
 * Fractions are of the equity, or of the entry price; a rule that is absent is not kept.
 */
export interface TraderProfile {
  readonly name: ProfileName;
  /** The behaviour in one sentence. */
  readonly description: string;
  /** Loss of one entry at its stop, as a fraction of the equity: it sizes every entry. */
  readonly riskPerTrade: number;
  /** Fall of the equity from its high at which everything is closed and no entry is taken any more. */
  readonly largestDrawdown: number;
  /** Distance of the stop loss of an entry, as a fraction of its price, where the strategy gives none. */
  readonly stop: number;
  /** Whether stop losses of the strategy are kept; else the profile's own is set in their place. */
  readonly keepsStops: boolean;
  /** Whether entries that enlarge a position are taken. */
  readonly addsToPositions: boolean;
  readonly takeProfit?: number;
  readonly trailingStop?: number;
  /** Longest time that a position is held. */
  readonly longestMilliseconds?: number;
  /** Loss of the position at a close, as a fraction of its entry value, at which it is closed. */
  readonly exitLoss?: number;
  /** Gain at a close at which it is closed. */
  readonly exitGain?: number;
  /** Fall of the position's profit from its best, as a fraction of its entry value, at which it is closed. */
  readonly exitGiveBack?: number;
  /** Buys `part` of the position again each time that it has lost `loss` since the last entry. */
  readonly averageDown?: { readonly loss: number; readonly part: number; readonly most: number };
  /** Closes `part` of the position once, when it has gained `gain`. */
  readonly takePart?: { readonly gain: number; readonly part: number };
  /** Bars by which the strategy's own exits come late. */
  readonly exitDelayBars?: number;
  /** Bars without a new entry after an exit at a loss. */
  readonly pauseBars?: number;
  /** Takes entries, and holds on to gains, along the move over so many bars. */
  readonly trendBars?: number;
}

export type ProfileName =
  | 'conservative'
  | 'aggressive'
  | 'panic'
  | 'rabbit'
  | 'wolf'
  | 'speculator'
  | 'trendFollower';

/** The seven profiles by name. */
export const traderProfiles: Readonly<Record<ProfileName, TraderProfile>> = {
  conservative: {
    name: 'conservative',
    description:
      'Risks 2 % an entry with a near stop, takes small profits, never adds, and stops for good at a fall of 5 %.',
    riskPerTrade: 0.02,
    largestDrawdown: 0.05,
    stop: 0.03,
    keepsStops: true,
    addsToPositions: false,
    takeProfit: 0.06,
  },
  aggressive: {
    name: 'aggressive',
    description:
      'Risks 10 % an entry, adds to positions, leaves two bars late, and goes on to a fall of 20 %.',
    riskPerTrade: 0.1,
    largestDrawdown: 0.2,
    stop: 0.1,
    keepsStops: true,
    addsToPositions: true,
    exitDelayBars: 2,
  },
  panic: {
    name: 'panic',
    description:
      'Risks 1 % an entry, leaves at the first close in loss, and dares no entry for 24 bars after it.',
    riskPerTrade: 0.01,
    largestDrawdown: 0.1,
    stop: 0.05,
    keepsStops: true,
    addsToPositions: false,
    exitLoss: 0,
    pauseBars: 24,
  },
  rabbit: {
    name: 'rabbit',
    description: 'Leaves quickly: at a gain of 1 %, at a loss of 5 %, or after one hour.',
    riskPerTrade: 0.02,
    largestDrawdown: 0.2,
    stop: 0.05,
    keepsStops: true,
    addsToPositions: false,
    exitGain: 0.01,
    exitLoss: 0.05,
    longestMilliseconds: 3_600_000,
  },
  wolf: {
    name: 'wolf',
    description:
      'Averages down by half at each further loss of 5 %, three times at most, keeps no stop, and sells half at a gain of 10 %.',
    riskPerTrade: 0.05,
    largestDrawdown: 0.3,
    stop: 0.5,
    keepsStops: false,
    addsToPositions: true,
    averageDown: { loss: 0.05, part: 0.5, most: 3 },
    takePart: { gain: 0.1, part: 0.5 },
  },
  speculator: {
    name: 'speculator',
    description:
      'Keeps a strict stop of 2 %, trails it by 2 %, and leaves when 3 % of the entry value has been given back.',
    riskPerTrade: 0.02,
    largestDrawdown: 0.15,
    stop: 0.02,
    keepsStops: false,
    addsToPositions: false,
    trailingStop: 0.02,
    exitGiveBack: 0.03,
  },
  trendFollower: {
    name: 'trendFollower',
    description:
      'Takes entries along the move of the last 50 bars alone, lets gains run past the exits of the strategy while it lasts, and trails by 10 %.',
    riskPerTrade: 0.03,
    largestDrawdown: 0.25,
    stop: 0.1,
    keepsStops: true,
    addsToPositions: true,
    trailingStop: 0.1,
    trendBars: 50,
  },
};

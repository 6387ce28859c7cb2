import type { MarketSummary } from '../../contracts/agents.ts';
import type { ParameterDefinition, ParameterValues, PlotPane } from '../../contracts/strategy.ts';
import type { Direction } from '../idea/actions.ts';
import type { IdeaText } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import type { Period } from '../idea/numbers.ts';

export const familyNames = [
  'moving-average-cross',
  'rsi-reversion',
  'bollinger-reversion',
  'donchian-breakout',
  'macd-momentum',
  'dca',
  'grid',
] as const;
export type FamilyName = (typeof familyNames)[number];

/** A value that the idea states: a number, or a length of time to be turned into bars. */
export type Stated = number | Period;

/** What the words of an idea choose, beside its numbers. */
export interface Wording {
  readonly direction: Direction;
  readonly average: 'simple' | 'exponential';
  /** Where a Bollinger trade ends: at the middle band, or at the band on the other side. */
  readonly exit: 'middle' | 'far-band';
  /** Whether an oscillator enters when it reaches its level, or when it comes back from beyond it. */
  readonly entry: 'reach' | 'return';
}

export interface FamilyReading {
  readonly stated: Readonly<Record<string, Stated>>;
  readonly wording?: Partial<Omit<Wording, 'direction'>>;
  /** Set where the idea asks for the opposite of the family's rule, and says which rule that is. */
  readonly contradiction?: Localised;
}

/** How strongly an idea speaks of a family (0 not at all, 3 by name) and where first. */
export interface Mention {
  readonly weight: 0 | 1 | 2 | 3;
  readonly position: number;
}

export interface FamilyParameter extends Omit<ParameterDefinition, 'default'> {
  readonly description: string;
  /** True for a count of bars, which an idea may state as a length of time. */
  readonly isPeriod?: boolean;
  /** Multiples of the usual value that a search tries where the idea states none. */
  readonly search?: readonly number[];
}

/** One rule of `next`: where the condition holds, the order is given and no later rule is tried. */
export interface Rule {
  readonly when: string;
  readonly order: string;
}

/** A series that is shown: its name for people and its expression. */
export interface DraftPlot {
  readonly name: string;
  readonly series: string;
  /** Over the candles where none is given. */
  readonly pane?: PlotPane;
}

/** A strategy's code before it is written out. */
export interface StrategyDraft {
  /** What `setup` makes: name and expression. */
  readonly series: readonly { readonly name: string; readonly make: string }[];
  readonly plots: readonly DraftPlot[];
  readonly rules: readonly Rule[];
}

export type SizeName = 'size' | 'cash' | 'risk';

/** What a draft is made for. `entry` is the text of an entry's options, `{ ... }`. */
export interface DraftRequest {
  readonly wording: Wording;
  readonly entry: (own?: EntryOverride) => string;
  /** The parameter by which an entry is sized; null where there is none. */
  readonly sizedBy: SizeName | null;
}

export interface EntryOverride {
  /** Size used where the idea states none. */
  readonly size?: string;
  readonly takeProfitPercent?: string;
}

export interface Family {
  readonly name: FamilyName;
  readonly title: Localised;
  readonly style: 'trend' | 'reversion' | 'accumulation';
  /** True where there is no rule for short positions. */
  readonly longOnly?: true;
  /** Parameters in the order in which code declares them. */
  readonly parameters: Readonly<Record<string, FamilyParameter>>;
  /** Two parameters of which the first must stay below the second. */
  readonly ordered?: readonly [string, string];
  mention(idea: IdeaText): Mention;
  read(idea: IdeaText, direction: Direction): FamilyReading;
  /** Values for what the idea leaves open, from what it states and from the market. */
  usual(stated: ParameterValues, market: MarketSummary): ParameterValues;
  /** The rule in one sentence. */
  explain(params: ParameterValues, wording: Wording): Localised;
  /** In one sentence, the market that breaks it. */
  readonly weakness: Localised;
  draft(request: DraftRequest): StrategyDraft;
}

const negation =
  /(?:(?:don't|do not|not|no|never|without|avoid|instead of|не|без|вместо)\s+(?:\p{L}+\s+){0,2})$/u;

/** The strongest of the patterns that the idea contains without a negation before it. */
export function mentionOf(
  idea: IdeaText,
  patterns: readonly (readonly [Mention['weight'], RegExp])[],
): Mention {
  let best: Mention = { weight: 0, position: Number.POSITIVE_INFINITY };
  for (const [weight, pattern] of patterns) {
    const found = idea
      .matches(pattern)
      .find(({ start }) => !negation.test(idea.text.slice(Math.max(0, start - 40), start)));
    if (found && weight > best.weight) best = { weight, position: found.start };
  }
  return best;
}

export interface Conditions {
  readonly enterLong: string;
  readonly exitLong: string;
  readonly enterShort: string;
  readonly exitShort: string;
}

/** Rules of one position at a time. A new entry against an open position closes that one first. */
export function positionRules(direction: Direction, when: Conditions, entry: string): Rule[] {
  const buy = `orders.buy(${entry})`;
  const sell = `orders.sell(${entry})`;
  const close = 'orders.close()';
  if (direction === 'long') {
    return [
      { when: `position.isFlat && ${when.enterLong}`, order: buy },
      { when: `position.isLong && ${when.exitLong}`, order: close },
    ];
  }
  if (direction === 'short') {
    return [
      { when: `position.isFlat && ${when.enterShort}`, order: sell },
      { when: `position.isShort && ${when.exitShort}`, order: close },
    ];
  }
  return [
    { when: `!position.isLong && ${when.enterLong}`, order: buy },
    { when: `!position.isShort && ${when.enterShort}`, order: sell },
    ...(when.exitLong === when.enterShort
      ? []
      : [{ when: `position.isLong && ${when.exitLong}`, order: close }]),
    ...(when.exitShort === when.enterLong
      ? []
      : [{ when: `position.isShort && ${when.exitShort}`, order: close }]),
  ];
}

/** Leaves out what is not stated. */
export function statedOnly(
  values: Readonly<Record<string, Stated | null | undefined>>,
): Record<string, Stated> {
  return Object.fromEntries(
    Object.entries(values).filter(
      (entry): entry is [string, Stated] => entry[1] !== null && entry[1] !== undefined,
    ),
  );
}

import { type Direction, type Side, sideAt } from '../idea/actions.ts';
import { type IdeaText, term, word } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { notHeld, type Period, period, periodOf, whole } from '../idea/numbers.ts';
import {
  type Family,
  type FamilyReading,
  mentionOf,
  positionRules,
  statedOnly,
  type Wording,
} from './family.ts';

const name =
  '(?:donchian(?:s)?(?:\\s+channels?)?|turtles?|(?:канал\\p{L}*\\s+)?дончиан\\p{L}*|черепах\\p{L}*)';
const highs = word('highs?|highest(?:\\s+(?:high|close|price))?|maximum|максимум\\p{L}*|хай\\p{L}*');
const lows = word('lows?|lowest(?:\\s+(?:low|close|price))?|minimum|минимум\\p{L}*|лоу');
const length = `(?:${period}|${whole})`;
const mentions = [
  [3, term(name)],
  [3, term(`${period}\\s+(?:price\\s+)?(?:${highs}|${lows})|(?:${highs}|${lows})[^,.;\\d]{0,30}${length}`)],
  [
    2,
    term(
      'breakouts?|breaks? ?out|channel break\\p{L}*|new highs?|пробо[йяею]\\p{L}*|пробити\\p{L}*|пробива\\p{L}*',
    ),
  ],
] as const;

const between =
  '(?:\\s+(?:close|price|of|over|in|for|the|last|past|previous|prior|за|последни\\p{L}|предыдущи\\p{L}|цены|закрытия)){0,6}\\s+';
const ofHigh = [
  term(`(${length})[\\s-]{1,2}(?:price\\s+)?${highs}`),
  term(`${highs}${between}(${length})(?!\\s?%)`),
];
const ofLow = [
  term(`(${length})[\\s-]{1,2}(?:price\\s+)?${lows}`),
  term(`${lows}${between}(${length})(?!\\s?%)`),
];
const pair = term(`${name}\\s?[-(]?\\s?(${whole})\\s?[/,]\\s?(${whole})\\)?`);
const anyPeriod = term(`${notHeld}(${period})`);
const single = [
  term(`${name}\\s?[-(]?\\s?(?:of\\s+|за\\s+)?(${whole})\\)?(?!\\s?%)`),
  anyPeriod,
  term(`(${whole})[\\s-]{1,2}(?:channel|breakout|донч\\p{L}*|канал\\p{L}*)`),
];
const anyMention = term(`${name}|${highs}|${lows}|breakouts?|пробо[йяею]\\p{L}*`);
const anyHigh = term(highs);
const anyLow = term(lows);
const vocabulary = term(
  `${name}|${highs}|${lows}|break(?:s|ing)?|breakouts?|out|above|below|over|under|new|channels?|closes?|price|exceeds|makes|crosses|falls?|` +
    'пробо\\p{L}*|пробит\\p{L}*|пробива\\p{L}*|пробь\\p{L}*|выше|ниже|нов\\p{L}{2}|канал\\p{L}*|границ\\p{L}*|верхн\\p{L}*|нижн\\p{L}*|обновл\\p{L}*|закрыти\\p{L}*|превыша\\p{L}*|period|период\\p{L}*',
);

const reversion: Localised = {
  en: 'it buys at the low of the channel, or sells at its high',
  ru: 'она покупает у минимума канала или продаёт у максимума',
};

function lengthOf(text: string): Period {
  return /^\d+$/u.test(text) ? { amount: Number(text), unit: 'bar' } : periodOf(text);
}

function take(idea: IdeaText, patterns: readonly RegExp[]): Period | undefined {
  for (const pattern of patterns) {
    const text = idea.take(pattern)?.groups[0];
    if (text !== undefined) return lengthOf(text);
  }
  return undefined;
}

/** A breakout buys at a high and sells at a low, whether it opens or closes a position there. */
function isReversed(idea: IdeaText): boolean {
  const sides = (pattern: RegExp): (Side | null)[] =>
    idea.matches(pattern).map((place) => sideAt(idea, place));
  const [atHigh, atLow] = [sides(anyHigh), sides(anyLow)];
  return (
    (atHigh.includes('sell') && !atHigh.includes('buy')) || (atLow.includes('buy') && !atLow.includes('sell'))
  );
}

function readLengths(
  idea: IdeaText,
  direction: Direction,
): { entry?: Period | undefined; exit?: Period | undefined } {
  const together = idea.take(pair);
  if (together) {
    const [entry, exit] = together.groups.map((text) => lengthOf(text ?? ''));
    return { entry, exit };
  }
  const [high, low] = [take(idea, ofHigh), take(idea, ofLow)];
  const [opens, closes] = direction === 'short' ? [low, high] : [high, low];
  const entry = opens ?? take(idea, single);
  if (direction === 'both' && closes?.amount === entry?.amount && closes?.unit === entry?.unit)
    return { entry };
  return { entry, exit: closes ?? (entry === undefined ? undefined : take(idea, [anyPeriod])) };
}

function read(idea: IdeaText, direction: Direction): FamilyReading {
  const contradiction = isReversed(idea) ? { contradiction: reversion } : {};
  const { entry, exit } = readLengths(idea, direction);
  idea.take(anyMention);
  idea.know(vocabulary);
  return { stated: statedOnly({ entry, exit }), ...contradiction };
}

function explain(params: Readonly<Record<string, number>>, { direction }: Wording): Localised {
  const { entry, exit } = params;
  const en = {
    long: `Buys when the close exceeds the highest high of ${entry} bars, closes below the lowest low of ${exit} bars.`,
    short: `Sells short when the close falls below the lowest low of ${entry} bars, covers above the highest high of ${exit} bars.`,
    both: `Buys above the highest high and sells short below the lowest low of ${entry} bars, closes at the opposite end of ${exit} bars.`,
  };
  const ru = {
    long: `Покупает, когда закрытие выше максимума за ${entry} баров, закрывает ниже минимума за ${exit} баров.`,
    short: `Продаёт в короткую, когда закрытие ниже минимума за ${entry} баров, закрывает выше максимума за ${exit} баров.`,
    both: `Покупает выше максимума и продаёт в короткую ниже минимума за ${entry} баров, закрывает у противоположной границы за ${exit} баров.`,
  };
  return { en: en[direction], ru: ru[direction] };
}

const ends = {
  long: [
    { name: 'Entry high', series: 'entry.upper' },
    { name: 'Exit low', series: 'exit.lower' },
  ],
  short: [
    { name: 'Entry low', series: 'entry.lower' },
    { name: 'Exit high', series: 'exit.upper' },
  ],
};
/** The ends of the two channels that the rules of a direction watch. */
const shownEnds = { ...ends, both: [...ends.long, ...ends.short] };

const search = [0.5, 0.75, 1, 1.5, 2];

export const donchianBreakout: Family = {
  name: 'donchian-breakout',
  title: { en: 'Donchian breakout', ru: 'пробой канала Дончиана' },
  style: 'trend',
  parameters: {
    entry: {
      type: 'integer',
      min: 1,
      max: 5000,
      description: 'Bars of the channel that opens',
      isPeriod: true,
      search,
    },
    exit: {
      type: 'integer',
      min: 1,
      max: 5000,
      description: 'Bars of the channel that closes',
      isPeriod: true,
      search,
    },
  },
  mention: (idea) => mentionOf(idea, mentions),
  read,
  // 20 and 10 bars are the Turtles' first system (Faith, Way of the Turtle, 2007); a volatile range breaks
  // out falsely more often, so that twice the length is taken there.
  usual: ({ entry }, { regime }) => {
    const opens = entry ?? (regime === 'volatile-range' ? 40 : 20);
    return { entry: opens, exit: Math.max(1, Math.round(opens / 2)) };
  },
  explain,
  weakness: {
    en: 'In a sideways market most breakouts fail, and the strategy lives from few large moves.',
    ru: 'В боковом рынке большинство пробоев ложные, и стратегия живёт за счёт немногих больших движений.',
  },
  draft: ({ wording, entry }) => ({
    series: [
      { name: 'entry', make: 'indicators.donchian(params.entry)' },
      { name: 'exit', make: 'indicators.donchian(params.exit)' },
    ],
    plots: shownEnds[wording.direction],
    rules: positionRules(
      wording.direction,
      {
        enterLong: 'bar.close > entry.upper.previous',
        exitLong: 'bar.close < exit.lower.previous',
        enterShort: 'bar.close < entry.lower.previous',
        exitShort: 'bar.close > exit.upper.previous',
      },
      entry(),
    ),
  }),
};

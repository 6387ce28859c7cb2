import { type Direction, sideAt } from '../idea/actions.ts';
import { type IdeaText, type Match, term } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { notHeld, number, numberOf, type Period, period, periodOf, whole } from '../idea/numbers.ts';
import {
  type Family,
  type FamilyReading,
  mentionOf,
  positionRules,
  statedOnly,
  type Wording,
} from './family.ts';

const name = '(?:rsi|relative strength(?: index)?|рси|индекс\\p{L}? относительной силы)';
const mentions = [
  [3, term(name)],
  [2, term('oversold|overbought|перепродан\\p{L}*|перекуплен\\p{L}*')],
  [
    1,
    term(
      'mean[\\s-]reversion|buy(?:ing)? (?:the )?dips?|возврат\\p{L}*\\s+к\\s+средн\\p{L}*|откуп\\p{L}*\\s+(?:просад|падени)\\p{L}*',
    ),
  ],
] as const;

const below = term(
  '(?:below|under|<=?|less than|lower than|beneath|down to|drops to|falls to|ниже|под|меньше|до)' +
    `(?:\\s+(?:the|level|of|уровня|отметки)){0,2}\\s{0,2}(${number})(?!\\s?%)`,
);
const above = term(
  '(?:above|over|>=?|more than|higher than|exceeds|reaches|rises to|back to|выше|больше|над|достига\\p{L}*(?:\\s+до)?)' +
    `(?:\\s+(?:the|level|of|уровня|отметки)){0,2}\\s{0,2}(${number})(?!\\s?%)`,
);
const pair = term(
  `(?:${name}|levels?|thresholds?|уровн\\p{L}*)[^\\d,.;]{0,12}(\\d{1,2})\\s?(?:\\/|and|и|-)\\s?(\\d{1,2})(?!\\s?%)`,
);
const slashed = term('(\\d{1,2})\\s?\\/\\s?(\\d{1,2})(?!\\s?%)');
const oversoldAt = term(`(?:oversold|перепродан\\p{L}*)[^\\d,.;]{0,14}(\\d{1,2})(?!\\s?%)`);
const overboughtAt = term(`(?:overbought|перекуплен\\p{L}*)[^\\d,.;]{0,14}(\\d{1,2})(?!\\s?%)`);
const exitAt = term(
  `(?:sell|exit|exits|close|get out|прода\\p{L}*|выход\\p{L}*|выйти|закр\\p{L}*)[^,.;\\d]{0,25}?(?:at|on|=|при|на)\\s{0,2}(?:${name}\\s?=?\\s?)?(\\d{1,2})(?!\\s?%)`,
);
const triple = term(
  `${name}\\s?[-(]?\\s?(\\d{1,3})\\)?[\\s,;/]{1,2}(\\d{1,2})[\\s,;/]{1,2}(\\d{1,2})\\)?(?!\\s?%|[.,]\\d)`,
);
/** A bare level, at the end of its clause or before the next action. */
const bareLevel =
  '(\\d{1,2})(?=\\s*(?:$|[;\\n]|[.,](?!\\d)|(?:and|then|sell|exit|close|и|а|прода\\p{L}*|выход\\p{L}*)(?!\\p{L})))';
const boughtAt = term(
  `(?:buy|enter|long|покуп\\p{L}*|купи\\p{L}*|вход)\\s+(?:(?:at|on|when|if|при|на)\\s+)?(?:${name}\\s?=?\\s?)?${bareLevel}`,
);
const soldAt = term(`(?:sell|exit|close|прода\\p{L}*|выход\\p{L}*)\\s+${bareLevel}`);
const lengths: readonly (readonly [RegExp, (text: string) => Period])[] = [
  [term(`(${period})[\\s-]{1,2}${name}`), periodOf],
  [term(`${name}[^\\d,.;]{0,25}?${notHeld}(${period})`), periodOf],
  [term(`${name}\\s?[-(]?\\s?(${whole})\\)?(?!\\s?[/%])`), (text) => ({ amount: Number(text), unit: 'bar' })],
  [term(`(${whole})[\\s-]{1,2}${name}`), (text) => ({ amount: Number(text), unit: 'bar' })],
  [
    term(`(?:period|length|период\\p{L}*|длин\\p{L}*)\\s?(?:of|=|:)?\\s?(${whole})`),
    (text) => ({ amount: Number(text), unit: 'bar' }),
  ],
];
const anyMention = term(`${name}|oversold|overbought|перепродан\\p{L}*|перекуплен\\p{L}*`);
const coming = /cross|back|return|ris|climb|up|пересе|возвра|подним|снизу|вверх/u;
const vocabulary = term(
  `${name}|oversold|overbought|below|under|above|over|drops?|falls?|dropped|fallen|rises?|crosses|cross|reaches|returns?|dips?|` +
    'mean[\\s-]reversion|becomes|is|перепродан\\p{L}*|перекуплен\\p{L}*|ниже|выше|меньше|больше|опуска\\p{L}*|опусти\\p{L}*|пада\\p{L}*|упад\\p{L}*|' +
    'подним\\p{L}*|вырас\\p{L}*|раст\\p{L}*|пересе\\p{L}*|возвра\\p{L}*|достига\\p{L}*|средн\\p{L}*|зон\\p{L}|находится',
);

const momentum: Localised = {
  en: 'it buys strength above a level of the RSI, or sells weakness below one',
  ru: 'она покупает силу выше уровня RSI или продаёт слабость ниже него',
};

interface Levels {
  buyBelow?: number;
  sellAbove?: number;
  entry?: Wording['entry'];
  contradicts?: boolean;
}

function levelOf({ groups }: Match): number {
  return numberOf(groups[0] ?? '');
}

const isLevel = (match: Match): boolean => levelOf(match) >= 1 && levelOf(match) <= 99;

function readBelow(idea: IdeaText, levels: Levels): void {
  const isEntry = (match: Match): boolean =>
    isLevel(match) && (sideAt(idea, match) !== 'sell' || levelOf(match) < 50);
  const match = idea.take(below, isEntry);
  if (!match) return;
  if (sideAt(idea, match) === 'sell') levels.contradicts = true;
  levels.buyBelow = levelOf(match);
}

function readAbove(idea: IdeaText, levels: Levels): void {
  const match = idea.take(above, isLevel);
  if (!match) return;
  const level = levelOf(match);
  const side = sideAt(idea, match);
  // `RSI > 50` alone, tied to no sale, is the condition of an entry.
  if (side === 'sell' || (side === null && levels.buyBelow !== undefined)) {
    levels.sellAbove = level;
    return;
  }
  const before = idea.text.slice(Math.max(0, match.start - 25), match.start);
  if (level <= 50 && coming.test(before) && levels.buyBelow === undefined) {
    levels.buyBelow = level;
    levels.entry = 'return';
    const exit = idea.take(above, (next) => isLevel(next) && sideAt(idea, next) !== 'buy');
    if (exit) levels.sellAbove = levelOf(exit);
  } else {
    levels.contradicts = true;
  }
}

function readLevels(idea: IdeaText, direction: Direction): Levels {
  const levels: Levels = {};
  for (const pattern of [pair, slashed]) {
    const range = idea.take(pattern, ({ groups: [low, high] }) => Number(low) < 50 && Number(high) >= 50);
    if (range) return { buyBelow: Number(range.groups[0]), sellAbove: Number(range.groups[1]) };
  }
  if (direction === 'long') {
    const bought = idea.take(boughtAt, (match) => isLevel(match) && levelOf(match) < 50);
    if (bought) levels.buyBelow = levelOf(bought);
    const sold = idea.take(soldAt, (match) => isLevel(match) && levelOf(match) >= 50);
    if (sold) levels.sellAbove = levelOf(sold);
  }
  const oversold = levels.buyBelow === undefined ? idea.take(oversoldAt, isLevel) : null;
  if (oversold) levels.buyBelow = levelOf(oversold);
  const overbought = levels.sellAbove === undefined ? idea.take(overboughtAt, isLevel) : null;
  if (overbought) levels.sellAbove = levelOf(overbought);
  if (levels.buyBelow === undefined) readBelow(idea, levels);
  if (levels.sellAbove === undefined) readAbove(idea, levels);
  const exits = direction === 'short' ? 'buyBelow' : 'sellAbove';
  if (levels[exits] === undefined && direction !== 'both') {
    const exit = idea.take(exitAt, isLevel);
    if (exit) levels[exits] = levelOf(exit);
  }
  return levels;
}

function read(idea: IdeaText, direction: Direction): FamilyReading {
  const together = idea.take(triple, ({ groups: [, low, high] }) => Number(low) < 50 && Number(high) >= 50);
  const [bars, low, high] = (together?.groups ?? []).map(Number);
  const {
    buyBelow = low,
    sellAbove = high,
    entry = 'reach',
    contradicts = false,
  } = together ? {} : readLevels(idea, direction);
  let length: Period | undefined = bars === undefined ? undefined : { amount: bars, unit: 'bar' };
  for (const [pattern, parse] of lengths) {
    if (length !== undefined) break;
    const text = idea.take(pattern)?.groups[0];
    if (text !== undefined) length = parse(text);
  }
  idea.take(anyMention);
  idea.know(vocabulary);
  return {
    stated: statedOnly({ period: length, buyBelow, sellAbove }),
    wording: { entry },
    ...(contradicts ? { contradiction: momentum } : {}),
  };
}

function explain(params: Readonly<Record<string, number>>, { direction, entry }: Wording): Localised {
  const { period: length, buyBelow, sellAbove } = params;
  const reach = entry === 'reach';
  const en = {
    long: `Buys when the RSI of ${length} bars ${reach ? 'falls below' : 'comes back above'} ${buyBelow} and closes when it stands above ${sellAbove}.`,
    short: `Sells short when the RSI of ${length} bars ${reach ? 'rises above' : 'comes back below'} ${sellAbove} and covers when it stands below ${buyBelow}.`,
    both: `Buys when the RSI of ${length} bars ${reach ? 'falls below' : 'comes back above'} ${buyBelow}, sells short when it ${reach ? 'rises above' : 'comes back below'} ${sellAbove}.`,
  };
  const ru = {
    long: `Покупает, когда RSI за ${length} баров ${reach ? 'опускается ниже' : 'возвращается выше'} ${buyBelow}, закрывает, когда он выше ${sellAbove}.`,
    short: `Продаёт в короткую, когда RSI за ${length} баров ${reach ? 'поднимается выше' : 'возвращается ниже'} ${sellAbove}, закрывает, когда он ниже ${buyBelow}.`,
    both: `Покупает, когда RSI за ${length} баров ${reach ? 'опускается ниже' : 'возвращается выше'} ${buyBelow}, продаёт в короткую, когда он ${reach ? 'поднимается выше' : 'возвращается ниже'} ${sellAbove}.`,
  };
  return { en: en[direction], ru: ru[direction] };
}

export const rsiReversion: Family = {
  name: 'rsi-reversion',
  title: { en: 'RSI reversion', ru: 'возврат по RSI' },
  style: 'reversion',
  parameters: {
    period: {
      type: 'integer',
      min: 2,
      max: 5000,
      description: 'Bars of the RSI',
      isPeriod: true,
      search: [0.5, 1, 2],
    },
    buyBelow: {
      type: 'number',
      min: 1,
      max: 99,
      description: 'RSI that counts as oversold',
      search: [0.8, 1, 1.2],
    },
    sellAbove: {
      type: 'number',
      min: 1,
      max: 99,
      description: 'RSI at which a rebound is over',
      search: [0.8, 1, 1.2],
    },
  },
  ordered: ['buyBelow', 'sellAbove'],
  mention: (idea) => mentionOf(idea, mentions),
  read,
  // Wilder's own values (New Concepts in Technical Trading Systems, 1978).
  usual: () => ({ period: 14, buyBelow: 30, sellAbove: 70 }),
  explain,
  weakness: {
    en: 'In a strong trend the RSI stays beyond its level for long, and the strategy trades against the move.',
    ru: 'В сильном тренде RSI надолго остаётся за своим уровнем, и стратегия торгует против движения.',
  },
  draft: ({ wording, entry }) => {
    const reach = wording.entry === 'reach';
    const [low, high] = ['params.buyBelow', 'params.sellAbove'];
    const enterLong = reach ? `crossBelow(rsi, ${low})` : `crossAbove(rsi, ${low})`;
    const enterShort = reach ? `crossAbove(rsi, ${high})` : `crossBelow(rsi, ${high})`;
    return {
      series: [{ name: 'rsi', make: 'indicators.rsi(params.period)' }],
      plots: [{ name: 'RSI', series: 'rsi', pane: 'below' }],
      rules: positionRules(
        wording.direction,
        { enterLong, exitLong: `rsi.value > ${high}`, enterShort, exitShort: `rsi.value < ${low}` },
        entry(),
      ),
    };
  },
};

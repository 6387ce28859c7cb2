import { sideAt } from '../idea/actions.ts';
import { type IdeaText, term } from '../idea/ideaText.ts';
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

const name = '(?:bollinger(?:s)?|bbands?|bb|боллиндж\\p{L}*|болиндж\\p{L}*)(?:\\s+(?:bands?|полос\\p{L}*))?';
const mentions = [[3, term(name)]] as const;

const both = term(`${name}\\s?[(]?\\s?(${whole})\\s?[,/; ]\\s?(\\d(?:\\.\\d{1,2})?)\\)?(?!\\s?%)`);
const deviationWord =
  '(?:(?:standard\\s+|std\\.?\\s+)?(?:deviations?|devs?|sigmas?|stds?|sd)|σ|(?:стандартн\\p{L}*\\s+)?(?:отклонени\\p{L}*|сигм\\p{L}*))';
const deviations = [
  term(`(${number})[\\s-]?${deviationWord}`),
  term(`${deviationWord}\\s?(?:of\\s+|=\\s?|is\\s+)?(${number})(?!\\s?%)`),
];
const lengths: readonly (readonly [RegExp, (text: string) => Period])[] = [
  [term(`(${period})[\\s-]{1,2}${name}`), periodOf],
  [term(`${name}[^\\d,.;]{0,25}?${notHeld}(${period})`), periodOf],
  [term(`${name}\\s?[-(]?\\s?(${whole})\\)?(?!\\s?%)`), (text) => ({ amount: Number(text), unit: 'bar' })],
  [
    term(`(?:period|length|период\\p{L}*)\\s?(?:of|=|:)?\\s?(${whole})`),
    (text) => ({ amount: Number(text), unit: 'bar' }),
  ],
];
const anyMention = term(name);
const upper = term('upper|top|верхн\\p{L}*');
const lower = term('lower|bottom|нижн\\p{L}*');
const opposite = term('(?:opposite|other)\\s+(?:side|band)|противоположн\\p{L}*');
const middle = term('middle|mid|mean|average|basis|средн\\p{L}*|середин\\p{L}*|центральн\\p{L}*');
const vocabulary = term(
  `${name}|${deviationWord}|upper|top|lower|bottom|middle|mid|mean|average|basis|bands?|below|under|above|over|outside|touch\\p{L}*|` +
    'cross\\p{L}*|bounces?|fade|moves|opposite|other|side|falls?|drops?|rises?|closes?|reaches|reversion|returns?|reverts?|верхн\\p{L}*|нижн\\p{L}*|противоположн\\p{L}*|средн\\p{L}*|середин\\p{L}*|центральн\\p{L}*|' +
    'полос\\p{L}*|границ\\p{L}*|ниже|выше|под|над|отскок\\p{L}*|отскак\\p{L}*|каса\\p{L}*|косн\\p{L}*|пересе\\p{L}*|пробива\\p{L}*|опуска\\p{L}*|пада\\p{L}*|возвра\\p{L}*|выход\\p{L}*|шириной|канал\\p{L}*',
);

const breakout: Localised = {
  en: 'it buys at the upper band, or sells at the lower one',
  ru: 'она покупает у верхней полосы или продаёт у нижней',
};

function read(idea: IdeaText): FamilyReading {
  let length: Period | undefined;
  let width: number | undefined;
  const isWidth = (value: number): boolean => value >= 0.5 && value <= 5;
  const together = idea.take(both, ({ groups }) => isWidth(numberOf(groups[1] ?? '')));
  if (together) {
    length = { amount: Number(together.groups[0]), unit: 'bar' };
    width = numberOf(together.groups[1] ?? '');
  }
  for (const pattern of deviations) {
    width ??= idea
      .take(pattern, ({ groups }) => isWidth(numberOf(groups[0] ?? '')))
      ?.groups.map((text) => numberOf(text ?? ''))[0];
  }
  for (const [pattern, parse] of lengths) {
    const text = length === undefined ? idea.take(pattern)?.groups[0] : undefined;
    if (text !== undefined) length = parse(text);
  }
  const sides = { upper: idea.matches(upper), lower: idea.matches(lower) };
  const contradicts =
    sides.upper.some((place) => sideAt(idea, place) === 'buy') &&
    !sides.lower.some((place) => sideAt(idea, place) === 'buy');
  const exitsFar =
    idea.has(opposite) || (sides.upper.some((place) => sideAt(idea, place) === 'sell') && !idea.has(middle));
  idea.take(anyMention);
  idea.know(vocabulary);
  return {
    stated: statedOnly({ period: length, deviations: width }),
    wording: { exit: exitsFar ? 'far-band' : 'middle' },
    ...(contradicts ? { contradiction: breakout } : {}),
  };
}

function explain(params: Readonly<Record<string, number>>, { direction, exit }: Wording): Localised {
  const { period: length, deviations: width } = params;
  const far = exit === 'far-band';
  const en = {
    long: `Buys when the close falls below the lower Bollinger band of ${length} bars and ${width} deviations, and closes at the ${far ? 'upper' : 'middle'} band.`,
    short: `Sells short when the close rises above the upper Bollinger band of ${length} bars and ${width} deviations, and covers at the ${far ? 'lower' : 'middle'} band.`,
    both: `Buys below the lower and sells short above the upper Bollinger band of ${length} bars and ${width} deviations, and closes at the ${far ? 'other' : 'middle'} band.`,
  };
  const ru = {
    long: `Покупает, когда закрытие уходит ниже нижней полосы Боллинджера за ${length} баров с ${width} отклонениями, закрывает у ${far ? 'верхней' : 'средней'} полосы.`,
    short: `Продаёт в короткую, когда закрытие уходит выше верхней полосы Боллинджера за ${length} баров с ${width} отклонениями, закрывает у ${far ? 'нижней' : 'средней'} полосы.`,
    both: `Покупает ниже нижней и продаёт в короткую выше верхней полосы Боллинджера за ${length} баров с ${width} отклонениями, закрывает у ${far ? 'противоположной' : 'средней'} полосы.`,
  };
  return { en: en[direction], ru: ru[direction] };
}

export const bollingerReversion: Family = {
  name: 'bollinger-reversion',
  title: { en: 'Bollinger reversion', ru: 'возврат от полос Боллинджера' },
  style: 'reversion',
  parameters: {
    period: {
      type: 'integer',
      min: 2,
      max: 5000,
      description: 'Bars of the middle band',
      isPeriod: true,
      search: [0.5, 0.75, 1, 1.5, 2],
    },
    deviations: {
      type: 'number',
      min: 0.5,
      max: 5,
      description: 'Standard deviations from the middle to a band',
      search: [0.75, 1, 1.25],
    },
  },
  mention: (idea) => mentionOf(idea, mentions),
  read,
  // Bollinger's own values (Bollinger on Bollinger Bands, 2001).
  usual: () => ({ period: 20, deviations: 2 }),
  explain,
  weakness: {
    en: 'In a breakout the price walks along a band, and the strategy trades against the move.',
    ru: 'При пробое цена идёт вдоль полосы, и стратегия торгует против движения.',
  },
  draft: ({ wording, entry }) => {
    const far = wording.exit === 'far-band';
    return {
      series: [{ name: 'bands', make: 'indicators.bollinger(params.period, params.deviations)' }],
      plots: [
        { name: 'Upper band', series: 'bands.upper' },
        { name: 'Middle band', series: 'bands.middle' },
        { name: 'Lower band', series: 'bands.lower' },
      ],
      rules: positionRules(
        wording.direction,
        {
          enterLong: 'crossBelow(bars.close, bands.lower)',
          exitLong: `bar.close >= bands.${far ? 'upper' : 'middle'}.value`,
          enterShort: 'crossAbove(bars.close, bands.upper)',
          exitShort: `bar.close <= bands.${far ? 'lower' : 'middle'}.value`,
        },
        entry(),
      ),
    };
  },
};

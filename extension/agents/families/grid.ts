import { type IdeaText, term } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { number, numberOf, percent, whole } from '../idea/numbers.ts';
import { type Family, type FamilyReading, mentionOf, statedOnly } from './family.ts';

const name = '(?:grids?|сетк\\p{L}*|сеточн\\p{L}*|грид\\p{L}*)';
const mentions = [[3, term(name)]] as const;

const levels = [
  term(
    `(${number})[\\s-](?:grid\\s+)?(?:levels?|steps|orders?|lines?|rungs?|уровн\\p{L}*|ступен\\p{L}*|ордер\\p{L}*|линий)`,
  ),
  term(`${name}\\s+(?:of|with|из|на)\\s+(${whole})(?!\\s?%)`),
  term(`(?:levels|уровней)\\s?(?:=|:)\\s?(${whole})`),
];
const steps = [
  term(`(${percent})\\s+(?:apart|steps?|spacing|each|between|grids?|distance|шаг\\p{L}*)`),
  term(
    `(?:spacing|spaced|steps?|apart|every|each|distance|шаг\\p{L}*|через|кажд\\p{L}{2}|интервал\\p{L}*|расстояни\\p{L}*)(?:\\s+(?:of|by|is|в|at|на|по)){0,2}[\\s:=]{0,2}(${percent})`,
  ),
  term(`(${percent})`),
];
const anyMention = term(name);
const vocabulary = term(
  `${name}|levels?|steps?|spacing|spaced|apart|between|each|every|below|above|шаг\\p{L}*|через|кажд\\p{L}{2}|уровн\\p{L}*|интервал\\p{L}*|расстояни\\p{L}*|между`,
);

function first(
  idea: IdeaText,
  patterns: readonly RegExp[],
  isAllowed: (value: number) => boolean,
): number | undefined {
  for (const pattern of patterns) {
    const match = idea.take(pattern, ({ groups }) => isAllowed(numberOf(groups[0] ?? '')));
    if (match) return numberOf(match.groups[0] ?? '');
  }
  return undefined;
}

function read(idea: IdeaText): FamilyReading {
  const stated = {
    levels: first(idea, levels, (value) => Number.isInteger(value) && value >= 1 && value <= 50),
    step: first(idea, steps, (value) => value >= 0.05 && value <= 20),
  };
  idea.take(anyMention);
  idea.know(vocabulary);
  return { stated: statedOnly(stated) };
}

function explain(params: Readonly<Record<string, number>>): Localised {
  const { anchor, levels: count, step, target = step } = params;
  return {
    en: `Buys a lot at each of ${count} levels ${step}% apart below the average of ${anchor} bars, and sells each lot ${target}% above its entry.`,
    ru: `Покупает по лоту на каждом из ${count} уровней с шагом ${step}% ниже средней за ${anchor} баров и продаёт каждый лот на ${target}% выше его входа.`,
  };
}

export const grid: Family = {
  name: 'grid',
  title: { en: 'grid', ru: 'сетка' },
  style: 'reversion',
  longOnly: true,
  parameters: {
    anchor: {
      type: 'integer',
      min: 2,
      max: 5000,
      description: 'Bars of the average that the grid hangs from',
      isPeriod: true,
    },
    levels: {
      type: 'integer',
      min: 1,
      max: 50,
      description: 'Most lots held at once',
      search: [0.6, 1, 1.6],
    },
    step: {
      type: 'number',
      min: 0.05,
      max: 20,
      description: 'Percent between two levels',
      search: [0.5, 1, 2],
    },
  },
  mention: (idea) => mentionOf(idea, mentions),
  read,
  // A step of twice the usual range of a bar is reached often, yet is not crossed by noise alone.
  usual: (_, { averageTrueRange }) => ({
    anchor: 100,
    levels: 5,
    step: Math.min(10, Math.max(0.5, Math.round(averageTrueRange * 2 * 1000) / 10)),
  }),
  explain,
  weakness: {
    en: 'In a long fall every level is bought and none is sold, so that the whole fall is carried.',
    ru: 'В долгом падении выкупаются все уровни и не продаётся ни один, поэтому стратегия несёт всё падение.',
  },
  draft: ({ entry }) => ({
    series: [{ name: 'anchor', make: 'indicators.sma(params.anchor)' }],
    plots: [{ name: 'Anchor average', series: 'anchor' }],
    rules: [
      {
        when: 'position.lots < params.levels && bar.close < anchor.value * (1 - ((position.lots + 1) * params.step) / 100)',
        order: `orders.buy(${entry({ size: '100 / params.levels', takeProfitPercent: 'params.step' })})`,
      },
    ],
  }),
};

import { timeframeSchema } from '../../contracts/candles.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { type IdeaText, term } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { barsOf, number, numberOf, type Period, periodOf, unit, unitOf } from '../idea/numbers.ts';
import { type Family, type FamilyReading, mentionOf, statedOnly } from './family.ts';

const every = `(?:every|each|once (?:a|per|every)|per|кажд\\p{L}{2}|раз в|через каждые)\\s+((?:${number}[\\s-])?${unit})`;
const adverb = '(hourly|daily|weekly|monthly|ежечасно|ежедневно|еженедельно|ежемесячно)';
const purchase =
  '(?:buy|buys|buying|invest\\p{L}*|purchase|accumulate|put|докуп\\p{L}*|покуп\\p{L}*|купи\\p{L}*|вкладыва\\p{L}*|инвест\\p{L}*|откладыва\\p{L}*)';
const mentions = [
  [3, term('dca|dollar[\\s-]cost[\\s-]averag\\p{L}*|cost averaging|усредн\\p{L}*')],
  [3, term(`${purchase}[^.;\\n]{0,60}?${every}`)],
  [3, term(`${every}[^.;\\n]{0,40}?${purchase}`)],
  [2, term(`${purchase}[^.;\\n]{0,40}?${adverb}(?!\\s+(?:chart|candles?|bars?|average|close))`)],
  [2, term(`${adverb}\\s+${purchase}`)],
  [2, term(`${every}\\s+(?:for|на|по|за)\\s+(?:${number})`)],
  [1, term(every)],
] as const;

const interval = term(every);
const regular = term(adverb);
const bareAmount = term(
  `(?:for|of|amount|на|по|за)\\s+(\\d{1,9}(?:[.,]\\d{1,2})?)(?!\\s?(?:%|x|btc|eth|bnb|coins?|${unit}|процент))`,
);
const vocabulary = term(
  `dca|dollar[\\s-]cost|averag\\p{L}*|cost|invest\\p{L}*|purchase|accumulate|put|worth|dip|amount|regular\\p{L}*|${adverb}|` +
    'усредн\\p{L}*|докуп\\p{L}*|вкладыва\\p{L}*|инвест\\p{L}*|откладыва\\p{L}*|регулярн\\p{L}*|сумм\\p{L}*',
);
const adverbUnits: Readonly<Record<string, string>> = {
  ежечасно: 'hourly',
  ежедневно: 'daily',
  еженедельно: 'weekly',
  ежемесячно: 'monthly',
};

function readInterval(idea: IdeaText): Period | undefined {
  const text = idea.take(interval)?.groups[0];
  if (text !== undefined)
    return /^[\p{L}]+$/u.test(text) ? { amount: 1, unit: unitOf(text) } : periodOf(text);
  const word = idea.take(regular)?.groups[0];
  return word === undefined ? undefined : { amount: 1, unit: unitOf(adverbUnits[word] ?? word) };
}

function read(idea: IdeaText): FamilyReading {
  const length = readInterval(idea);
  const amount = idea.take(bareAmount)?.groups[0];
  idea.know(vocabulary);
  return {
    stated: statedOnly({ interval: length, cash: amount === undefined ? undefined : numberOf(amount) }),
  };
}

function explain(params: Readonly<Record<string, number>>): Localised {
  const { interval: length, cash, size, risk } = params;
  const sum =
    cash === undefined
      ? {
          en: `${size ?? risk}% of the equity${size === undefined ? ' at risk' : ''}`,
          ru: `на ${size ?? risk}% капитала${size === undefined ? ' под риском' : ''}`,
        }
      : { en: `${cash} in cash`, ru: `на ${cash}` };
  return {
    en: `Buys for ${sum.en} every ${length} bars while the cash lasts.`,
    ru: `Покупает ${sum.ru} каждые ${length} баров, пока хватает денег.`,
  };
}

export const dca: Family = {
  name: 'dca',
  title: { en: 'dollar-cost averaging', ru: 'регулярные покупки (DCA)' },
  style: 'accumulation',
  longOnly: true,
  parameters: {
    interval: {
      type: 'integer',
      min: 1,
      max: 1_000_000,
      description: 'Bars between two purchases',
      isPeriod: true,
      search: [0.5, 1, 2],
    },
  },
  mention: (idea) => mentionOf(idea, mentions),
  read,
  usual: ({ size, risk }, market) => {
    const timeframe = timeframeMilliseconds[timeframeSchema.parse(market.timeframe)];
    const week = barsOf({ amount: 1, unit: timeframeMilliseconds['1w'] }, timeframe);
    const cash = size === undefined && risk === undefined ? { cash: 100 } : {};
    return { interval: Math.max(1, Math.round(week)), ...cash };
  },
  explain,
  weakness: {
    en: 'In a long fall it keeps buying and does not sell, so that the whole fall is carried.',
    ru: 'В долгом падении она продолжает покупать и не продаёт, поэтому несёт всё падение.',
  },
  draft: ({ entry, sizedBy }) => {
    const affordable = {
      size: 'account.cash * 100 >= account.equity * params.size',
      cash: 'account.cash >= params.cash',
      risk: 'account.cash > 0',
    };
    return {
      series: [],
      plots: [],
      rules: [
        {
          when: `bar.index % params.interval === 0 && ${affordable[sizedBy ?? 'cash']}`,
          order: `orders.buy(${entry()})`,
        },
      ],
    };
  },
};

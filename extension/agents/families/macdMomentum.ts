import { sideAt } from '../idea/actions.ts';
import { directionAfter } from '../idea/crossing.ts';
import { type IdeaText, term } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { type Family, type FamilyReading, mentionOf, positionRules, type Wording } from './family.ts';

const name = '(?:macd|макд|мак-?ди)';
const mentions = [
  [3, term(name)],
  [1, term('momentum|моментум\\p{L}*|импульс\\p{L}*')],
] as const;

const lengths = term(`${name}[^\\d,.;]{0,12}(\\d{1,3})\\s?[,/ -]\\s?(\\d{1,3})\\s?[,/ -]\\s?(\\d{1,3})\\)?`);
const anyMention = term(name);
const crossing = term('cross\\p{L}*|rises|falls|goes|is|moves|turns|пересе\\p{L}*');
const vocabulary = term(
  `${name}|momentum|signal|histogram|line|cross\\p{L}*|above|over|below|under|rises|moves|goes|turns|the way back|back|opposite|positive|negative|` +
    'моментум\\p{L}*|импульс\\p{L}*|сигнальн\\p{L}*|гистограмм\\p{L}*|пересе\\p{L}*|снизу|сверху|вверх|вниз|выше|ниже|обратн\\p{L}*',
);

const fading: Localised = {
  en: 'it buys when the MACD falls below its signal line, or sells when it rises above',
  ru: 'она покупает, когда MACD уходит ниже сигнальной линии, или продаёт, когда он поднимается выше',
};

function read(idea: IdeaText): FamilyReading {
  const stated = idea.take(
    lengths,
    ({ groups: [fast, slow] }) => Number(fast) < Number(slow) && Number(fast) > 0,
  );
  const [cross] = idea.matches(crossing);
  const heading = cross ? directionAfter(idea, cross.start) : null;
  const side = cross ? sideAt(idea, cross) : null;
  const contradicts = heading !== null && side !== null && (side === 'buy') !== (heading === 'up');
  idea.take(anyMention);
  idea.know(vocabulary);
  const [fast = '', slow = '', signal = ''] = stated?.groups ?? [];
  return {
    stated: stated
      ? {
          fast: { amount: Number(fast), unit: 'bar' },
          slow: { amount: Number(slow), unit: 'bar' },
          signal: { amount: Number(signal), unit: 'bar' },
        }
      : {},
    ...(contradicts ? { contradiction: fading } : {}),
  };
}

function explain(params: Readonly<Record<string, number>>, { direction }: Wording): Localised {
  const lines = `MACD (${params['fast']}, ${params['slow']}, ${params['signal']})`;
  const en = {
    long: `Buys when the line of the ${lines} crosses above its signal line, closes when it crosses back below.`,
    short: `Sells short when the line of the ${lines} crosses below its signal line, covers when it crosses back above.`,
    both: `Buys when the line of the ${lines} crosses above its signal line, sells short when it crosses below.`,
  };
  const ru = {
    long: `Покупает, когда линия ${lines} пересекает сигнальную снизу вверх, при обратном пересечении закрывает.`,
    short: `Продаёт в короткую, когда линия ${lines} пересекает сигнальную сверху вниз, при обратном пересечении закрывает.`,
    both: `Покупает, когда линия ${lines} пересекает сигнальную снизу вверх, при обратном пересечении продаёт в короткую.`,
  };
  return { en: en[direction], ru: ru[direction] };
}

const search = [0.75, 1, 1.5];

export const macdMomentum: Family = {
  name: 'macd-momentum',
  title: { en: 'MACD momentum', ru: 'импульс по MACD' },
  style: 'trend',
  parameters: {
    fast: {
      type: 'integer',
      min: 1,
      max: 5000,
      description: 'Bars of the fast average',
      isPeriod: true,
      search,
    },
    slow: {
      type: 'integer',
      min: 2,
      max: 5000,
      description: 'Bars of the slow average',
      isPeriod: true,
      search,
    },
    signal: {
      type: 'integer',
      min: 1,
      max: 5000,
      description: 'Bars of the signal line',
      isPeriod: true,
      search,
    },
  },
  ordered: ['fast', 'slow'],
  mention: (idea) => mentionOf(idea, mentions),
  read,
  // Appel's own values (Technical Analysis: Power Tools for Active Investors, 2005).
  usual: () => ({ fast: 12, slow: 26, signal: 9 }),
  explain,
  weakness: {
    en: 'In a sideways market the two lines cross often, and each cross pays costs for nothing.',
    ru: 'В боковом рынке линии пересекаются часто, и каждое пересечение впустую платит издержки.',
  },
  draft: ({ wording, entry }) => {
    const [above, below] = ['crossAbove(macd.line, macd.signal)', 'crossBelow(macd.line, macd.signal)'];
    return {
      series: [{ name: 'macd', make: 'indicators.macd(params.fast, params.slow, params.signal)' }],
      plots: [
        { name: 'MACD', series: 'macd.line', pane: 'below' },
        { name: 'Signal', series: 'macd.signal', pane: 'below' },
      ],
      rules: positionRules(
        wording.direction,
        { enterLong: above, exitLong: below, enterShort: below, exitShort: above },
        entry(),
      ),
    };
  },
};

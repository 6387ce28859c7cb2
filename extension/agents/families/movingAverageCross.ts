import { sideAt } from '../idea/actions.ts';
import { directionAfter } from '../idea/crossing.ts';
import { type IdeaText, type Match, type Span, term, word } from '../idea/ideaText.ts';
import type { Localised } from '../idea/language.ts';
import { barsOf, notHeld, type Period, period, periodOf, unit, unitOf, whole } from '../idea/numbers.ts';
import { type Family, type FamilyReading, mentionOf, positionRules, type Wording } from './family.ts';

const average = word(
  '[se]?mas?|(?<!cost |true )averages?(?! true)|скользящ\\p{L}*|средн(?:яя|ей|юю|их|ие|ими)|мувинг\\p{L}*|ема|эма|машк\\p{L}',
);
const cross = word('cross\\p{L}*|пересе\\p{L}+|break(?:s|ing)?|rises|moves|goes|closes|is|выше|ниже');
const notOther = '(?:(?!rsi|macd|bollinger|donchian|рси|макд|боллиндж)[^,.;\\n]){0,60}?';

const mentions = [
  [3, term(`${average}${notOther}(?:cross\\p{L}*|пересе\\p{L}+)`)],
  [3, term(`(?:cross\\p{L}*|пересе\\p{L}+)${notOther}${average}`)],
  [3, term('(?:golden|death)[\\s-]cross|золот\\p{L}*\\s+крест\\p{L}*')],
  [3, term(`${average}${notOther}${cross}${notOther}(?:${average}|(?:above|below|over|under|выше|ниже))`)],
  [
    3,
    term(
      `${whole}\\s?\\/\\s?${whole}[\\s-]{0,2}${average}|${average}[\\s(]{0,2}${whole}\\s?[/,]\\s?${whole}`,
    ),
  ],
  [3, term(`${average}\\s?${whole}\\s?[<>]`)],
  [2, term(`(?:above|below|over|under|выше|ниже)${notOther}${average}`)],
  [
    1,
    term(
      `${average}|follow(?:s|ing)?\\s+(?:the\\s+)?trend|trend[\\s-]follow\\p{L}*|по тренду|трендов\\p{L}*|следова\\p{L}*\\s+(?:за\\s+)?тренд\\p{L}*`,
    ),
  ],
] as const;

const goldenCross = term('(?:golden|death)[\\s-]cross|золот\\p{L}*\\s+крест\\p{L}*');
const exponential = new RegExp(`${word('emas?|ема|эма')}|exponential|экспоненц`, 'gu');
const both = '(?:\\/|and|и|&|,|to|x|over|against|vs\\.?|versus|with|с|на)';
const numbers = `(${whole})\\s?${both}\\s?(${whole})`;
const pairWithUnit = term(`${notHeld}(${whole})[\\s-]{0,2}${both}[\\s]?(${whole})[\\s-]{0,2}(${unit})`);
const pairAfter = term(
  `${average}(?:[\\s(]{1,2}|\\s(?:cross\\p{L}*|пересе\\p{L}+)[\\s(]{1,2})(?:of\\s+)?${numbers}\\)?(?!\\s?%)`,
);
const spaced = term(
  `${average}(?:\\s(?:cross\\p{L}*|пересе\\p{L}+))?[\\s(]{1,2}(${whole})\\s{1,2}(${whole})\\)?(?!\\s?%|[\\s-]{1,2}${unit}|\\s\\d)`,
);
/** `EMA 20 crosses above 50`. */
const crossed = term(
  `${average}[\\s-]{0,2}\\(?(${whole})\\)?\\s{1,2}((?:cross\\p{L}*|пересе\\p{L}+)(?:\\s(?:above|over|below|under|the|through|выше|ниже)){0,2}\\s{1,2})(${whole})(?!\\s?%|[\\s-]{1,2}(?:${unit}|${average}))`,
);
/** Three averages at once. */
export const triple = term(
  `${average}(?:\\s(?:cross\\p{L}*|пересе\\p{L}+))?[\\s(]{1,2}${whole}[\\s/]{1,2}${whole}[\\s/]{1,2}${whole}|(?:triple|three|тройн\\p{L}*|три)\\s(?:\\p{L}+\\s){0,2}${average}`,
);
const pairBefore = term(`${numbers}[\\s-]{1,2}(?:\\p{L}+\\s+){0,2}${average}`);
const slashed = term(`(${whole})\\s?\\/\\s?(${whole})(?!\\s?%)`);
const single = [
  term(`${notHeld}(${period})`),
  term(`${average}[\\s-]{0,2}\\(?\\s?(${whole})(?!\\d*\\s?%)\\)?`),
  term(`(${whole})[\\s-]{0,2}(?:(?:simple|exponential|moving|простая|экспоненциальная)\\s+){0,2}${average}`),
  term(
    `(?:fast|slow|short|long|быстр\\p{L}*|медленн\\p{L}*|коротк\\p{L}*|длинн\\p{L}*)[^\\d,.;%]{0,20}(${whole})(?!\\s?%)`,
  ),
];
const anyAverage = term(average);

const crossing = term(
  '[<>]=?|cross\\p{L}*|пересе\\p{L}+|break(?:s|ing)?|rises|moves|goes|is|выше|ниже|above|below|over|under',
);
const wayBack = term(
  '(?:sell|exit|close|get out|reverse|cover|прода\\p{L}*|выход\\p{L}*|закр\\p{L}*)?[^,.;]{0,15}?' +
    '(?:on\\s+)?(?:the\\s+)?(?:way back|opposite (?:cross|signal)\\p{L}*|reverse cross\\p{L}*|crosses back|cross back|обратн\\p{L}*(?:\\s+(?:пересечени\\p{L}*|сигнал\\p{L}*))?)',
);
const vocabulary = term(
  `${average}|simple|exponential|moving|fast(?:er)?|slow(?:er)?|short(?:er)?[\\s-]?(?:term)?|long(?:er)?[\\s-]?(?:term)?|cross\\p{L}*|above|` +
    'over|below|under|up|upwards?|down|downwards?|back|opposite|reverse|follow(?:s|ing)?|trend|price|close|closes|rises|falls?|drops?|moves|goes|gets|breaks|' +
    'пересе\\p{L}*|снизу|сверху|вверх|вниз|выше|ниже|прост\\p{L}{2,3}|экспоненциальн\\p{L}*|быстр\\p{L}*|медленн\\p{L}*|' +
    'коротк\\p{L}*|длинн\\p{L}*|обратн\\p{L}*|тренд\\p{L}*|следова\\p{L}*|цен\\p{L}{1,2}|закрыти\\p{L}*|период\\p{L}*',
);

interface Found extends Span {
  readonly period: Period;
}

function take(idea: IdeaText, pattern: RegExp, read: (match: Match) => Period[]): Found[] {
  const match = idea.take(pattern);
  return match ? read(match).map((found) => ({ start: match.start, end: match.end, period: found })) : [];
}

function bars(text: string | undefined): Period {
  return { amount: Number(text), unit: 'bar' };
}

/** Lengths of averages in the order of the text, at most two. */
function readPeriods(idea: IdeaText): Found[] {
  const pair = take(idea, pairWithUnit, ({ groups: [first, second, name] }) =>
    [first, second].map((amount) => ({ amount: Number(amount), unit: unitOf(name ?? '') })),
  );
  if (pair.length > 0) return pair;
  const match = idea.take(crossed);
  if (match) {
    const [first = '', verb = '', second = ''] = match.groups;
    const end = match.end - second.length;
    return [
      { start: match.start, end: end - verb.length, period: bars(first) },
      { start: end, end: match.end, period: bars(second) },
    ];
  }
  for (const pattern of [pairAfter, spaced, pairBefore, slashed]) {
    const found = take(idea, pattern, ({ groups: [first, second] }) => [bars(first), bars(second)]);
    if (found.length > 0) return found;
  }
  const found: Found[] = [];
  for (const [index, pattern] of single.entries()) {
    while (found.length < 2) {
      const next = take(idea, pattern, ({ groups: [text = ''] }) => [
        index === 0 ? periodOf(text) : bars(text),
      ]);
      if (next.length === 0) break;
      found.push(...next);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Compares lengths; bars and hours can be compared only by their order in the text. */
function isLonger(a: Period, b: Period): boolean {
  if ((a.unit === 'bar') !== (b.unit === 'bar')) return false;
  return barsOf(a, 1) > barsOf(b, 1);
}

const contrarian: Localised = {
  en: 'it buys when the faster line falls below the slower one, or sells when it rises above',
  ru: 'она покупает, когда быстрая линия уходит ниже медленной, или продаёт, когда та поднимается выше',
};

const fastWord = '(?:fast\\p{L}*|быстр\\p{L}*)';
const slowWord = '(?:slow\\p{L}*|медленн\\p{L}*)';
const fastAndSlow = term(`(${fastWord})[^,.;\\n]{0,50}?${slowWord}|${slowWord}[^,.;\\n]{0,50}?${fastWord}`);

/** True where a rule told of the fast and the slow line, by these words, turns the crossing round. */
function turnsRound(idea: IdeaText): boolean {
  return idea.matches(fastAndSlow).some((place) => {
    const heading = directionAfter(idea, place.start);
    const side = sideAt(idea, place);
    if (heading === null || side === null) return false;
    const fastFirst = place.groups[0] !== undefined;
    return (side === 'buy') !== ((heading === 'up') === fastFirst);
  });
}

/** True where a pair such as `10/30` is followed by a rule that turns its crossing round. */
function turnsPairRound(idea: IdeaText, pair: Found): boolean {
  return idea.matches(crossing).some((verb) => {
    if (verb.start < pair.end) return false;
    const heading = directionAfter(idea, verb.start);
    const side = sideAt(idea, verb);
    return heading !== null && side !== null && (side === 'buy') !== (heading === 'up');
  });
}

/** True where the first crossing that is described asks for the opposite of following it. */
function isContrarian(idea: IdeaText, first: Found, second: Found | undefined): boolean {
  if (turnsRound(idea)) return true;
  if (second !== undefined && first.start === second.start && !idea.has(fastAndSlow)) {
    return !isLonger(first.period, second.period) && turnsPairRound(idea, first);
  }
  const start = second === undefined ? 0 : Math.min(first.start, second.start);
  const verb = idea.matches(crossing).find((match) => match.start >= start);
  if (!verb) return false;
  const heading = directionAfter(idea, verb.start);
  const side = sideAt(idea, verb);
  if (heading === null || side === null) return false;
  const rises = heading === 'up';
  if (second === undefined) {
    // The price stands first: `price crosses above the average`; an average first would turn it round.
    return first.start < verb.start ? false : (side === 'buy') !== rises;
  }
  if (!(first.end <= verb.start && verb.end <= second.start)) return false;
  const slowFirst = isLonger(first.period, second.period);
  return (side === 'buy') !== (rises !== slowFirst);
}

function read(idea: IdeaText): FamilyReading {
  const average = idea.has(exponential) ? 'exponential' : 'simple';
  const golden = idea.take(goldenCross);
  const [first, second] = readPeriods(idea);
  idea.take(anyAverage);
  const reversed = first === undefined ? turnsRound(idea) : isContrarian(idea, first, second);
  const contradiction = reversed ? { contradiction: contrarian } : {};
  idea.take(wayBack);
  idea.know(vocabulary);
  if (first !== undefined && second !== undefined) {
    const [fast, slow] = isLonger(first.period, second.period) ? [second, first] : [first, second];
    return { stated: { fast: fast.period, slow: slow.period }, wording: { average }, ...contradiction };
  }
  if (first !== undefined) {
    return { stated: { fast: bars('1'), slow: first.period }, wording: { average }, ...contradiction };
  }
  return {
    stated: golden ? { fast: bars('50'), slow: bars('200') } : {},
    wording: { average },
    ...contradiction,
  };
}

function explain(params: Readonly<Record<string, number>>, { direction, average }: Wording): Localised {
  const [fast, slow] = [params['fast'], params['slow']];
  const kind =
    average === 'exponential'
      ? { en: 'exponential', ru: 'экспоненциальная' }
      : { en: 'simple', ru: 'простая' };
  const lines = {
    en: `the ${kind.en} average of ${fast} bars`,
    ru: `${kind.ru} средняя за ${fast} баров`,
  };
  const en = {
    long: `Buys when ${lines.en} crosses above that of ${slow} bars, closes when it crosses back below.`,
    short: `Sells short when ${lines.en} crosses below that of ${slow} bars, covers when it crosses back above.`,
    both: `Buys when ${lines.en} crosses above that of ${slow} bars, sells short when it crosses below.`,
  };
  const up = `Когда ${lines.ru} пересекает среднюю за ${slow} баров снизу вверх,`;
  const down = `Когда ${lines.ru} пересекает среднюю за ${slow} баров сверху вниз,`;
  const ru = {
    long: `${up} покупает; при обратном пересечении закрывает.`,
    short: `${down} продаёт в короткую; при обратном пересечении закрывает.`,
    both: `${up} покупает; при обратном пересечении продаёт в короткую.`,
  };
  return { en: en[direction], ru: ru[direction] };
}

const search = [0.5, 0.75, 1, 1.5, 2];

export const movingAverageCross: Family = {
  name: 'moving-average-cross',
  title: { en: 'moving-average cross', ru: 'пересечение скользящих средних' },
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
  },
  ordered: ['fast', 'slow'],
  mention: (idea) => mentionOf(idea, mentions),
  read,
  // In a volatile range short averages cross at every swing, so that twice their length is taken.
  usual: (_, { regime }) => (regime === 'volatile-range' ? { fast: 20, slow: 60 } : { fast: 10, slow: 30 }),
  explain,
  weakness: {
    en: 'A sideways market makes the averages cross back and forth, and each cross pays costs for nothing.',
    ru: 'В боковом рынке средние пересекаются туда и обратно, и каждое пересечение впустую платит издержки.',
  },
  draft: ({ wording, entry }) => {
    const kind = wording.average === 'exponential' ? 'ema' : 'sma';
    const [above, below] = ['crossAbove(fast, slow)', 'crossBelow(fast, slow)'];
    return {
      series: [
        { name: 'fast', make: `indicators.${kind}(params.fast)` },
        { name: 'slow', make: `indicators.${kind}(params.slow)` },
      ],
      plots: [
        { name: 'Fast average', series: 'fast' },
        { name: 'Slow average', series: 'slow' },
      ],
      rules: positionRules(
        wording.direction,
        { enterLong: above, exitLong: below, enterShort: below, exitShort: above },
        entry(),
      ),
    };
  },
};

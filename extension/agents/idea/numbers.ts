import { timeframeMilliseconds } from '../../contracts/timeframes.ts';

/** Number words of both languages; the Russian genitive stands in `десятичасовая` too. */
const numberWords: Readonly<Record<string, number>> = {
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fourteen: 14,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  hundred: 100,
  one: 1,
  'a hundred': 100,
  'one hundred': 100,
  'two hundred': 200,
  один: 1,
  одного: 1,
  одну: 1,
  два: 2,
  две: 2,
  двух: 2,
  три: 3,
  трех: 3,
  четыре: 4,
  четырех: 4,
  пять: 5,
  пяти: 5,
  шесть: 6,
  шести: 6,
  семь: 7,
  семи: 7,
  восемь: 8,
  восьми: 8,
  девять: 9,
  девяти: 9,
  десять: 10,
  десяти: 10,
  двенадцать: 12,
  двенадцати: 12,
  четырнадцать: 14,
  четырнадцати: 14,
  пятнадцать: 15,
  пятнадцати: 15,
  двадцать: 20,
  двадцати: 20,
  тридцать: 30,
  тридцати: 30,
  сорок: 40,
  сорока: 40,
  пятьдесят: 50,
  пятидесяти: 50,
  сто: 100,
  ста: 100,
  двести: 200,
  двухсот: 200,
};

const words = Object.keys(numberWords)
  .sort((a, b) => b.length - a.length)
  .join('|');

/** Source of a pattern for a number: digits with `.` or `,` as decimal sign, thousands, or a word. */
export const number = `(?:\\d{1,3}(?:,\\d{3}){1,2}(?!\\d)|\\d{1,9}(?:[.,]\\d{1,6})?|${words})`;
/** Source of a pattern for a whole number in digits. */
export const whole = '\\d{1,5}';
/** Source of a pattern for a number of percent. */
export const percent = `(?:${number})\\s?(?:%|percents?|pct|процент\\p{L}{0,3})`;

/** The value of what `number` or `percent` matched. */
export function numberOf(text: string): number {
  const [digits] = /^\d[\d.,]*/u.exec(text) ?? [];
  if (digits === undefined) {
    const [word] = new RegExp(`^(?:${words})`, 'u').exec(text) ?? [];
    return numberWords[word ?? ''] ?? Number.NaN;
  }
  if (/^\d{1,3}(?:,\d{3}){1,2}$/u.test(digits)) return Number(digits.replaceAll(',', ''));
  return Number(digits.replace(',', '.'));
}

/** A length of time in bars, or in milliseconds where the idea speaks of hours or days. */
export interface Period {
  readonly amount: number;
  /** `bar`, or the milliseconds of one unit. */
  readonly unit: 'bar' | number;
}

/** Each unit's words and what it stands for; a month counts as 30 days. */
const units: readonly (readonly [string, Period['unit']])[] = [
  ['bars?|candles?|candlesticks?|periods?|бар(?!рел)\\p{L}{0,4}|свеч\\p{L}{0,4}|период\\p{L}{0,3}', 'bar'],
  ['minutes?|mins?|m|минут\\p{L}{0,6}|мин', timeframeMilliseconds['1m']],
  ['hours?|hourly|hrs?|h|час\\p{L}{0,6}|ч', timeframeMilliseconds['1h']],
  ['days?|daily|d|дн\\p{L}{1,7}|день|сут\\p{L}{1,5}', timeframeMilliseconds['1d']],
  ['weeks?|weekly|w|недел\\p{L}{1,6}', timeframeMilliseconds['1w']],
  ['months?|monthly|месяц\\p{L}{0,3}|месячн\\p{L}{1,4}', 30 * timeframeMilliseconds['1d']],
];

/** Source of a pattern for a unit of time. */
export const unit = `(?:${units.map(([source]) => source).join('|')})`;
/** Source of a pattern for a length of time: `10-hour`, `20 days`, `10-часовую`, `десятичасовая`. */
export const period = `(?:${number})(?:-(?:ти|и|х))?[\\s-]{0,2}${unit}`;

/** Source for what must not stand before a length of time that belongs to an indicator. */
export const notHeld = '(?<!(?:hold for|after|every|within|через|кажд\\p{L}{2}|держ\\p{L}{2,4})\\s)';

const unitPatterns = units.map(([source, value]) => [new RegExp(`^(?:${source})$`, 'u'), value] as const);

/** The unit that `unit` matched. */
export function unitOf(text: string): Period['unit'] {
  return unitPatterns.find(([pattern]) => pattern.test(text))?.[1] ?? 'bar';
}

const periodParts = new RegExp(`^(${number})(?:-(?:ти|и|х))?[\\s-]{0,2}(${unit})$`, 'u');

/** The length of time that `period` matched. */
export function periodOf(text: string): Period {
  const [, amount = '', name = ''] = periodParts.exec(text) ?? [];
  return { amount: numberOf(amount), unit: unitOf(name) };
}

/** A length of time as bars of `timeframe` milliseconds, which may be a fraction. */
export function barsOf({ amount, unit: length }: Period, timeframe: number): number {
  return length === 'bar' ? amount : (amount * length) / timeframe;
}

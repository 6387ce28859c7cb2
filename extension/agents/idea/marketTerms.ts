import { type IdeaText, type Span, term } from './ideaText.ts';
import { number, periodOf, unit, unitOf } from './numbers.ts';

/** Words of well-known symbols; others are known by a pair such as `DOTUSDT` or `DOT/USD`. */
const symbols: Readonly<Record<string, string>> = {
  BTC: 'btc|xbt|bitcoins?|биткоин\\p{L}*|биткойн\\p{L}*|битк\\p{L}{1,2}|бтк',
  ETH: 'eth|ethereum|ether|эфир\\p{L}*|этериум\\p{L}*',
  BNB: 'bnb|бнб',
  ADA: 'ada|cardano|кардано',
  SOL: 'sol|solana|солан\\p{L}',
  XRP: 'xrp|ripple|рипл\\p{L}?',
  DOGE: 'doge|dogecoin|догикоин\\p{L}?',
  LTC: 'ltc|litecoin|лайткоин\\p{L}?',
};
const symbolPatterns = Object.entries(symbols).map(([base, words]) => [base, term(words)] as const);
const pair = term('([a-z]{2,6})[/-]?(?:usdt|usdc|busd|usd|eur)');

/** Base assets that the idea names, in upper case and in alphabetical order. */
export function readSymbols(idea: IdeaText): string[] {
  const named = symbolPatterns.filter(([, pattern]) => idea.has(pattern));
  const paired = idea.matches(pair).map(({ groups }) => (groups[0] ?? '').toUpperCase());
  for (const [, pattern] of named) idea.know(pattern);
  idea.know(pair);
  return [...new Set([...named.map(([base]) => base), ...paired])].sort();
}

const chart = '(?:charts?|data|history|candles?|candlesticks?|bars?|timeframe|time frame)';
const chartRussian = '(?:график\\p{L}*|таймфрейм\\p{L}*|свеч\\p{L}*|бар\\p{L}{0,3}|данны\\p{L}*|тф)';
const timeframes = [
  term(`(?:on|using|in)?\\s*(?:the|a)?\\s*(${number}[\\s-]?${unit})[\\s-]${chart}`),
  term(`(?:on\\s+|using\\s+)?(?:the\\s+|a\\s+)?(hourly|daily|weekly|monthly)\\s+${chart}`),
  term(`(?:на\\s+)?(${number}[\\s-]{0,2}${unit})\\s+${chartRussian}`),
  term(
    `(?:на\\s+)?(часов\\p{L}{1,3}|дневн\\p{L}{1,3}|недельн\\p{L}{1,3}|минутн\\p{L}{1,3})\\s+${chartRussian}`,
  ),
];

const indicator = '(?:[se]?ma|rsi|macd|bollinger|donchian|moving)';
const ofTime = `(?:${number}[\\s-]?${unit}|hourly|daily|weekly|monthly)`;
const clauseEnds = '(?=\\s*(?:$|[;\\n]|[.,](?!\\d)))';
const spokenOf = '(?<!(?:for|after|every|each|within|in|last|past|через|кажд\\p{L}{2}|за)\\s)';
/** Lengths of time that name the chart only where nothing else of the idea took them. */
const leftTimeframes = [
  term(`(?:on|using|at|на)\\s+(?:the\\s+|a\\s+)?(${ofTime})${clauseEnds}`),
  term(`${spokenOf}(\\d{1,2}\\s?(?:m|min|h|d|w|ч|мин)|hourly|daily|weekly)${clauseEnds}`),
  term(`(?<=^\\s*)(${ofTime})(?=\\s+${indicator})`),
  term(`(?:hourly|daily|weekly|monthly)(?=\\s+${indicator}\\s?\\(?\\d)`),
];

/** The chart that an idea speaks of. */
export interface Timeframe {
  /** Milliseconds of one bar. */
  readonly bar: number;
  readonly place: Span;
}

function takeTimeframe(idea: IdeaText, patterns: readonly RegExp[]): Timeframe | null {
  for (const pattern of patterns) {
    const match = idea.take(pattern);
    if (!match) continue;
    const text = match.groups[0] ?? match.text;
    const { amount, unit: length } = /^\p{L}+$/u.test(text)
      ? { amount: 1, unit: unitOf(text) }
      : periodOf(text);
    return length === 'bar' ? null : { bar: amount * length, place: match };
  }
  return null;
}

/** The chart that the idea names as one; null where it does not. */
export function readTimeframe(idea: IdeaText): Timeframe | null {
  return takeTimeframe(idea, timeframes);
}

/** The chart of a length of time that is still unread once the family's rule has been read. */
export function readLeftTimeframe(idea: IdeaText): Timeframe | null {
  return takeTimeframe(idea, leftTimeframes);
}

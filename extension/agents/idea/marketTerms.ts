import { type IdeaText, term } from './ideaText.ts';
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

const chart = '(?:charts?|candles?|candlesticks?|bars?|timeframe|time frame)';
const chartRussian = '(?:график\\p{L}*|таймфрейм\\p{L}*|свеч\\p{L}*|бар\\p{L}{0,3}|тф)';
const timeframes = [
  term(`(?:on|using|in)?\\s*(?:the|a)?\\s*(${number}[\\s-]?${unit})[\\s-]${chart}`),
  term(`(?:on\\s+|using\\s+)?(?:the\\s+|a\\s+)?(hourly|daily|weekly|monthly)\\s+${chart}`),
  term(`(?:на\\s+)?(${number}[\\s-]{0,2}${unit})\\s+${chartRussian}`),
  term(
    `(?:на\\s+)?(часов\\p{L}{1,3}|дневн\\p{L}{1,3}|недельн\\p{L}{1,3}|минутн\\p{L}{1,3})\\s+${chartRussian}`,
  ),
];

/** Milliseconds of one bar of the chart that the idea speaks of; null where it does not. */
export function readTimeframe(idea: IdeaText): number | null {
  for (const pattern of timeframes) {
    const text = idea.take(pattern)?.groups[0];
    if (text === undefined) continue;
    const { amount, unit: length } = /^\p{L}+$/u.test(text)
      ? { amount: 1, unit: unitOf(text) }
      : periodOf(text);
    return length === 'bar' ? null : amount * length;
  }
  return null;
}

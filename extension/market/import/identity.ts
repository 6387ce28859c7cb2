import { isQuoteAsset, splitPair } from './pairs.ts';

/** Venue and symbol of a file, as far as its name tells. */
export interface FileIdentity {
  readonly venue: string;
  readonly symbol: string;
}

const venues = new Set(
  (
    'binance binanceus bitfinex bitget bitmex bitstamp bittrex bybit cex cexio coinbase coinbasepro cryptocom ' +
    'deribit exmo ftx gateio gemini hitbtc huobi htx hyperliquid itbit kraken kucoin mexc okcoin okex okx poloniex'
  ).split(' '),
);

const futures = new Set(['future', 'futures', 'perp', 'perpetual', 'swap', 'um', 'cm']);

/**
 * Reads venue and symbol from a file name: `Binance_BTCUSDT_1h.csv`, `BTCUSDT-1h-2021-06.csv`,
 * `UNITTEST_BTC-1m.json`. Futures are a venue of their own (`binance-futures`), since their prices are
 * not those of the spot market. Without a venue it is `file`; without a pair, the symbol is the file's
 * name.
 */
export function identifyFile(fileName: string): FileIdentity {
  const stem = fileName.replace(/\.[A-Za-z0-9]{1,8}$/, '');
  const words = stem.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const isVenue = (word: string): boolean => venues.has(word.toLowerCase());
  const isFutures = (word: string): boolean => futures.has(word.toLowerCase());
  const venue = words.find(isVenue)?.toLowerCase() ?? 'file';
  const symbol = findSymbol(words.filter((word) => !isVenue(word) && !isFutures(word)));
  return {
    venue: words.some(isFutures) ? `${venue}-futures` : venue,
    symbol: symbol ?? (stem.slice(0, 40) || 'unnamed'),
  };
}

function findSymbol(words: readonly string[]): string | undefined {
  const [first, second] = words;
  if (first !== undefined && second !== undefined && isQuoteAsset(second) && /^\p{L}/u.test(first)) {
    return `${first}/${second}`.toUpperCase();
  }
  for (const word of words) {
    const pair = splitPair(word);
    if (pair !== undefined) return `${pair.base}/${pair.quote}`;
  }
  return undefined;
}

/** A symbol as the lab writes it, `BTC/USDT`, from a cell that may hold `BTCUSDT`, `btc-usdt` or a share's name. */
export function normaliseSymbol(cell: string): string {
  const text = cell.trim().toUpperCase();
  if (text.includes('/')) return text;
  const pair = splitPair(text.replace(/[-_]/g, ''));
  return pair === undefined ? text : `${pair.base}/${pair.quote}`;
}

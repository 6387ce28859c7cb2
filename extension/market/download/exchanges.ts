/** The exchanges whose candles can be downloaded. */
export const exchangeIds = [
  'binance',
  'binanceusdm',
  'bybit',
  'coinbase',
  'hyperliquid',
  'kraken',
  'okx',
] as const;

export type ExchangeId = (typeof exchangeIds)[number];

/** How many of its latest bars an exchange keeps for those who ask, where these are few. */
export const shortHistories: Partial<Record<ExchangeId, number>> = { hyperliquid: 5000, kraken: 720 };

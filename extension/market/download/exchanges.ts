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

/** What an exchange keeps for those who ask, where that is little. */
export const shortHistories: Partial<Record<ExchangeId, string>> = {
  hyperliquid: 'the latest 5000 bars',
  kraken: 'the latest 720 bars',
};

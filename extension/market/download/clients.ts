import { binance, binanceusdm, bybit, coinbase, type Exchange, hyperliquid, kraken, okx } from 'ccxt';
import type { ExchangeId } from './exchanges.ts';

const classes = { binance, binanceusdm, bybit, coinbase, hyperliquid, kraken, okx } satisfies Record<
  ExchangeId,
  new (
    config: object,
  ) => Exchange
>;

/** Milliseconds until a request without an answer is given up. */
const patience = 20_000;

/**
 * ccxt's client of an exchange, without keys. It spaces requests as the exchange demands. `symbol` tells which
 * kind of markets is looked up, where the exchange lists each kind by itself.
 */
export function makeClient(id: ExchangeId, symbol: string): Exchange {
  const client = new classes[id]({ enableRateLimit: true, timeout: patience });
  // Of Binance's lists of spot, perpetual and dated futures one is enough, and each is megabytes.
  if (id === 'binance')
    client.options['fetchMarkets'] = { types: symbol.includes(':') ? ['linear', 'inverse'] : ['spot'] };
  return client;
}

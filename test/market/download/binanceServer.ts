import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exchange } from 'ccxt';

/** A kline as Binance answers it: open time, prices and volumes as text, close time, trades. */
type Kline = readonly [
  number,
  string,
  string,
  string,
  string,
  string,
  number,
  string,
  number,
  string,
  string,
  string,
];

/** What one answer does instead of what it should. */
export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** Half of the body, with the length of the half, so that nothing but the body itself tells it. */
  | { readonly kind: 'cut short' }
  /** The headers promise more than comes. */
  | { readonly kind: 'broken off' }
  | { readonly kind: 'silence' }
  | { readonly kind: 'silence in the body' }
  | { readonly kind: 'nothing' }
  /** Bars whose open is this text. */
  | { readonly kind: 'bad price'; readonly price: string }
  | { readonly kind: 'only the first'; readonly bars: number }
  | { readonly kind: 'shuffled, some twice' };

export interface BinanceOptions {
  readonly step: number;
  readonly interval: string;
  /** Open times that the exchange has. */
  readonly times: readonly number[];
  /** The exchange's clock. */
  readonly now: number;
}

/**
 * A server that speaks Binance's REST of spot markets, as its public documentation says: /api/v3/time,
 * exchangeInfo and klines, with the weight headers, the most bars of an answer, the candle that is still open,
 * and errors as code and message. It answers from a list of times; prices follow from the time.
 */
export class BinanceServer {
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #options: BinanceOptions;
  #weight = 0;
  /** Faults of the next answers to klines; undefined for a good one. */
  readonly faults: (Fault | undefined)[] = [];
  /** Ranges of time of the klines that were answered well. */
  readonly served: { readonly from: number; readonly to: number; readonly interval: string }[] = [];
  /** All requests for klines, and who hears of each before it is answered. */
  asked = 0;
  onAsked: (count: number) => void = () => undefined;

  constructor(options: BinanceOptions) {
    this.#options = options;
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/api/v3/time') this.#send(response, 1, { serverTime: this.#options.now });
    else if (url.pathname === '/api/v3/exchangeInfo') this.#send(response, 20, exchangeInfo);
    else if (url.pathname === '/api/v3/klines') this.#answerKlines(url.searchParams, response);
    else this.#fail(response, 404, -1, 'Not found.');
  }

  #answerKlines(query: URLSearchParams, response: ServerResponse): void {
    this.asked += 1;
    this.onAsked(this.asked);
    const number = (name: string): number | undefined =>
      query.has(name) ? Number(query.get(name)) : undefined;
    const limit = number('limit') ?? 500;
    const interval = query.get('interval') ?? '';
    const from = number('startTime') ?? 0;
    const to = number('endTime') ?? Number.POSITIVE_INFINITY;
    if (query.get('symbol') !== 'BTCUSDT') this.#fail(response, 400, -1121, 'Invalid symbol.');
    else if (limit > 1000) this.#fail(response, 400, -1130, "Data sent for parameter 'limit' is not valid.");
    else {
      const klines = this.#klines(interval, from, to, limit);
      this.#misbehave(this.faults.shift(), response, klines, { from, to: to + 1, interval });
    }
  }

  #klines(interval: string, from: number, to: number, limit: number): Kline[] {
    const { step, now, times } = this.#options;
    const isOwn = interval === this.#options.interval;
    const day = 86_400_000;
    const length = isOwn ? step : day;
    const opened = isOwn ? times : [...new Set(times.map((time) => Math.floor(time / day) * day))];
    return opened
      .filter((time) => time >= from && time <= to && time <= now)
      .slice(0, limit)
      .map((time) => klineAt(time, length, time + length > now));
  }

  #misbehave(
    fault: Fault | undefined,
    response: ServerResponse,
    klines: readonly Kline[],
    range: { from: number; to: number; interval: string },
  ): void {
    const body = JSON.stringify(klines);
    const serve = (rows: readonly Kline[]): void => {
      this.served.push(range);
      this.#send(response, 2, rows);
    };
    switch (fault?.kind) {
      case undefined:
        serve(klines);
        break;
      case 'nothing':
        serve([]);
        break;
      case 'bad price':
        serve(klines.map(([time, , ...rest]) => [time, fault.price, ...rest]));
        break;
      case 'only the first':
        serve(klines.slice(0, fault.bars));
        break;
      case 'shuffled, some twice':
        serve([...klines.filter((_, bar) => bar % 5 === 0), ...klines.toReversed()]);
        break;
      case 'status':
        response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
        response.end(fault.body ?? JSON.stringify({ code: -1003, msg: 'Too many requests.' }));
        break;
      case 'cut short':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(body.slice(0, body.length / 2));
        break;
      case 'broken off':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
        response.write(body.slice(0, body.length / 2), () => response.destroy());
        break;
      case 'silence in the body':
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(body.slice(0, 10));
        break;
      case 'silence':
    }
  }

  #send(response: ServerResponse, weight: number, body: unknown): void {
    this.#weight += weight;
    response.writeHead(200, {
      'content-type': 'application/json;charset=UTF-8',
      'x-mbx-used-weight': this.#weight,
      'x-mbx-used-weight-1m': this.#weight,
    });
    response.end(JSON.stringify(body));
  }

  #fail(response: ServerResponse, status: number, code: number, msg: string): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code, msg }));
  }
}

/** The bar that the exchange has at a time, as numbers; open bars have other values than closed ones. */
export function barAt(time: number): [number, number, number, number, number, number] {
  const price = 100 + ((time / 60_000) % 97) / 4;
  return [time, price, price + 2, price - 1, price + 1, ((time / 60_000) % 13) + 0.5];
}

function klineAt(time: number, length: number, isOpen: boolean): Kline {
  const [, open, high, low, close, volume] = barAt(time);
  const text = (value: number): string => value.toFixed(8);
  const last = isOpen ? open : close;
  return [
    time,
    text(open),
    text(high),
    text(low),
    text(last),
    text(isOpen ? volume / 10 : volume),
    time + length - 1,
    text(volume * open),
    42,
    text(volume / 2),
    text((volume * open) / 2),
    '0',
  ];
}

/** Points ccxt's Binance client at a server, without the pauses between requests. */
export function pointAt(client: Exchange, address: string): void {
  client.urls['api'] = { ...client.urls['api'], public: `${address}/api/v3`, private: `${address}/api/v3` };
  client.enableRateLimit = false;
}

const exchangeInfo = {
  timezone: 'UTC',
  serverTime: 0,
  rateLimits: [
    { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
    { rateLimitType: 'RAW_REQUESTS', interval: 'MINUTE', intervalNum: 5, limit: 61_000 },
  ],
  exchangeFilters: [],
  symbols: [
    {
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      baseAssetPrecision: 8,
      quoteAsset: 'USDT',
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'],
      icebergAllowed: true,
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: true,
      filters: [
        {
          filterType: 'PRICE_FILTER',
          minPrice: '0.01000000',
          maxPrice: '1000000.00000000',
          tickSize: '0.01000000',
        },
        { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
        {
          filterType: 'NOTIONAL',
          minNotional: '5.00000000',
          applyMinToMarket: true,
          maxNotional: '9000000.00000000',
        },
      ],
      permissions: [],
      permissionSets: [['SPOT', 'MARGIN']],
    },
  ],
};

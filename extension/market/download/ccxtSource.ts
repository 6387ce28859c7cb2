import { type Exchange, ExchangeError } from 'ccxt';
import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { type VenueFacts, venueFactsSchema } from '../../contracts/venueFacts.ts';
import { type BarSource, barSchema } from './bars.ts';
import { type ExchangeId, shortHistories } from './exchanges.ts';
import { type Failure, type RetryOptions, retryAfter, withRetries } from './retry.ts';

export interface SourceOptions extends Pick<RetryOptions, 'signal' | 'sleep' | 'onWait'> {
  readonly id: ExchangeId;
  readonly client: Exchange;
  /** UTC ms. */
  readonly clock: () => number;
}

const barsSchema = z.array(barSchema);
const fewestPageBars = 100;

/** Candles of an exchange through ccxt's client, whose requests fail and are made again as `BarSource` says. */
export function ccxtSource({ id, client, clock, signal, sleep, onWait }: SourceOptions): BarSource {
  let pause: number | undefined;
  client.fetchImplementation = async (url: string, init: RequestInit): Promise<Response> => {
    pause = undefined;
    const response = await fetchWhole(url, init, signal);
    if (!response.ok) pause = retryAfter(response.headers.get('retry-after'), clock());
    return response;
  };
  const explain = (error: unknown): Failure => {
    const message = messageOf(id, error);
    // Not every exchange has a class of its own for "later"; a pause that it asks for says the same.
    if (!(error instanceof ExchangeError) || pause !== undefined)
      return { kind: 'passing', after: pause, message };
    return {
      kind: 'final',
      error: new LabError('exchange.refused', `${id} refuses: ${message}.`, {
        action: 'Check the symbol, the timeframe and the range.',
        cause: error,
      }),
    };
  };
  const request = <T>(work: () => Promise<T>): Promise<T> =>
    withRetries(work, { signal, sleep, explain, onWait });
  const limit = z.number().int().positive().safeParse(client.features?.['spot']?.['fetchOHLCV']?.['limit']);

  return {
    pageBars: limit.success ? limit.data : fewestPageBars,
    history: shortHistories[id],
    has: (timeframe) => Object.hasOwn(client.timeframes, timeframe),
    async market(symbol) {
      await request(() => client.loadMarkets());
      return venueFacts(id, findMarket(id, client, symbol), clock());
    },
    bars: ({ symbol, timeframe }, from, to) =>
      request(async () => {
        const count = Math.ceil((to - from) / timeframeMilliseconds[timeframe]);
        const rows: unknown = await client.fetchOHLCV(symbol, timeframe, from, count, { until: to - 1 });
        const parsed = barsSchema.safeParse(rows);
        if (!parsed.success) throw new Error('the answer holds no candles');
        return parsed.data.filter(([time]) => time >= from && time < to);
      }),
    async time() {
      if (!client.has['fetchTime']) return undefined;
      const time = z
        .number()
        .positive()
        .safeParse(await request(() => client.fetchTime()));
      return time.success ? time.data : undefined;
    },
  };
}

/**
 * A response whose body has arrived. ccxt limits the time of this alone, and takes a body that is cut short for
 * an empty list: so the body is waited for here, and fails here.
 */
async function fetchWhole(url: string, init: RequestInit, stop: AbortSignal): Promise<Response> {
  const signal = init.signal ? AbortSignal.any([stop, init.signal]) : stop;
  const response = await fetch(url, { ...init, redirect: 'error', signal });
  const text = await response.text();
  const { status, statusText, headers } = response;
  if (response.ok) {
    try {
      JSON.parse(text);
    } catch {
      throw new TypeError('the answer is cut short');
    }
  }
  return new Response(status === 204 ? null : text, { status, statusText, headers });
}

/** What ccxt says, without the request's address. */
function messageOf(id: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const text: string = message
    .replace(new RegExp(`^${id}\\s+`), '')
    .replace(/(?:GET|POST)\s+https?:\S+\s*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return (text || 'no reason given').slice(0, 200).replace(/\.$/, '');
}

type Market = NonNullable<Exchange['markets']>[string];

/** The market of that name, or the only perpetual of the pair where the exchange has no such spot market. */
function findMarket(id: string, client: Exchange, symbol: string): Market {
  const markets = Object.values(client.markets ?? {});
  const [base, quote] = symbol.toUpperCase().split('/');
  const exact = markets.find((market) => market.symbol.toUpperCase() === symbol.toUpperCase());
  if (exact !== undefined) return exact;
  const perpetuals = markets.filter(
    (market) => market.base === base && market.quote === quote && market.swap,
  );
  const [perpetual] = perpetuals;
  if (perpetual !== undefined && perpetuals.length === 1) return perpetual;
  const similar = markets.filter((market) => market.base === base).slice(0, 8);
  throw new LabError('usage', `${id} has no market ${symbol}.`, {
    action:
      similar.length === 0
        ? 'Write it as BTC/USDT: what is traded, and what it is paid in.'
        : `Of ${base} it has ${similar.map((market) => market.symbol).join(', ')}.`,
  });
}

function venueFacts(id: ExchangeId, market: Market, askedAt: number): VenueFacts {
  const { limits, precision, spot, swap, future } = market;
  const positive = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null);
  const fee = (value: unknown): number | null =>
    typeof value === 'number' && Math.abs(value) < 1 ? value : null;
  const derivative = swap ? 'perpetual' : future ? 'future' : 'other';
  return venueFactsSchema.parse({
    venue: id,
    symbol: market.symbol,
    kind: spot ? 'spot' : derivative,
    quantityStep: positive(precision?.amount),
    minimumQuantity: positive(limits?.amount?.min),
    maximumQuantity: positive(limits?.amount?.max),
    priceTick: positive(precision?.price),
    minimumNotional: positive(limits?.cost?.min),
    contractSize: spot ? null : positive(market.contractSize),
    makerFee: fee(market.maker),
    takerFee: fee(market.taker),
    askedAt,
  } satisfies VenueFacts);
}

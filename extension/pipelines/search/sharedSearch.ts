import type * as z from 'zod';
import type { Candles, MarketCandles, RunCandles } from '../../contracts/candles.ts';
import { storedFundingSchema } from '../../contracts/funding.ts';
import { type MarketArtefacts, type SharedSearch, sharedSearchSchema } from '../../contracts/searchBatch.ts';
import { makeFunding } from '../../market/funding/series.ts';
import { checkMarkets, marketCandlesOf, marketsOf, runCandlesOf } from '../../market/runCandles.ts';
import { decodeCandles, encodeCandles } from '../../market/store/arrow.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import type { SearchBasis } from './batch.ts';

/** Bytes by the SHA-256 of their content, for all who work on a search. */
export interface SharedArtefacts {
  put(bytes: Uint8Array): Promise<string>;
  get(hash: string): Promise<Uint8Array>;
}

/** Puts all that batches of a search need where others find it. Answers the hash of the artefact that names it. */
export async function shareSearch(artefacts: SharedArtefacts, basis: SearchBasis): Promise<string> {
  const { source, candles, settings, minimumLevel, splitBar } = basis;
  const markets: MarketArtefacts[] = [];
  for (const { finer, funding, ...market } of marketsOf(candles)) {
    markets.push({
      candles: await artefacts.put(await encodeCandles(market)),
      ...(finer !== undefined && { finer: await artefacts.put(await encodeCandles(finer)) }),
      ...(funding !== undefined && {
        funding: await putJson(artefacts, { ...funding, time: [...funding.time], rate: [...funding.rate] }),
      }),
    });
  }
  const search: SharedSearch = { source, markets, settings, minimumLevel, splitBar };
  return putJson(artefacts, search);
}

/** What `shareSearch` has put there. @throws LabError `not-found`, `data.format`, `usage`, `queue.unavailable`; ZodError */
export async function fetchSearch(artefacts: SharedArtefacts, hash: string): Promise<SearchBasis> {
  const { markets, ...search } = await getJson(artefacts, hash, sharedSearchSchema);
  const found: MarketCandles[] = [];
  for (const market of markets) {
    const { finer, funding } = market;
    found.push(
      marketCandlesOf(await fetchCandles(artefacts, market.candles), {
        ...(finer !== undefined && { finer: await fetchCandles(artefacts, finer) }),
        ...(funding !== undefined && { funding: await fetchFunding(artefacts, funding) }),
      }),
    );
  }
  const candles: RunCandles = runCandlesOf(found);
  checkMarkets(candles);
  return { ...search, candles };
}

async function fetchCandles(artefacts: SharedArtefacts, hash: string): Promise<Candles> {
  return decodeCandles(await artefacts.get(hash), `artefact ${hash}`);
}

async function fetchFunding(artefacts: SharedArtefacts, hash: string) {
  const { time, rate } = await getJson(artefacts, hash, storedFundingSchema);
  return makeFunding(Float64Array.from(time), Float64Array.from(rate));
}

export function putJson(artefacts: SharedArtefacts, value: unknown): Promise<string> {
  return artefacts.put(new TextEncoder().encode(canonicalJson(value)));
}

/** @throws as `SharedArtefacts.get`; ZodError, SyntaxError */
export async function getJson<T>(artefacts: SharedArtefacts, hash: string, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(JSON.parse(new TextDecoder().decode(await artefacts.get(hash))));
}

import type { Manifest, UsedCandles, UsedFunding } from '../contracts/backtest.ts';

/** A set of candles that a run has used, with what people call it. */
export interface UsedSet {
  readonly name: string;
  readonly used: UsedCandles;
}

/** All sets of candles of a manifest: of each market its bars, then its finer ones. */
export function usedSets({ data, others = [] }: Pick<Manifest, 'data' | 'others'>): UsedSet[] {
  const isOnly = others.length === 0;
  return [data, ...others].flatMap(({ finer, ...used }) => {
    const of = isOnly ? '' : ofMarket(used);
    const bars: UsedSet = { name: `candles${of}`, used };
    return finer === undefined ? [bars] : [bars, { name: `finer candles${of}`, used: finer }];
  });
}

/** The recorded funding of a manifest's markets, with what people call it. */
export function usedFundings({
  data,
  others = [],
}: Pick<Manifest, 'data' | 'others'>): { readonly name: string; readonly used: UsedFunding }[] {
  return [data, ...others].flatMap(({ funding, ...used }) => {
    if (funding === undefined) return [];
    return [{ name: `funding${others.length === 0 ? '' : ofMarket(used)}`, used: funding }];
  });
}

function ofMarket({ symbol, venue }: Pick<UsedCandles, 'symbol' | 'venue'>): string {
  return ` of ${symbol} on ${venue}`;
}

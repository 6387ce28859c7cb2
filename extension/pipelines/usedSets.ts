import type { Manifest, UsedCandles } from '../contracts/backtest.ts';

/** A set of candles that a run has used, with what people call it. */
export interface UsedSet {
  readonly name: string;
  readonly used: UsedCandles;
}

/** All sets of candles of a manifest: of each market its bars, then its finer ones. */
export function usedSets({ data, others = [] }: Pick<Manifest, 'data' | 'others'>): UsedSet[] {
  const isOnly = others.length === 0;
  return [data, ...others].flatMap(({ finer, ...used }) => {
    const of = isOnly ? '' : ` of ${used.symbol} on ${used.venue}`;
    const bars: UsedSet = { name: `candles${of}`, used };
    return finer === undefined ? [bars] : [bars, { name: `finer candles${of}`, used: finer }];
  });
}

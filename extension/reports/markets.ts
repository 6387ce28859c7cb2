import type { Manifest } from '../contracts/backtest.ts';

/** Each market of a run with its timeframe and venue, and with its finer bars and recorded funding where it has any; the main one first. */
export function marketTexts({ data, others = [] }: Pick<Manifest, 'data' | 'others'>): string[] {
  return [data, ...others].map(({ symbol, timeframe, venue, finer, funding }) => {
    const inside = finer === undefined ? '' : `, bars of ${finer.timeframe} inside`;
    const paid = funding === undefined ? '' : ', recorded funding';
    return `${symbol} ${timeframe}, ${venue}${inside}${paid}`;
  });
}

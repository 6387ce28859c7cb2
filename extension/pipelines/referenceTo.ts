import type { CandlesMeta, SourceFile } from '../contracts/candles.ts';
import type { DataReference } from './generate/contracts.ts';

/**
 * A set of candles as a run's input names it.
 * @param files that it comes from; null where that is not known
 */
export function referenceTo(
  { hash, venue, symbol }: Pick<CandlesMeta, 'hash' | 'venue' | 'symbol'>,
  files: readonly SourceFile[] | null,
): DataReference {
  return { hash, venue, symbol, ...(files !== null && { files: [...files] }) };
}

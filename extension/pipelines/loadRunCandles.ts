import type { Candles, RunCandles } from '../contracts/candles.ts';
import type { FundingSeries } from '../contracts/funding.ts';
import { marketCandlesOf, runCandlesOf } from '../market/runCandles.ts';
import type { MarketReference, TrialInput } from './generate/contracts.ts';

/** A set of candles that the record of a run names. */
export type DataReference = Pick<MarketReference, 'hash' | 'venue' | 'symbol'>;

/** Where the data of runs are loaded from. */
export interface RunDataSources {
  /** @throws LabError `data.missing`, `data.format` */
  readonly loadCandles: (data: DataReference) => Promise<Candles>;
  /** @throws LabError `data.missing`, `data.format` */
  readonly loadFunding: (hash: string) => Promise<FundingSeries>;
}

/** The candles of all markets that a run's input names. @throws LabError as the sources */
export async function loadRunCandles(
  { loadCandles, loadFunding }: RunDataSources,
  { data, others = [] }: Pick<TrialInput, 'data' | 'others'>,
): Promise<RunCandles> {
  const markets = await Promise.all(
    [data, ...others].map(async (market) => {
      const [bars, finer, funding] = await Promise.all([
        loadCandles(market),
        market.finer && loadCandles(market.finer),
        market.funding && loadFunding(market.funding.hash),
      ]);
      if (finer === undefined && funding === undefined) return bars;
      return marketCandlesOf(bars, {
        ...(finer !== undefined && { finer }),
        ...(funding !== undefined && { funding }),
      });
    }),
  );
  return runCandlesOf(markets);
}

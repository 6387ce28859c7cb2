import type { Candles, RunCandles } from '../contracts/candles.ts';
import { runCandlesOf, withFiner } from '../market/runCandles.ts';
import type { MarketReference, TrialInput } from './generate/contracts.ts';

/** A set of candles that the record of a run names. */
export type DataReference = Pick<MarketReference, 'hash' | 'venue' | 'symbol'>;

/** Loads one set. @throws LabError `data.missing`, `data.format` */
export type LoadCandles = (data: DataReference) => Promise<Candles>;

/** The candles of all markets that a run's input names. @throws LabError as `load` */
export async function loadRunCandles(
  load: LoadCandles,
  { data, others = [] }: Pick<TrialInput, 'data' | 'others'>,
): Promise<RunCandles> {
  const markets = await Promise.all(
    [data, ...others].map(async (market) => {
      const { finer } = market;
      const [bars, finerBars] = await Promise.all([load(market), finer && load(finer)]);
      return finerBars === undefined ? bars : withFiner(bars, finerBars);
    }),
  );
  return runCandlesOf(markets);
}

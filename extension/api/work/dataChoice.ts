import { LabError } from '../../contracts/errors.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { dataWarnings } from '../../market/dataWarnings.ts';
import { demoMarket } from '../../market/demoMarket.ts';
import { resampleCandles } from '../../market/resample.ts';
import type { CandleStore, DataSet } from '../../market/store/store.ts';
import type { TrialInput } from '../../pipelines/generate/contracts.ts';
import { referenceTo } from '../../pipelines/referenceTo.ts';
import type { DataChoice } from '../wire.ts';

const syntheticWarning =
  'Data: the market is synthetic, its prices were generated and never traded anywhere.';

/**
 * The stored candles that a choice names, resampled where it asks for longer bars; a seeded synthetic market
 * where it names none.
 * @throws LabError `data.missing`, `usage` where several sets fit, `data.time`, `data.empty`
 */
export async function chooseData(
  store: CandleStore,
  choice: DataChoice = {},
): Promise<Pick<TrialInput, 'data' | 'dataWarnings'>> {
  const { data, market, symbol, timeframe } = choice;
  if (data === undefined && market === undefined && symbol === undefined) {
    const whole = demoMarket();
    const candles =
      timeframe === undefined || timeframe === whole.timeframe ? whole : resampleCandles(whole, timeframe);
    const { meta } = await store.save(candles);
    return { data: referenceTo(meta, []), dataWarnings: [syntheticWarning] };
  }
  const set = data === undefined ? await findSet(store, choice) : await store.find(data);
  const warnings = [
    ...(set.meta.synthetic ? [syntheticWarning] : []),
    ...(set.report === null ? [] : dataWarnings(set.report)),
  ];
  if (timeframe === undefined || timeframe === set.meta.timeframe) {
    return { data: referenceTo(set.meta, set.files), dataWarnings: warnings };
  }
  const candles = resampleCandles(await store.load(set.meta.hash, set.meta), timeframe);
  const { meta } = await store.save(candles, { files: set.files });
  return { data: referenceTo(meta, set.files), dataWarnings: warnings };
}

/** The set of the wanted venue and symbol whose bars are the wanted ones, or the longest that can be made into them. */
async function findSet(store: CandleStore, { market, symbol, timeframe }: DataChoice): Promise<DataSet> {
  const all = await store.list();
  const same = (a: string, b: string | undefined): boolean =>
    b === undefined || a.toLowerCase() === b.toLowerCase();
  const named = all.filter(({ meta }) => same(meta.venue, market) && same(meta.symbol, symbol));
  const wanted = timeframe === undefined ? Number.POSITIVE_INFINITY : timeframeMilliseconds[timeframe];
  const usable = named
    .filter(({ meta }) => timeframeMilliseconds[meta.timeframe] <= wanted)
    .sort((a, b) => timeframeMilliseconds[b.meta.timeframe] - timeframeMilliseconds[a.meta.timeframe]);
  const [best] = usable;
  const fitting = usable.filter(
    ({ meta }) => timeframe === undefined || meta.timeframe === best?.meta.timeframe,
  );
  if (best !== undefined && fitting.length === 1) return best;
  const listed = (sets: readonly DataSet[]): string =>
    sets
      .slice(0, 10)
      .map(({ meta }) => `${meta.symbol} ${meta.timeframe} on ${meta.venue} (${meta.hash.slice(0, 8)})`)
      .join(', ');
  const asked = [symbol, timeframe, market === undefined ? undefined : `on ${market}`]
    .filter(Boolean)
    .join(' ');
  if (best === undefined) {
    throw new LabError(
      'data.missing',
      `The lab holds no data of ${asked}; it holds ${listed(all) || 'none'}.`,
      {
        action: 'Import a file of candles first: strategy-lab data import FILE.',
      },
    );
  }
  throw new LabError('usage', `More than one set of data is of ${asked}: ${listed(fitting)}.`, {
    action: 'Name one by the first digits of its hash: "data": "...".',
  });
}

import type { Candles } from '../contracts/candles.ts';
import { timeframeSchema } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { sliceCandles } from '../market/candles.ts';
import { dataWarnings } from '../market/dataWarnings.ts';
import { demoMarket } from '../market/demoMarket.ts';
import { parseEnd, parseTime } from './options.ts';

export interface MarketOptions {
  readonly data?: string;
  readonly symbol?: string;
  readonly venue?: string;
  readonly timeframe?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface Market {
  readonly candles: Candles;
  /** What the quality report says that belongs on every result. */
  readonly warnings: string[];
}

/** Import options of the command line. */
export function importOptions(options: MarketOptions) {
  const timeframe =
    options.timeframe === undefined ? undefined : timeframeSchema.safeParse(options.timeframe);
  if (timeframe?.success === false) {
    throw new LabError('usage', `--timeframe knows no "${options.timeframe}".`, {
      action: `Choose one of ${timeframeSchema.options.join(', ')}.`,
    });
  }
  return {
    ...(options.symbol === undefined ? {} : { symbol: options.symbol }),
    ...(options.venue === undefined ? {} : { venue: options.venue }),
    ...(timeframe === undefined ? {} : { timeframe: timeframe.data }),
  };
}

/**
 * The candles to work on, kept in the lab's store: those of a file, cut to the wanted range, or a
 * seeded synthetic market where no file is named.
 */
export async function loadMarket(lab: Lab, options: MarketOptions): Promise<Market> {
  const from = parseTime(options.from, '--from');
  const to = parseEnd(options.to, '--to');
  const { candles, warnings } =
    options.data === undefined
      ? { candles: demoMarket(), warnings: [] }
      : await importedMarket(lab, options.data, options);
  const cut = from === undefined && to === undefined ? candles : sliceCandles(candles, from, to);
  if (cut.time.length < 2) {
    throw new LabError('data.empty', 'There are fewer than two bars between --from and --to.', {
      action: 'Choose a range that the data covers; strategy-lab data check FILE shows it.',
    });
  }
  if (cut !== candles || candles.synthetic) await lab.candles.save(cut);
  return { candles: cut, warnings };
}

async function importedMarket(lab: Lab, path: string, options: MarketOptions): Promise<Market> {
  const { candles, report } = await lab.candles.import(path, { now: lab.clock(), ...importOptions(options) });
  return { candles, warnings: dataWarnings(report) };
}

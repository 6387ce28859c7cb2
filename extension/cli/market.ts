import { existsSync } from 'node:fs';
import type { Candles, QualityReport, SourceFile } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import type { Lab } from '../lab.ts';
import { sliceCandles } from '../market/candles.ts';
import { dataWarnings } from '../market/dataWarnings.ts';
import { demoMarket } from '../market/demoMarket.ts';
import { importOptionsSchema } from '../market/import/import.ts';
import { resampleCandles } from '../market/resample.ts';
import { parseEnd, parseTime, parseTimeframe } from './options.ts';

export interface MarketOptions {
  readonly data?: string;
  readonly symbol?: string;
  readonly venue?: string;
  readonly timeframe?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Import options of the command line. @throws LabError `usage` naming the option */
export function importOptions({ symbol, venue, timeframe }: MarketOptions) {
  return {
    ...(symbol === undefined ? {} : { symbol: parseName(symbol, '--symbol') }),
    ...(venue === undefined ? {} : { venue: parseName(venue, '--venue') }),
    ...(timeframe === undefined ? {} : { timeframe: parseTimeframe(timeframe) }),
  };
}

function parseName(text: string, option: string): string {
  const parsed = importOptionsSchema.shape.symbol.safeParse(text);
  if (parsed.success && parsed.data !== undefined) return parsed.data;
  throw new LabError('usage', `${option} takes up to 64 letters, digits and / : . ^ = _ -, was "${text}".`, {
    action: 'Write a symbol such as BTC/USDT, and a venue such as binance.',
  });
}

/** What --data takes. */
export const dataForms = "a file or folder of candles, or the first digits of a set's hash";

/** @throws LabError `data.missing` naming the option where nothing is at the path */
export function requireFile(path: string, option: string, forms: string): void {
  if (existsSync(path)) return;
  throw new LabError('data.missing', `${option} takes ${forms}; there is no file "${path}".`, {
    action: 'Check its name.',
    place: { file: path },
  });
}

/** Candles that a person names: a file, a folder of files, or a set of the lab by the beginning of its hash. */
export interface NamedData {
  readonly candles: Candles;
  readonly report: QualityReport | null;
  /** The files that they were read or made from; null where that is not known. */
  readonly files: readonly SourceFile[] | null;
}

/** The same error, of an option with its value. */
function naming(error: LabError, option: string): LabError {
  const { reason, message, action } = error;
  return new LabError(reason, `${option}: ${message}`, {
    ...(action !== undefined && { action }),
    cause: error,
  });
}

/**
 * @param option the one by which the data were named, and `forms` what it takes
 * @throws LabError as `requireFile`, and as `CandleStore.import`, `find` and `load`
 */
export async function openData(
  lab: Lab,
  data: string,
  options: MarketOptions,
  option = '--data',
  forms = dataForms,
): Promise<NamedData> {
  if (/^[0-9a-f]{8,64}$/.test(data) && !existsSync(data)) {
    const { meta, report, files } = await lab.candles.find(data).catch((error: unknown) => {
      throw LabError.is(error) ? naming(error, `${option} ${data}`) : error;
    });
    return { candles: await lab.candles.load(meta.hash, meta), report, files };
  }
  const { timeframe, ...identity } = importOptions(options);
  requireFile(data, option, forms);
  const importAs = (known: typeof timeframe): Promise<NamedData> =>
    lab.candles.import(data, {
      now: lab.clock(),
      ...identity,
      ...(known === undefined ? {} : { timeframe: known }),
    });
  try {
    return await importAs(undefined);
  } catch (error) {
    // Only where the bars' usual step is no timeframe does the wanted one tell what they are.
    if (timeframe === undefined || !LabError.is(error, 'data.time')) throw error;
    return importAs(timeframe);
  }
}

/** The candles of one market as a run takes them. */
export interface OpenedMarket {
  /** As they were given. */
  readonly source: Candles;
  /** At the wanted timeframe, cut to the wanted range. */
  readonly candles: Candles;
  /** What the quality report says that belongs on every result. */
  readonly warnings: string[];
  readonly files: NamedData['files'];
}

/**
 * The candles to work on, kept in the lab's store: those that are named, or a seeded synthetic market where
 * none are; resampled to the wanted timeframe, and cut to the wanted range.
 */
export async function loadMarket(
  lab: Lab,
  options: MarketOptions,
  option = '--data',
  forms = dataForms,
): Promise<OpenedMarket> {
  const { timeframe } = importOptions(options);
  const { candles, report, files } =
    options.data === undefined
      ? { candles: demoMarket(), report: null, files: [] }
      : await openData(lab, options.data, options, option, forms);
  const whole =
    timeframe === undefined || timeframe === candles.timeframe
      ? candles
      : resampleCandles(candles, timeframe);
  const cut = cutCandles(whole, options);
  if (cut.time.length < 2) {
    throw new LabError('data.empty', 'There are fewer than two bars between --from and --to.', {
      action: 'Choose a range that the data covers; strategy-lab data check FILE shows it.',
    });
  }
  // What is whole has its description already, with the quality report of its import.
  if (cut.hash !== candles.hash || options.data === undefined) {
    await lab.candles.save(cut, { files: files === null ? null : [...files] });
  }
  return { source: candles, candles: cut, warnings: report === null ? [] : dataWarnings(report), files };
}

/** The bars between --from and --to. @throws LabError `data.empty` where there are none */
export function cutCandles(candles: Candles, options: Pick<MarketOptions, 'from' | 'to'>): Candles {
  const from = parseTime(options.from, '--from');
  const to = parseEnd(options.to, '--to');
  return from === undefined && to === undefined ? candles : sliceCandles(candles, from, to);
}

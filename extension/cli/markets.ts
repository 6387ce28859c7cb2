import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { formatTime } from '../../webviews/shared/format.ts';
import type { RunSettings } from '../contracts/backtest.ts';
import { type Candles, type MarketCandles, type RunCandles, timeframeSchema } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../contracts/timeframes.ts';
import type { Lab } from '../lab.ts';
import { type ImportedFunding, type ImportedFundingFile, importFunding } from '../market/funding/import.ts';
import { identifyFile } from '../market/import/identity.ts';
import { resampleCandles } from '../market/resample.ts';
import { checkFunding, checkMarkets, marketCandlesOf, runCandlesOf } from '../market/runCandles.ts';
import type { MarketReference, TrialInput } from '../pipelines/generate/contracts.ts';
import { referenceTo } from '../pipelines/referenceTo.ts';
import {
  cutCandles,
  dataForms,
  loadMarket,
  type MarketOptions,
  type OpenedMarket,
  openData,
  requireFile,
} from './market.ts';

/** Options of commands that run a strategy on one market or several. */
export interface MarketsOptions extends MarketOptions {
  readonly also?: readonly string[];
  readonly finer?: readonly string[];
  readonly funding?: readonly string[];
}

export interface Markets {
  /** What a run's input names of its data. */
  readonly input: Pick<TrialInput, 'data' | 'others' | 'dataWarnings'>;
  readonly isSynthetic: boolean;
  readonly candles: RunCandles;
}

/** Bars inside those of a market, with the files that they come from. */
type FinerBars = Pick<OpenedMarket, 'candles' | 'files'>;

const collect = (value: string, values: readonly string[] = []): string[] => [...values, value];

export function addMarketsOptions(command: Command): Command {
  return command
    .option('--also <[symbol=]data>', 'data of another market of the run; may be repeated', collect)
    .option(
      '--finer <[symbol=]data>',
      "finer bars that decide inside a market's own, or their timeframe where --data has them; may be repeated",
      collect,
    )
    .option(
      '--funding <[symbol=]file>',
      'recorded rates of funding of a perpetual; may be repeated',
      collect,
    );
}

/**
 * The candles of all markets of a run, kept in the lab's store: that of --data (or a synthetic one), those of
 * --also in their order, and with each the finer bars of --finer and the rates of --funding.
 * @throws LabError as `loadMarket`, `importFunding`, `checkMarkets` and `checkFunding`
 */
export async function loadMarkets(
  lab: Lab,
  options: MarketsOptions,
  settings: Pick<RunSettings, 'market' | 'fundingRate'>,
): Promise<Markets> {
  const { symbol: mainSymbol, also = [], finer = [], funding = [], ...shared } = options;
  const main = await loadMarket(lab, options);
  const opened = [main];
  for (const text of also) {
    const { symbol, data } = parseNamedData(text, '--also', alsoForms);
    const named = { ...shared, data, ...(symbol === undefined ? {} : { symbol }) };
    opened.push(await loadMarket(lab, named, '--also', alsoForms));
  }
  const inside = new Map<OpenedMarket, FinerBars>();
  for (const text of finer) {
    const timeframe = timeframeSchema.safeParse(text);
    const found =
      timeframe.success && !existsSync(text)
        ? opened.map((market) => {
            const finer = { candles: finerOf(market, timeframe.data), files: market.files };
            return [market, finer] as const;
          })
        : [
            await openFiner(lab, opened, parseNamedData(text, '--finer', finerForms), {
              ...shared,
              mainSymbol,
            }),
          ];
    for (const [market, bars] of found) {
      if (inside.has(market)) {
        throw new LabError('usage', `Finer bars of ${market.candles.symbol} are given twice.`, {
          action: 'Give one set of finer bars a market.',
        });
      }
      inside.set(market, { ...bars, candles: cutCandles(bars.candles, options) });
    }
  }
  const paid = new Map<OpenedMarket, ImportedFundingFile>();
  for (const text of funding) {
    const [market, rates] = await openFunding(opened, parseNamedData(text, '--funding', fundingForms));
    if (paid.has(market)) {
      throw new LabError('usage', `Rates of funding of ${market.candles.symbol} are given twice.`, {
        action: 'Give one file of rates a market.',
      });
    }
    paid.set(market, rates);
  }
  const markets = opened.map((market) =>
    withParts(market.candles, inside.get(market)?.candles, paid.get(market)),
  );
  const run = runCandlesOf(markets);
  checkMarkets(run);
  checkFunding(run, settings);
  for (const { candles, files } of inside.values()) {
    await lab.candles.save(candles, { files: files === null ? null : [...files] });
  }
  for (const { series } of paid.values()) await lab.funding.save(series);
  const references = opened.map((market): MarketReference => {
    const [finer, funding] = [inside.get(market), paid.get(market)];
    return {
      ...referenceTo(market.candles, market.files),
      ...(finer !== undefined && { finer: referenceTo(finer.candles, finer.files) }),
      ...(funding !== undefined && { funding: { hash: funding.series.hash, files: [funding.file] } }),
    };
  });
  const [data, ...others] = references as [MarketReference, ...MarketReference[]];
  const dataWarnings = opened.flatMap((market) => {
    const { candles, warnings } = market;
    const rates = paid.get(market);
    const all = [...warnings, ...(rates === undefined ? [] : fundingWarnings(candles, rates))];
    return opened.length === 1 ? all : all.map((text) => `${candles.symbol}: ${text}`);
  });
  return {
    input: { data, ...(others.length > 0 && { others }), dataWarnings },
    isSynthetic: main.candles.synthetic,
    candles: run,
  };
}

function withParts(
  candles: Candles,
  finer: Candles | undefined,
  funding: ImportedFunding | undefined,
): MarketCandles {
  if (finer === undefined && funding === undefined) return candles;
  return marketCandlesOf(candles, {
    ...(finer !== undefined && { finer }),
    ...(funding !== undefined && { funding: funding.series }),
  });
}

/** What the rates leave open of a market, besides what their file shows. */
function fundingWarnings(candles: Candles, { series, warnings }: ImportedFunding): string[] {
  const [first, last] = [series.time[0] as number, series.time.at(-1) as number];
  const day = timeframeMilliseconds['1d'];
  const isCovered =
    first <= (candles.time[0] as number) + day && last >= (candles.time.at(-1) as number) - day;
  if (isCovered) return [...warnings];
  const range = `${formatTime(first)} to ${formatTime(last)} UTC`;
  return [...warnings, `Funding: rates are there from ${range}; outside of it nothing is paid.`];
}

/** A file that does not tell its market belongs to the only one there is. */
async function openFunding(
  markets: readonly OpenedMarket[],
  { symbol, data }: NamedFile,
): Promise<readonly [OpenedMarket, ImportedFundingFile]> {
  requireFile(data, '--funding', fundingForms);
  const [only] = markets;
  const found =
    symbol === undefined && markets.length === 1
      ? only
      : markets.find(({ candles }) => candles.symbol === (symbol ?? identifyFile(basename(data)).symbol));
  if (found !== undefined) return [found, await importFunding(data)];
  const known = markets.map(({ candles }) => candles.symbol).join(', ');
  throw new LabError('usage', `${data} does not tell whose funding it holds; the run has ${known}.`, {
    action: 'Name its market: --funding SYMBOL=FILE.',
  });
}

const alsoForms = `${dataForms}, or SYMBOL= before it`;
const finerForms = `${alsoForms}, or a timeframe such as 1m`;
const fundingForms = 'a file of rates, or SYMBOL=FILE';

interface NamedFile {
  readonly symbol?: string;
  readonly data: string;
}

/**
 * A set as it is named on the command line; the symbol counts where the file does not tell it.
 * @throws LabError `usage` naming the option
 */
function parseNamedData(text: string, option: string, forms: string): NamedFile {
  if (!text.includes('=') || existsSync(text)) return { data: text };
  const [, symbol, data] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (symbol !== undefined && data !== undefined) return { symbol, data };
  throw new LabError('usage', `${option} takes ${forms}, was "${text}".`, {
    action: 'Write for example ETH/USDT=prices.csv.',
  });
}

/** The bars of `timeframe` of which those of a market are made. */
function finerOf({ source }: OpenedMarket, timeframe: Timeframe): Candles {
  if (source.timeframe === timeframe) return source;
  if (timeframeMilliseconds[source.timeframe] < timeframeMilliseconds[timeframe])
    return resampleCandles(source, timeframe);
  throw new LabError(
    'usage',
    `The data of ${source.symbol} have bars of ${source.timeframe}: there are none of ${timeframe} in them.`,
    { action: 'Give the finer bars as a file: --finer FILE.' },
  );
}

async function openFiner(
  lab: Lab,
  markets: readonly OpenedMarket[],
  named: NamedFile,
  options: MarketOptions & { readonly mainSymbol: string | undefined },
): Promise<readonly [OpenedMarket, FinerBars]> {
  // A file that does not tell its market belongs to the only one there is.
  const symbol = named.symbol ?? (markets.length === 1 ? options.mainSymbol : undefined);
  const { venue } = options;
  const identity = {
    ...(symbol === undefined ? {} : { symbol }),
    ...(venue === undefined ? {} : { venue }),
  };
  const { candles, files } = await openData(lab, named.data, identity, '--finer', finerForms);
  const market = markets.find(
    ({ candles: own }) => own.symbol === candles.symbol && own.venue === candles.venue,
  );
  if (market !== undefined) return [market, { candles, files }];
  const known = markets.map(({ candles: own }) => `${own.symbol} on ${own.venue}`).join(', ');
  throw new LabError(
    'usage',
    `The finer bars are of ${candles.symbol} on ${candles.venue}; the run has ${known}.`,
    {
      action:
        'Give finer bars of a market of the run, as --finer SYMBOL=FILE where the file does not tell it.',
    },
  );
}

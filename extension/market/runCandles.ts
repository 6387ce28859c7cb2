import type { RunSettings } from '../contracts/backtest.ts';
import type { Candles, MarketCandles, RunCandles } from '../contracts/candles.ts';
import { LabError } from '../contracts/errors.ts';
import { timeframeMilliseconds } from '../contracts/timeframes.ts';
import { sliceCandles } from './candles.ts';

/** The markets of a run, the main one first. */
export function marketsOf(candles: RunCandles): readonly MarketCandles[] {
  return candles.others === undefined ? [candles] : [candles, ...candles.others];
}

/** The candles of a run from those of its markets, the main one first. */
export function runCandlesOf([main, ...others]: readonly MarketCandles[]): RunCandles {
  if (main === undefined) throw new RangeError('a run needs a market');
  return others.length === 0 ? main : { ...main, others };
}

/**
 * What opens at `from` or later and before `to` (UTC ms; either may be left out), of each market.
 * @throws LabError `data.empty` where one of them has no bar there
 */
export function sliceRun(candles: RunCandles, from?: number, to?: number): RunCandles {
  return runCandlesOf(marketsOf(candles).map((market) => sliceMarket(market, from, to)));
}

function sliceMarket(market: MarketCandles, from = -Infinity, to = Infinity): MarketCandles {
  const { finer, funding } = market;
  const bars = sliceCandles(market, from, to);
  const hasFiner = finer?.time.some((time) => time >= from && time < to) ?? false;
  return marketCandlesOf(bars, {
    ...(finer !== undefined && hasFiner && { finer: sliceCandles(finer, from, to) }),
    ...(funding !== undefined && { funding }),
  });
}

/** A market's candles with these parts alone, whatever else came with them. */
export function marketCandlesOf(
  candles: Candles,
  parts: Pick<MarketCandles, 'finer' | 'funding'>,
): MarketCandles {
  const { venue, symbol, timeframe, synthetic, hash, time, open, high, low, close, volume } = candles;
  return { venue, symbol, timeframe, synthetic, hash, time, open, high, low, close, volume, ...parts };
}

function nameOf({ symbol, venue }: Candles): string {
  return `${symbol} on ${venue}`;
}

function rangeOf({ time }: Candles): string {
  const day = (moment: number | undefined): string => new Date(moment ?? 0).toISOString().slice(0, 10);
  return `${day(time[0])} to ${day(time.at(-1))}`;
}

/**
 * Refuses markets that one run cannot hold: bars of several timeframes, a market twice, one whose bars share
 * no time with the main one's, and finer bars that are not finer, are another market's or cover none of it.
 * @throws LabError `usage`
 */
export function checkMarkets(candles: RunCandles): void {
  const markets = marketsOf(candles);
  for (const [number, market] of markets.entries()) {
    if (market.timeframe !== candles.timeframe) {
      throw new LabError(
        'usage',
        `${nameOf(market)} has bars of ${market.timeframe}, and ${nameOf(candles)} has bars of ${candles.timeframe}.`,
        { action: `Name one timeframe for all of them, such as --timeframe ${longest(market, candles)}.` },
      );
    }
    if (markets.slice(0, number).some((known) => nameOf(known) === nameOf(market))) {
      throw new LabError('usage', `${nameOf(market)} is given twice.`, {
        action: 'Name each market once; a symbol of its own can be given as SYMBOL=FILE.',
      });
    }
    if (!overlaps(market, candles)) {
      throw new LabError(
        'usage',
        `${nameOf(market)} (${rangeOf(market)}) shares no time with ${nameOf(candles)} (${rangeOf(candles)}).`,
        { action: 'Choose series that overlap.' },
      );
    }
    if (market.finer !== undefined) checkFiner(market, market.finer);
  }
}

/**
 * Refuses recorded funding where nothing pays it, and beside a fixed rate.
 * @throws LabError `usage`
 */
export function checkFunding(
  candles: RunCandles,
  { market, fundingRate }: Pick<RunSettings, 'market' | 'fundingRate'>,
): void {
  if (marketsOf(candles).every(({ funding }) => funding === undefined)) return;
  if (market !== 'perpetual') {
    throw new LabError('usage', 'A spot market pays no funding.', {
      action: 'Give --market-kind perpetual with the rates, or leave them out.',
    });
  }
  if (fundingRate !== 0) {
    throw new LabError('usage', 'A run pays recorded rates of funding or a fixed one, and not both.', {
      action: 'Leave --funding-rate out, or the recorded rates.',
    });
  }
}

function checkFiner(market: Candles, finer: Candles): void {
  if (nameOf(finer) !== nameOf(market)) {
    throw new LabError('usage', `The finer bars are of ${nameOf(finer)}, and not of ${nameOf(market)}.`, {
      action: 'Give finer bars of the same market.',
    });
  }
  const [bar, part] = [timeframeMilliseconds[market.timeframe], timeframeMilliseconds[finer.timeframe]];
  if (part >= bar || bar % part !== 0) {
    throw new LabError(
      'usage',
      `Bars of ${finer.timeframe} cannot decide what happens inside bars of ${market.timeframe}.`,
      { action: 'Give bars of which several make up one bar of the run.' },
    );
  }
  if (!overlaps(market, finer)) {
    throw new LabError(
      'usage',
      `The finer bars of ${nameOf(market)} (${rangeOf(finer)}) cover none of its bars (${rangeOf(market)}).`,
      { action: 'Give finer bars of the same time.' },
    );
  }
}

/** Whether any moment lies within both series. */
function overlaps(a: Candles, b: Candles): boolean {
  const end = ({ time, timeframe }: Candles): number =>
    (time.at(-1) ?? -Infinity) + timeframeMilliseconds[timeframe];
  return (a.time[0] ?? Infinity) < end(b) && (b.time[0] ?? Infinity) < end(a);
}

function longest(a: Candles, b: Candles): string {
  return timeframeMilliseconds[a.timeframe] > timeframeMilliseconds[b.timeframe] ? a.timeframe : b.timeframe;
}

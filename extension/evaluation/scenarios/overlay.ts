import type { CandleColumns } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { Overlay } from '../../contracts/scenario.ts';
import { resampleCandles } from './resample.ts';

/** Prices of one bar. */
interface BarPrices {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

type CrashOverlay = Extract<Overlay, { kind: 'crash' | 'flash-crash' }>;
type Of<Kind extends Overlay['kind']> = Extract<Overlay, { kind: Kind }>;

/**
 * Lays a shock over recorded candles, or draws a new market from their bars. Times stay as they are; the
 * candles given are not changed; the result traded nowhere and must be marked synthetic.
 *
 * - `crash`, `flash-crash`: every price is multiplied by a factor that falls to 1 - depth and comes back by
 *   `recoveredShare`, along straight lines in logs, and stays there; volume grows with the added move.
 * - `gap`: every price from the open of bar `at` on is multiplied by 1 + size.
 * - `liquidity-hole`: volume shrinks and high and low reach further.
 * - `volatility`: log prices depart `multiple` times as far from the line between first open and last close.
 * - `scale`: every price is multiplied by `factor`.
 * - `resample`: see `resampleCandles`.
 *
 * @throws LabError `data.empty` without two bars, `usage` where the shock begins behind the last bar
 */
export function overlayCandles(columns: CandleColumns, overlay: Overlay): CandleColumns {
  const bars = columns.time.length;
  if (bars < 2) {
    throw new LabError('data.empty', 'A shock needs candles of at least two bars.', {
      action: 'Choose a longer range of dates.',
    });
  }
  switch (overlay.kind) {
    case 'crash':
    case 'flash-crash':
      return layCrash(columns, overlay, beginOf(overlay, bars));
    case 'gap': {
      const begin = beginOf(overlay, bars);
      return mapPrices(columns, (prices, bar) => (bar < begin ? prices : scaled(prices, 1 + overlay.size)));
    }
    case 'liquidity-hole':
      return layHole(columns, overlay, beginOf(overlay, bars));
    case 'volatility':
      return widen(columns, overlay.multiple);
    case 'scale':
      return mapPrices(columns, (prices) => scaled(prices, overlay.factor));
    case 'resample':
      return resampleCandles(columns, overlay);
  }
}

function beginOf({ at }: { readonly at: number | null }, bars: number): number {
  if (at === null || at < bars) return at ?? bars >> 1;
  throw new LabError('usage', `The shock would begin at bar ${at}, but the last bar is ${bars - 1}.`, {
    action: `Give a bar from 0 to ${bars - 1}.`,
  });
}

function pricesAt({ open, high, low, close }: CandleColumns, bar: number): BarPrices {
  return {
    open: open[bar] as number,
    high: high[bar] as number,
    low: low[bar] as number,
    close: close[bar] as number,
  };
}

function scaled({ open, high, low, close }: BarPrices, factor: number): BarPrices {
  return { open: open * factor, high: high * factor, low: low * factor, close: close * factor };
}

/** New columns with changed prices; volume is copied. High and low are kept around open and close. */
function mapPrices(
  columns: CandleColumns,
  change: (prices: BarPrices, bar: number) => BarPrices,
): CandleColumns {
  const changed: CandleColumns = {
    time: columns.time,
    open: columns.open.slice(),
    high: columns.high.slice(),
    low: columns.low.slice(),
    close: columns.close.slice(),
    volume: columns.volume.slice(),
  };
  for (let bar = 0; bar < columns.time.length; bar++) {
    const { open, high, low, close } = change(pricesAt(columns, bar), bar);
    changed.open[bar] = open;
    changed.high[bar] = Math.max(open, high, low, close);
    changed.low[bar] = Math.min(open, high, low, close);
    changed.close[bar] = close;
  }
  return changed;
}

/** Mean absolute log move between closes: what a bar of this market usually does. */
function usualMoveOf(close: Float64Array): number {
  let sum = 0;
  for (let bar = 1; bar < close.length; bar++) {
    sum += Math.abs(Math.log((close[bar] as number) / (close[bar - 1] as number)));
  }
  return sum / (close.length - 1);
}

function layCrash(columns: CandleColumns, overlay: CrashOverlay, begin: number): CandleColumns {
  const { depth, fallBars, recoveredShare, recoveryBars } = overlay;
  const fall = Math.log(1 - depth);
  /** Log of the factor so many bars, or parts of bars, after the beginning. */
  const shift = (bars: number): number => {
    const fallen = Math.min(1, Math.max(0, bars / fallBars));
    const recovered = Math.min(1, Math.max(0, (bars - fallBars) / recoveryBars));
    return fall * (fallen - recoveredShare * recovered);
  };
  const changed = mapPrices(columns, ({ open, high, low, close }, bar) => {
    const [first, last] = [shift(bar - begin), shift(bar - begin + 1)];
    // Nothing tells when in the bar high and low came: they are moved by the factor of its middle.
    const middle = Math.exp((first + last) / 2);
    return {
      open: open * Math.exp(first),
      high: high * middle,
      low: low * middle,
      close: close * Math.exp(last),
    };
  });
  const usualMove = usualMoveOf(columns.close);
  const end = Math.min(columns.time.length, begin + fallBars + (recoveredShare > 0 ? recoveryBars : 0));
  for (let bar = begin; bar < end && usualMove > 0; bar++) {
    const added = Math.abs(shift(bar - begin + 1) - shift(bar - begin));
    changed.volume[bar] = (changed.volume[bar] as number) * (1 + added / usualMove);
  }
  return changed;
}

function layHole(
  columns: CandleColumns,
  { length, volumeShare, reach }: Of<'liquidity-hole'>,
  begin: number,
): CandleColumns {
  const end = Math.min(columns.time.length, begin + length);
  const further = Math.exp(reach * usualMoveOf(columns.close));
  const changed = mapPrices(columns, (prices, bar) =>
    bar < begin || bar >= end
      ? prices
      : { ...prices, high: prices.high * further, low: prices.low / further },
  );
  for (let bar = begin; bar < end; bar++) {
    changed.volume[bar] = (changed.volume[bar] as number) * volumeShare;
  }
  return changed;
}

/** First open and last close stay; with a multiple above 0 the prices of a bar keep their order. */
function widen(columns: CandleColumns, multiple: number): CandleColumns {
  const last = columns.time.length - 1;
  const first = Math.log(columns.open[0] as number);
  const slope = (Math.log(columns.close[last] as number) - first) / last;
  return mapPrices(columns, ({ open, high, low, close }, bar) => {
    const line = first + slope * bar;
    const depart = (price: number): number => Math.exp(line + multiple * (Math.log(price) - line));
    return { open: depart(open), high: depart(high), low: depart(low), close: depart(close) };
  });
}

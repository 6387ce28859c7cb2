import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { emptyColumns, hour, numbersFrom, startTime } from './market.ts';

/**
 * A seeded market of what breaks careless sums: bars that do not move, runs without volume, spikes of ten
 * to ten thousand times the price for one bar, prices that jump and stay, closes at the edge of their
 * range, bars missing for hours or days; around a price of 1/10, of which sums round.
 */
export function nastyMarket(bars: number, seed: number): CandleColumns {
  const random = numbersFrom(seed);
  const columns = emptyColumns(bars);
  let price = 0.1;
  let time = startTime + 5 * hour;
  let left = 0;
  let mood = 'plain';
  for (let bar = 0; bar < bars; bar++) {
    if (left-- <= 0) {
      const moods = ['plain', 'plain', 'flat', 'untraded', 'rising', 'falling'];
      mood = moods[Math.floor(random() * moods.length)] as string;
      left = Math.floor(random() * 40);
      if (random() < 0.1) price *= random() < 0.5 ? 3 : 1 / 3;
      if (random() < 0.2) time += Math.floor(random() * 100) * hour;
    }
    const open = price;
    const step = { rising: random(), falling: -random(), flat: 0 }[mood] ?? random() * 2 - 1;
    const close = price * (1 + 0.01 * step);
    const isSpike = mood !== 'flat' && random() < 0.01;
    const reach = mood === 'flat' || random() < 0.2 ? 0 : random() * 0.005;
    const spike = isSpike ? 10 ** (1 + Math.floor(random() * 4)) : 1;
    columns.time[bar] = time;
    columns.open[bar] = open;
    columns.close[bar] = close * spike;
    columns.high[bar] = Math.max(open, close * spike) * (1 + reach);
    columns.low[bar] = Math.min(open, close * spike) * (1 - reach);
    columns.volume[bar] = mood === 'untraded' || mood === 'flat' ? 0 : random() * 1000;
    price = close;
    time += hour;
  }
  return columns;
}

import type { CandleColumns } from '../contracts/candles.ts';

/** Candles as CSV with a header, times in ISO 8601 (UTC); the import reads them back to the bit. */
export function candlesCsv({ time, open, high, low, close, volume }: CandleColumns): string {
  const lines = ['time,open,high,low,close,volume'];
  for (let bar = 0; bar < time.length; bar++) {
    const moment = new Date(time[bar] as number).toISOString();
    lines.push([moment, open[bar], high[bar], low[bar], close[bar], volume[bar]].join(','));
  }
  return `${lines.join('\n')}\n`;
}

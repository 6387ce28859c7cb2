import { formatCompact, formatMoney, formatTime } from '../../webviews/shared/format.ts';
import type { RecordedBar, RecordedFill } from '../market/replay/recordedBars.ts';
import { visibleLine } from '../reports/visible.ts';

/** A bar of a replay for a terminal: prices and equity, and a line for each fill and refused order. */
export function barLines(bar: RecordedBar): string[] {
  const { time, open, high, low, close, volume, position, equity } = bar;
  const prices = [open, high, low, close].map(formatCompact).join(' ');
  const held =
    position === 0 ? 'flat' : `${position > 0 ? 'long' : 'short'} ${formatCompact(Math.abs(position))}`;
  return [
    `${formatTime(time)}  ohlc ${prices}  volume ${formatCompact(volume)}  ${held}  equity ${formatMoney(equity)}`,
    ...bar.fills.map((fill) => `    ${fillText(fill)}`),
    ...bar.rejections.map((reason) => `    refused: ${reason}`),
  ];
}

function fillText({ side, quantity, symbol, price, reason, trade, profit }: RecordedFill): string {
  const outcome = profit === null ? '' : `, profit ${formatMoney(profit)}`;
  const of = symbol === null ? '' : ` ${visibleLine(symbol)}`;
  return `${side} ${formatCompact(quantity)}${of} at ${formatCompact(price)}: ${reason} of trade ${trade}${outcome}`;
}

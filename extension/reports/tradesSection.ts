import {
  formatCompact,
  formatMoney,
  formatNumber,
  formatPercent,
  formatTime,
  priceDecimals,
  withSign,
} from '../../webviews/shared/format.ts';
import type { BacktestResult, ExitReason, Rejection, Trade } from '../contracts/backtest.ts';
import { type Html, html, nothing } from './html.ts';

/** Rows of the trades table. */
export const maximumTradeRows = 5000;

const exitTexts: Readonly<Record<ExitReason, string>> = {
  signal: 'signal',
  reverse: 'reversal',
  limit: 'limit order',
  stop: 'stop order',
  'stop-loss': 'stop loss',
  'trailing-stop': 'trailing stop',
  'take-profit': 'take profit',
  liquidation: 'liquidation',
  bankrupt: 'bankrupt',
  open: 'still open',
};

/** Why orders were not executed, in a few words. */
export const rejectionTexts: Readonly<Record<Rejection['reason'], string>> = {
  'insufficient-cash': 'not enough cash',
  'below-step': 'below the smallest quantity',
  'below-minimum-notional': 'below the smallest order value',
  'too-small': 'worth less than a millionth of the equity',
  'too-many-entries': 'too many open entries',
  'no-position': 'no position to close or protect',
  'stop-on-wrong-side': 'stop loss on the wrong side of the fill price',
  'target-on-wrong-side': 'take profit on the wrong side of the fill price',
  'above-maximum-quantity': 'above the largest quantity',
  'would-increase': 'would make the position larger',
  'unknown-order': 'no such order waits',
  'end-of-data': 'given on the last bar',
  bankrupt: 'nothing left to trade with',
};

type SortKind = 'number' | 'text';
const columns: readonly (readonly [string, SortKind])[] = [
  ['No.', 'number'],
  ['Side', 'text'],
  ['Entry (UTC)', 'text'],
  ['Entry price', 'number'],
  ['Exit (UTC)', 'text'],
  ['Exit price', 'number'],
  ['Quantity', 'number'],
  ['Fees', 'number'],
  ['Profit', 'number'],
  ['Profit %', 'number'],
  ['MAE %', 'number'],
  ['MFE %', 'number'],
  ['Bars', 'number'],
  ['Exit by', 'text'],
];

const marketColumn = ['Market', 'text'] as const;

const excursion = (value: number | undefined) =>
  html`<td class="number">${value === undefined ? '' : formatPercent(value)}</td>`;

function row(trade: Trade, index: number, mainDecimals: number, isSeveral: boolean): Html {
  const sign = trade.profit > 0 ? 'gain' : trade.profit < 0 ? 'loss' : '';
  const exitPrice = trade.exitPrice ?? trade.markPrice;
  const decimals = (trade.market ?? 0) === 0 ? mainDecimals : priceDecimals(trade.entryPrice);
  const market = isSeveral ? html`<td>${trade.symbol ?? ''}</td>` : nothing;
  return html`<tr><td class="number">${index + 1}</td>${market}<td>${trade.side}</td><td class="time">${formatTime(trade.entryTime)}</td><td class="number">${formatNumber(trade.entryPrice, decimals)}</td><td class="time">${trade.exitTime === null ? 'open' : formatTime(trade.exitTime)}</td><td class="number">${exitPrice === null ? '' : formatNumber(exitPrice, decimals)}</td><td class="number">${formatCompact(trade.quantity)}</td><td class="number">${formatMoney(trade.fees)}</td><td class="number ${sign}">${withSign(formatMoney(trade.profit))}</td><td class="number ${sign}">${withSign(formatPercent(trade.profitFraction))}</td>${excursion(trade.adverseExcursion)}${excursion(trade.favourableExcursion)}<td class="number">${formatNumber(trade.bars, 0)}</td><td>${exitTexts[trade.exitReason]}</td></tr>
`;
}

function rejections({ rejections: { total, first } }: BacktestResult): Html {
  if (total === 0) return nothing;
  const shown =
    first.length < total ? `The first ${first.length} of ${formatNumber(total, 0)} are listed.` : '';
  return html`<details><summary>Orders that were not executed: ${formatNumber(total, 0)}</summary>
<p class="note">${shown}</p>
<div class="scroll" role="region" tabindex="0" aria-label="Orders that were not executed">
<table><thead><tr><th scope="col">Time (UTC)</th><th scope="col">Why</th></tr></thead>
<tbody>
${first.map(
  ({
    time,
    reason,
  }) => html`<tr><td class="time">${formatTime(time)}</td><td>${rejectionTexts[reason]}</td></tr>
`,
)}</tbody></table></div>
</details>`;
}

/** The trades in order of their entry, as many as a page can carry, and the orders that came to nothing. */
export function tradesSection(result: BacktestResult): Html {
  const { trades } = result;
  const shown = trades.slice(0, maximumTradeRows);
  const isSeveral = result.manifest.others !== undefined;
  const highest = shown.reduce(
    (most, { market = 0, entryPrice, exitPrice }) =>
      market === 0 ? Math.max(most, entryPrice, exitPrice ?? 0) : most,
    0,
  );
  const decimals = priceDecimals(highest);
  const hasExcursions = shown.some(({ adverseExcursion }) => adverseExcursion !== undefined);
  const open = trades.filter((trade) => trade.exitTime === null).length;
  const openText =
    open === 0 ? '' : ` ${formatNumber(open, 0)} of them still open at the end, marked at the last close.`;
  const left = trades.length - shown.length;
  const leftText =
    left === 0
      ? ''
      : ` The last ${formatNumber(left, 0)} are left out here; every one counts in the metrics.`;
  const shownColumns = isSeveral ? columns.toSpliced(1, 0, marketColumn) : columns;
  const head = shownColumns.map(
    ([title, kind]) =>
      html`<th scope="col" data-sort="${kind}"${kind === 'number' ? html` class="number"` : nothing}>${title}</th>`,
  );
  return html`<section id="trades" aria-labelledby="trades-title">
<h2 id="trades-title">Trades</h2>
<p class="note">${formatNumber(trades.length, 0)} ${trades.length === 1 ? 'trade' : 'trades'}, profits after fees.${openText}${leftText}${hasExcursions ? ' MAE and MFE: the furthest that the price surely went against and for the trade while it was open, as a fraction of the entry price.' : ''}</p>
${
  shown.length === 0
    ? nothing
    : html`<div class="scroll tall" role="region" tabindex="0" aria-label="Trades">
<table class="sortable">
<thead><tr>${head}</tr></thead>
<tbody>
${shown.map((trade, index) => row(trade, index, decimals, isSeveral))}</tbody>
</table></div>`
}
${rejections(result)}
</section>`;
}

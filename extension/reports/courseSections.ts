import { formatPercent, withSign } from '../../webviews/shared/format.ts';
import { monthShade } from '../../webviews/shared/monthShade.ts';
import type { BacktestResult } from '../contracts/backtest.ts';
import type { MonthlyReturns } from '../contracts/metrics.ts';
import { drawdownRows } from './drawdownRows.ts';
import { type Html, html, nothing } from './html.ts';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function monthCell(value: number | null, kind: string): Html {
  const text = value === null ? '' : withSign(formatPercent(value, 1));
  return html`<td class="number ${kind}">${text}</td>`;
}

function yearRow({ year, months, total, hold }: MonthlyReturns['years'][number]): Html {
  const cells = months.map(({ value, part }) =>
    monthCell(value, value === null ? '' : `${monthShade(value)} ${part ?? ''}`),
  );
  return html`<tr><th scope="row">${year}</th>${cells}${monthCell(total, 'year-total')}${monthCell(hold, 'muted')}</tr>
`;
}

/** The returns of months and years. */
export function monthsSection({ monthlyReturns }: BacktestResult): Html {
  if (monthlyReturns === null || monthlyReturns.years.length === 0) return nothing;
  const hasHeldBack = monthlyReturns.years.some(({ months }) =>
    months.some(({ part }) => part === 'held-back'),
  );
  return html`<section id="months" aria-labelledby="months-title">
<h2 id="months-title">Months</h2>
<p class="note">Return of each month and year in UTC, after all costs. A bar belongs to the month in which it opens.${hasHeldBack ? ' Framed months are out-of-sample, dashed ones partly.' : ''}</p>
<div class="scroll tall" role="region" tabindex="0" aria-label="Months">
<table class="months">
<thead><tr><th scope="col">Year</th>${[...monthNames, 'Year', 'Hold'].map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>
${monthlyReturns.years.map(yearRow)}</tbody>
</table></div>
</section>`;
}

/** The deepest drawdowns with their times and lengths. */
export function drawdownsSection({ drawdowns, manifest }: BacktestResult): Html {
  if (drawdowns === null || drawdowns.length === 0) return nothing;
  const numbers = ['Depth', 'Days', 'Bars', 'Bars down', 'Bars up'];
  const rows = drawdownRows(drawdowns, manifest).map(
    (row) =>
      html`<tr>${[row.depth, row.days, row.bars, row.fall, row.rise].map((text) => html`<td class="number">${text}</td>`)}${[row.high, row.trough, row.recovery].map((text) => html`<td class="time">${text}</td>`)}<td>${row.part}</td></tr>
`,
  );
  return html`<section id="drawdowns" aria-labelledby="drawdowns-title">
<h2 id="drawdowns-title">Deepest drawdowns</h2>
<p class="note">Falls of the equity at bar closes from a high until it is regained. Bars: closes below the high; down to the lowest one, and up again.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Deepest drawdowns">
<table>
<thead><tr>${numbers.map((name) => html`<th scope="col" class="number">${name}</th>`)}${['High (UTC)', 'Lowest (UTC)', 'Regained (UTC)', 'Part'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
</section>`;
}

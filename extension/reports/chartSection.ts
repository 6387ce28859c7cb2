import {
  formatMoney,
  formatNumber,
  formatPercent,
  formatTime,
  priceDecimals,
  withSign,
} from '../../webviews/shared/format.ts';
import type { BacktestResult } from '../contracts/backtest.ts';
import type { ChartData } from '../contracts/report.ts';
import { coarsen } from './chartData.ts';
import { type Html, html, nothing } from './html.ts';

/** Rows of the table below a chart. */
const tableRows = 48;

interface Column {
  readonly title: string;
  readonly values: readonly string[];
}

interface ChartFigure {
  readonly id: 'price' | 'equity' | 'drawdown';
  readonly title: string;
  /** Class of the sample of line or mark, and what it stands for. */
  readonly legend: readonly (readonly [string, string])[];
  readonly summary: string;
  readonly columns: readonly Column[];
}

function extremeIndex(values: readonly number[], isBetter: (a: number, b: number) => boolean): number {
  return values.reduce((best, value, index) => (isBetter(value, values[best] ?? value) ? index : best), 0);
}

const smallest = (values: readonly number[]) => extremeIndex(values, (a, b) => a < b);
const largest = (values: readonly number[]) => extremeIndex(values, (a, b) => a > b);

function change(values: readonly number[]): string {
  const first = values[0] ?? 0;
  return withSign(formatPercent((values.at(-1) ?? 0) / first - 1));
}

function priceFigure(chart: ChartData, rows: ChartData, bars: string, result: BacktestResult): ChartFigure {
  const { data, others } = result.manifest;
  const decimals = priceDecimals(Math.max(...chart.high));
  const price = (value: number | undefined) => formatNumber(value ?? Number.NaN, decimals);
  const low = smallest(chart.low);
  const high = largest(chart.high);
  const entries = chart.markers.filter((marker) => marker.kind.endsWith('entry')).length;
  const left =
    chart.markersLeftOut > 0
      ? ` ${chart.markersLeftOut} marks are left out where they would cover others.`
      : '';
  return {
    id: 'price',
    title: `Price${others === undefined ? '' : ` of ${data.symbol}, the main market,`} with entries and exits`,
    legend: [
      ['line price', 'Close'],
      ['band price', 'Low to high'],
      ['mark up', 'Long entry'],
      ['mark down', 'Short entry'],
      ['mark gain', 'Exit with a gain'],
      ['mark loss', 'Exit with a loss'],
      ['line split', 'Start of the held-back part'],
    ],
    summary: `${bars} The close went from ${price(chart.close[0])} to ${price(chart.close.at(-1))} (${change(chart.close)}), between ${price(chart.low[low])} (by ${formatTime(chart.time[low] ?? Number.NaN)}) and ${price(chart.high[high])} (by ${formatTime(chart.time[high] ?? Number.NaN)}); ${entries} entries and ${chart.markers.length - entries} exits are marked.${left}`,
    columns: [
      { title: 'Low', values: rows.low.map(price) },
      { title: 'High', values: rows.high.map(price) },
      { title: 'Close', values: rows.close.map(price) },
    ],
  };
}

function equityFigure(chart: ChartData, rows: ChartData): ChartFigure {
  const low = smallest(chart.equityLow);
  const high = largest(chart.equityHigh);
  return {
    id: 'equity',
    title: 'Equity against buy and hold',
    legend: [
      ['line equity', 'Strategy'],
      ['band equity', 'Low to high at closes'],
      ['line hold', 'Buy and hold, without costs'],
    ],
    summary: `Equity went from ${formatMoney(chart.equity[0] ?? Number.NaN)} to ${formatMoney(chart.equity.at(-1) ?? Number.NaN)} (${change(chart.equity)}), between ${formatMoney(chart.equityLow[low] ?? Number.NaN)} (by ${formatTime(chart.time[low] ?? Number.NaN)}) and ${formatMoney(chart.equityHigh[high] ?? Number.NaN)} (by ${formatTime(chart.time[high] ?? Number.NaN)}). Holding would have ended at ${formatMoney(chart.hold.at(-1) ?? Number.NaN)} (${change(chart.hold)}).`,
    columns: [
      { title: 'Lowest equity', values: rows.equityLow.map(formatMoney) },
      { title: 'Highest equity', values: rows.equityHigh.map(formatMoney) },
      { title: 'Equity', values: rows.equity.map(formatMoney) },
      { title: 'Buy and hold', values: rows.hold.map(formatMoney) },
    ],
  };
}

function drawdownFigure(chart: ChartData, rows: ChartData): ChartFigure {
  const deepest = smallest(chart.drawdown);
  return {
    id: 'drawdown',
    title: 'Drawdown',
    legend: [['area drawdown', 'Fall of the equity from its highest close so far']],
    summary: `The deepest fall from an earlier high was ${formatPercent(chart.drawdown[deepest] ?? Number.NaN)}, by ${formatTime(chart.time[deepest] ?? Number.NaN)}; at the end it is ${formatPercent(chart.drawdown.at(-1) ?? Number.NaN)}.`,
    columns: [{ title: 'Deepest drawdown', values: rows.drawdown.map((value) => formatPercent(value)) }],
  };
}

function figure(chart: ChartFigure, times: readonly string[]): Html {
  return html`<figure class="chart" id="chart-${chart.id}">
<figcaption><h3>${chart.title}</h3>
<ul class="legend">${chart.legend.map(([sample, text]) => html`<li><span class="sample ${sample}"></span>${text}</li>`)}</ul></figcaption>
<div class="plot ${chart.id}" data-chart="${chart.id}"><p class="no-script">This chart needs JavaScript; its numbers are in the table below.</p></div>
<p class="note" id="chart-${chart.id}-summary">${chart.summary}</p>
<details><summary>Table of this chart</summary>
<div class="scroll" role="region" tabindex="0" aria-label="Table: ${chart.title}">
<table>
<thead><tr><th scope="col">Up to bar (UTC)</th>${chart.columns.map((column) => html`<th scope="col" class="number">${column.title}</th>`)}</tr></thead>
<tbody>
${times.map(
  (
    time,
    row,
  ) => html`<tr><th scope="row" class="time">${time}</th>${chart.columns.map((column) => html`<td class="number">${column.values[row] ?? ''}</td>`)}</tr>
`,
)}</tbody>
</table></div>
</details>
</figure>
`;
}

/** The charts, each with its summary in words and its numbers in a table. */
export function chartSection(chart: ChartData, result: BacktestResult): Html {
  if (chart.time.length === 0) return nothing;
  const rows = coarsen(chart, tableRows);
  const times = rows.time.map(formatTime);
  const buckets = chart.time.length;
  const bars =
    buckets < chart.bars
      ? `${formatNumber(chart.bars, 0)} bars are drawn as ${formatNumber(buckets, 0)} points that keep every extreme.`
      : `${formatNumber(chart.bars, 0)} bars.`;
  const price = priceFigure(chart, rows, bars, result);
  const legend = price.legend.filter(([sample]) => isInUse(sample, chart, result));
  return html`<section id="charts" aria-labelledby="charts-title">
<h2 id="charts-title">Charts</h2>
${[{ ...price, legend }, equityFigure(chart, rows), drawdownFigure(chart, rows)].map((each) => figure(each, times))}</section>`;
}

const markerSamples: Readonly<Record<string, string>> = {
  'mark up': 'long-entry',
  'mark down': 'short-entry',
  'mark gain': 'gain-exit',
  'mark loss': 'loss-exit',
};

/** A legend names only what the chart shows. */
function isInUse(sample: string, chart: ChartData, result: BacktestResult): boolean {
  if (sample === 'line split') return result.segments !== null;
  const kind = markerSamples[sample];
  return kind === undefined || chart.markers.some((marker) => marker.kind === kind);
}

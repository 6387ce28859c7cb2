import { formatCompact, formatMoney, formatTime } from '../../webviews/shared/format.ts';
import type { BacktestResult, Metrics } from '../contracts/backtest.ts';
import { type Html, html, nothing } from './html.ts';
import { formatMetric, groupMetrics, type MetricGroup, metricLabel } from './metricTexts.ts';
import { whyNotAvailable } from './unavailable.ts';

/** Rows from which on a table is as high as two others. */
const longGroup = 12;

const noDefinition = 'No definition was given with this run.';

function cell(name: string, metrics: Metrics): Html {
  const value = metrics[name];
  if (typeof value === 'number') return html`<td class="number">${formatMetric(name, value)}</td>`;
  const why = whyNotAvailable(name, metrics);
  return html`<td class="number none">not available${why === undefined ? nothing : html`<small>${why}</small>`}</td>`;
}

interface Column {
  readonly title: string;
  readonly metrics: Metrics;
}

function columnsOf({ segments, metrics }: BacktestResult): Column[] {
  const whole = { title: 'Whole', metrics };
  if (segments === null) return [whole];
  return [
    { title: 'In-sample', metrics: segments.inSample },
    { title: 'Out-of-sample', metrics: segments.outOfSample },
    whole,
  ];
}

function table(group: MetricGroup, columns: readonly Column[], definitions: Record<string, string>): Html {
  const rows = group.names.map((name, index) => {
    const id = `definition-${group.title.toLowerCase()}-${index}`;
    return html`<tr><th scope="row"><span class="term"><button type="button" aria-describedby="${id}">${metricLabel(name)}</button><span role="tooltip" id="${id}">${definitions[name] ?? noDefinition}</span></span></th>${columns.map((column) => cell(name, column.metrics))}</tr>
`;
  });
  return html`<table class="${group.names.length > longGroup ? 'metrics long' : 'metrics'}">
<caption>${group.title}</caption>
<thead><tr><th scope="col">Metric</th>${columns.map((column) => html`<th scope="col" class="number">${column.title}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table>
`;
}

/** What the figures rest on: the parameters, the money, the costs and the bases of the metrics. */
function settingsTable({ strategy, settings }: BacktestResult['manifest']): Html {
  const step = (value: number) => (value === 0 ? 'none' : formatCompact(value));
  const rows: readonly (readonly [string, string])[] = [
    ...Object.entries(strategy.params).map(([name, value]) => [name, formatCompact(value)] as const),
    ['Initial cash', formatMoney(settings.cash)],
    ['Fee', `${formatCompact(settings.fee * 100)}%`],
    ['Slippage', `${formatCompact(settings.slippage * 100)}%`],
    ['Quantity step', step(settings.quantityStep)],
    ['Smallest order value', step(settings.minimumNotional)],
    ['Periods a year', formatCompact(settings.periodsPerYear)],
    ['Risk-free rate a year', `${formatCompact(settings.riskFreeRate * 100)}%`],
    ['Target return a year', `${formatCompact(settings.targetReturn * 100)}%`],
    ['Confidence of value at risk', `${formatCompact(settings.tailConfidence * 100)}%`],
  ];
  return html`<table>
<caption>Parameters and settings</caption>
<thead><tr><th scope="col">Name</th><th scope="col" class="number">Value</th></tr></thead>
<tbody>
${rows.map(
  ([name, value]) => html`<tr><th scope="row">${name}</th><td class="number">${value}</td></tr>
`,
)}</tbody>
</table>
`;
}

/** Every metric of every part of the data, each with its definition. */
export function metricsSection(result: BacktestResult): Html {
  const groups = groupMetrics(result.metrics);
  const columns = columnsOf(result);
  const names = groups.flatMap((group) => group.names);
  const split =
    result.segments === null
      ? 'No part of the data was held back.'
      : `Bars before ${formatTime(result.segments.splitTime)} UTC are in-sample: parameters are chosen on them alone. Bars from then on are out-of-sample.`;
  return html`<section id="metrics" aria-labelledby="metrics-title">
<h2 id="metrics-title">Metrics</h2>
<p class="note">${split} Point at a metric, or focus it, for its definition.</p>
<div class="metric-groups">
${groups.map((group) => table(group, columns, result.definitions))}${settingsTable(result.manifest)}</div>
<details class="definitions"><summary>Definitions of all metrics</summary>
<table>
<thead><tr><th scope="col">Metric</th><th scope="col">Name in data</th><th scope="col">Definition</th></tr></thead>
<tbody>
${names.map(
  (
    name,
  ) => html`<tr><th scope="row">${metricLabel(name)}</th><td><code>${name}</code></td><td>${result.definitions[name] ?? noDefinition}</td></tr>
`,
)}</tbody>
</table>
</details>
</section>`;
}

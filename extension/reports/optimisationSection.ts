import { formatCompact, formatNumber } from '../../webviews/shared/format.ts';
import type { Metrics } from '../contracts/backtest.ts';
import type { OptimisationSummary } from '../contracts/report.ts';
import { type Html, html, nothing } from './html.ts';
import { formatMetric, metricLabel } from './metricTexts.ts';
import { triedValues } from './triedValues.ts';

/** Rows of the table; the chosen set is always among them. */
const maximumRows = 200;

function cell(name: string, metrics: Metrics | null): Html {
  const value = metrics?.[name];
  if (typeof value === 'number') return html`<td class="number">${formatMetric(name, value)}</td>`;
  return html`<td class="number none">${metrics === null ? 'not run' : 'not available'}</td>`;
}

/** The parameter sets by their in-sample metric, best first, each beside its out-of-sample twin. */
export function optimisationSection({ metric, trials, chosen }: OptimisationSummary): Html {
  const score = (index: number) => trials[index]?.inSample[metric] ?? Number.NEGATIVE_INFINITY;
  const ranked = trials
    .map((_, index) => index)
    .sort((a, b) => (score(b) > score(a) ? 1 : score(b) < score(a) ? -1 : a - b));
  const kept = ranked.filter((index, rank) => rank < maximumRows || index === chosen);
  const parameters = [...new Set(trials.flatMap((trial) => Object.keys(trial.params)))];
  const shown = [...new Set([metric, 'totalReturn', 'maxDrawdown', 'trades'])];
  const left = trials.length - kept.length;
  const tried = triedValues(trials);
  const rows = kept.map((index) => {
    const trial = trials[index];
    if (trial === undefined) return nothing;
    const values = parameters.map((name) => {
      const value = trial.params[name];
      return html`<td class="number">${value === undefined ? '' : formatCompact(value)}</td>`;
    });
    return html`<tr${index === chosen ? html` class="chosen"` : nothing}><td>${index === chosen ? 'chosen' : ''}</td>${values}${shown.flatMap((name) => [cell(name, trial.inSample), cell(name, trial.outOfSample)])}</tr>
`;
  });
  return html`<section id="optimisation" aria-labelledby="optimisation-title">
<h2 id="optimisation-title">Parameter search</h2>
<p class="note">${formatNumber(trials.length, 0)} parameter sets, chosen by ${metricLabel(metric)} on the in-sample part. The best of many looks better in-sample than it is: judge it by its out-of-sample column.${tried === '' ? '' : ` Values tried: ${tried}.`}${left === 0 ? '' : ` The ${formatNumber(left, 0)} lowest are left out here.`}</p>
<div class="scroll tall" role="region" tabindex="0" aria-label="Parameter sets">
<table class="sortable search">
<thead><tr><th scope="col" data-sort="text">Choice</th>${parameters.map((name) => html`<th scope="col" class="number" data-sort="number"><code>${name}</code></th>`)}${shown.map(
    (name) =>
      html`<th scope="col" class="number" data-sort="number">${metricLabel(name)}<br>in-sample</th><th scope="col" class="number" data-sort="number">${metricLabel(name)}<br>out-of-sample</th>`,
  )}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
</section>`;
}

import { inEnglish, speak } from '../../../webviews/shared/texts.ts';
import { validationTexts } from '../../../webviews/shared/validationTexts.ts';
import type { ValidationSummary } from '../../contracts/validation.ts';
import type { ValidationView } from '../../contracts/validationView.ts';
import { type Html, html, nothing } from '../html.ts';
import { type ValidationWords, validationView } from './validationView.ts';

/** The report and the command line speak English. */
export const englishWords: ValidationWords = { say: speak(validationTexts, {}), translate: inEnglish };
const { say } = englishWords;

/** What choosing parameters was worth on bars that no choice saw. */
export function validationSection(summary: ValidationSummary): Html {
  const view = validationView(summary, englishWords);
  return html`<section id="validation" aria-labelledby="validation-title">
<h2 id="validation-title">Validation</h2>
${[...view.conclusion, ...view.how].map(
  (sentence) => html`<p class="note">${sentence}</p>
`,
)}${twinTable(view)}
${curveFigure(view)}
${foldTable(view)}
${pathTable(view)}
${stabilityTable(view)}</section>`;
}

function scrolled(label: string, table: Html, left: string | null = null): Html {
  return html`<h3>${label}</h3>
${left === null ? nothing : html`<p class="note">${left}</p>`}<div class="scroll tall" role="region" tabindex="0" aria-label="${label}">
${table}</div>`;
}

const number = (text: string): Html => html`<td class="number">${text}</td>`;
const head = (text: string): Html => html`<th scope="col" class="number">${text}</th>`;
const twinHeads = (name: string): Html =>
  html`<th scope="col" class="number">${name}<br>in-sample</th><th scope="col" class="number">${name}<br>out-of-sample</th>`;

function twinTable({ twins, ratios }: ValidationView): Html {
  const rows = [
    ...twins.map(
      ({
        name,
        inSample,
        outOfSample,
      }) => html`<tr><th scope="row">${name}</th>${number(inSample)}${number(outOfSample)}<td></td></tr>
`,
    ),
    ...ratios.map(
      ({
        name,
        value,
        note,
      }) => html`<tr><th scope="row">${name}</th><td></td>${number(value)}<td>${note}</td></tr>
`,
    ),
  ];
  return scrolled(
    say('validationTwins'),
    html`<table><thead><tr><th scope="col">${say('validationFigure')}</th>${head('In-sample')}${head('Out-of-sample')}<th scope="col">Meaning</th></tr></thead>
<tbody>
${rows}</tbody></table>`,
  );
}

function curveFigure({ chart }: ValidationView): Html {
  const { lines, summary, table } = chart;
  return html`<figure class="chart" id="chart-validation">
<figcaption><h3>${say('validationCurve')}</h3>
<ul class="legend">${lines.map(({ kind, name }) => html`<li><span class="sample line ${kind}"></span>${name}</li>`)}</ul></figcaption>
<div class="plot validation" data-validation-chart><p class="no-script">This chart needs JavaScript; its numbers are in the table below.</p></div>
<p class="note" id="chart-validation-summary">${summary}</p>
<details><summary>${say('validationTable')}</summary>
<div class="scroll" role="region" tabindex="0" aria-label="Table: ${say('validationCurve')}">
<table>
<thead><tr>${table.columns.map((column, index) => (index === 0 ? html`<th scope="col">${column}</th>` : head(column)))}</tr></thead>
<tbody>
${table.rows.map(
  ([time = '', ...values]) => html`<tr><th scope="row" class="time">${time}</th>${values.map(number)}</tr>
`,
)}</tbody>
</table></div>
</details>
</figure>`;
}

function foldTable({ folds }: ValidationView): Html {
  const rows = folds.rows.map(
    (
      fold,
    ) => html`<tr><th scope="row" class="number">${fold.number}</th><td>${fold.train}</td><td>${fold.test}</td><td><code>${fold.chosen}</code></td>${[fold.score, fold.meanReturn, fold.trades].flatMap(({ inSample, outOfSample }) => [number(inSample), number(outOfSample)])}</tr>
`,
  );
  return scrolled(
    say('validationFolds'),
    html`<table><thead><tr>${head(say('validationFold'))}${(['validationTrain', 'validationTest', 'validationChosen'] as const).map((key) => html`<th scope="col">${say(key)}</th>`)}${[folds.scoreName, say('validationReturnHead'), say('validationTradesHead')].map(twinHeads)}</tr></thead>
<tbody>
${rows}</tbody></table>`,
    folds.left,
  );
}

function pathTable({ folds, paths }: ValidationView): Html {
  if (paths === null) return nothing;
  const rows = paths.rows.map(
    ({
      name,
      isShown,
      score,
      totalReturn,
      maxDrawdown,
      trades,
    }) => html`<tr${isShown ? html` class="chosen"` : nothing}><th scope="row">${name}</th>${[score, totalReturn, maxDrawdown, trades].map(number)}</tr>
`,
  );
  const heads = [
    folds.scoreName,
    say('validationPathReturn'),
    say('validationPathDrawdown'),
    say('validationTradesHead'),
  ];
  return scrolled(
    say('validationPaths'),
    html`<table><thead><tr><th scope="col">${say('validationPath')}</th>${heads.map(head)}</tr></thead>
<tbody>
${rows}</tbody></table>`,
    paths.left,
  );
}

function stabilityTable({ stability }: ValidationView): Html {
  if (stability === null) return nothing;
  const { note, x, y, columns, rows } = stability;
  const shade = (level: number): string =>
    level === 0 ? '' : `${level > 0 ? 'gain' : 'loss'}-${Math.abs(level)}`;
  const body = rows.map(
    ({ head: name, cells }) => html`<tr><th scope="row" class="number">${name}</th>${cells.map(
      ({ inSample, outOfSample, isChosen, level }) =>
        html`<td class="number ${shade(level)}${isChosen ? ' held-back' : ''}">${inSample}<br>${outOfSample}</td>`,
    )}</tr>
`,
  );
  return html`<h3>${say('validationStability')}</h3>
<p class="note">${note}</p>
<div class="scroll tall" role="region" tabindex="0" aria-label="${say('validationStability')}">
<table class="months"><thead><tr><th scope="col">${y === null ? x : `${y} / ${x}`}</th>${columns.map(head)}</tr></thead>
<tbody>
${body}</tbody></table></div>`;
}

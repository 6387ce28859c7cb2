import { backtestTexts } from '../../webviews/backtest/texts.ts';
import { distributionShape, distributionSize } from '../../webviews/shared/distribution.ts';
import { inEnglish } from '../../webviews/shared/texts.ts';
import type { Distribution, StressTable, StressView } from '../contracts/stressPanel.ts';
import { type Html, html, nothing } from './html.ts';
import { wordsOf } from './panel/words.ts';
import { type StressEvidence, stressView } from './stress/stressView.ts';

const words = wordsOf(backtestTexts, inEnglish, (step) => step);
const classes = { pass: 'gain', fail: 'loss', 'not-available': 'none' } as const;

/** How the run fared when one thing changed, and the strategy in other circumstances; nothing where neither was tried. */
export function stressSection(evidence: StressEvidence): Html {
  const view = stressView(evidence, words);
  if (view === null) return nothing;
  const { verdicts, tables, drawdowns } = view;
  return html`<section id="stress" aria-labelledby="stress-title">
<h2 id="stress-title">${words.say('tabStress')}</h2>
${verdicts.length === 0 ? nothing : verdictTable(verdicts)}
${tables.map(
  (
    table,
  ) => html`${tableOf(table)}${table.id === 'traders' && drawdowns !== null ? distributionOf(drawdowns) : nothing}
`,
)}</section>`;
}

function verdictTable(verdicts: StressView['verdicts']): Html {
  const { say } = words;
  const rows = verdicts.map(
    ({ name, state, stateText, why }) =>
      html`<tr><th scope="row">${name}</th><td class="${classes[state]}">${stateText}</td><td>${why}</td></tr>
`,
  );
  return html`<h3>${say('stressChecks')}</h3>
<p class="note">${say('stressChecksNote')}</p>
<div class="scroll" role="region" tabindex="0" aria-label="${say('stressChecks')}">
<table><thead><tr><th scope="col">${say('stressCheck')}</th><th scope="col">${say('stressState')}</th><th scope="col">${say('stressWhy')}</th></tr></thead>
<tbody>
${rows}</tbody></table></div>`;
}

function tableOf({ title, note, columns, rows }: StressTable): Html {
  const kind = (column: number): Html =>
    columns[column]?.kind === 'number' ? html` class="number"` : nothing;
  const body = rows.map(
    ([name = '', ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell, index) => html`<td${kind(index + 1)}>${cell}</td>`)}</tr>
`,
  );
  return html`<h3>${title}</h3>
<p class="note">${note}</p>
<div class="scroll" role="region" tabindex="0" aria-label="${title}">
<table><thead><tr>${columns.map((column, index) => html`<th scope="col"${kind(index)}>${column.title}</th>`)}</tr></thead>
<tbody>
${body}</tbody></table></div>`;
}

function distributionOf(distribution: Distribution): Html {
  const { title, note, summary, low, high, marked } = distribution;
  const { width, height } = distributionSize;
  const { bars, mark } = distributionShape(distribution);
  const bins = bars.map(
    (bar) => html`<rect class="bin" x="${bar.x}" y="${bar.y}" width="${bar.width}" height="${bar.height}"/>`,
  );
  const line =
    mark === null ? nothing : html`<line class="mark" x1="${mark}" x2="${mark}" y1="0" y2="${height}"/>`;
  return html`<h3>${title}</h3>
<p class="note">${note}</p>
<figure class="distribution"><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${summary}" preserveAspectRatio="none">${bins}${line}</svg>
<div class="axis"><span>${low}</span><span>${marked}</span><span>${high}</span></div>
<figcaption class="note">${summary}</figcaption></figure>`;
}

import { formatCompact, formatPercent, formatTime } from '../../webviews/shared/format.ts';
import type { ReasoningResult } from '../contracts/agents.ts';
import type { BacktestResult } from '../contracts/backtest.ts';
import type { Finding } from '../contracts/guardian.ts';
import type { RunReportInput } from '../contracts/report.ts';
import { type Html, html, nothing } from './html.ts';
import { visible } from './visible.ts';

/** Lines of the strategy's own log that a report shows. */
const maximumLogLines = 1000;

/** How the idea was read, step by step, with the numbers that each step rests on. */
export function reasoningSection({
  agent,
  language,
  family,
  steps,
  notUnderstood,
  confidence,
}: ReasoningResult): Html {
  return html`<section id="reasoning" aria-labelledby="reasoning-title">
<h2 id="reasoning-title">Reasoning</h2>
<p class="note">By ${agent.name} ${agent.version}, ${agent.kind === 'rule-based' ? 'rule-based: no model took part' : 'a model'}. Family: ${family}. Confidence ${formatPercent(confidence, 0)}.</p>
<ol class="steps" lang="${language}">
${steps.map(
  (step) => html`<li><h3>${step.title}</h3><p>${step.text}</p>${
    Object.keys(step.numbers).length === 0
      ? nothing
      : html`<dl class="numbers">${Object.entries(step.numbers).map(([name, value]) => html`<div><dt>${name}</dt><dd>${formatCompact(value)}</dd></div>`)}</dl>`
  }</li>
`,
)}</ol>
${notUnderstood.length === 0 ? nothing : html`<p>Not understood, and no part of the strategy:</p><ul>${notUnderstood.map((part) => html`<li>${part}</li>`)}</ul>`}
</section>`;
}

/** The pipeline's steps and what each came to. */
export function stepsSection(steps: NonNullable<RunReportInput['steps']>): Html {
  return html`<section id="steps" aria-labelledby="steps-title">
<h2 id="steps-title">Pipeline</h2>
<table class="facts"><thead><tr><th scope="col">Step</th><th scope="col">Outcome</th></tr></thead>
<tbody>
${steps.map(
  (step) => html`<tr><th scope="row">${step.name}</th><td>${step.outcome}</td></tr>
`,
)}</tbody></table>
</section>`;
}

/** What the Guardian found in the strategy's source. */
export function guardSection(findings: readonly Finding[]): Html {
  return html`<section id="guardian" aria-labelledby="guardian-title">
<h2 id="guardian-title">Guardian</h2>
${
  findings.length === 0
    ? html`<p class="note">No finding.</p>`
    : html`<table><thead><tr><th scope="col">Severity</th><th scope="col">Rule</th><th scope="col">Place</th><th scope="col">Finding</th></tr></thead>
<tbody>
${findings.map(
  (
    finding,
  ) => html`<tr><td class="${finding.severity === 'error' ? 'loss' : ''}">${finding.severity}</td><td><code>${finding.rule}</code></td><td class="number">${finding.line}:${finding.column}</td><td>${finding.message} <span class="muted">${finding.advice}</span></td></tr>
`,
)}</tbody></table>`
}
</section>`;
}

/** The strategy's source, with line numbers that are not part of its text. */
export function sourceSection(source: string): Html {
  const lines = visible(source).replace(/\n$/, '').split('\n');
  return html`<section id="source" aria-labelledby="source-title">
<h2 id="source-title">Strategy source</h2>
<pre class="source" tabindex="0" role="region" aria-label="Strategy source"><code>${lines.map(
    (line) => html`<span class="code-line">${line}
</span>`,
  )}</code></pre>
</section>`;
}

/** What the strategy itself wrote. */
export function logSection(log: readonly string[]): Html {
  const shown = log.slice(0, maximumLogLines);
  return html`<section id="log" aria-labelledby="log-title">
<h2 id="log-title">Strategy log</h2>
<p class="note">Written by the strategy itself, and not checked by the lab.${shown.length < log.length ? ` The first ${shown.length} of ${log.length} lines.` : ''}</p>
<pre class="log" tabindex="0" role="region" aria-label="Strategy log">${shown.map(
    (line) => html`${line}
`,
  )}</pre>
</section>`;
}

type Fact = readonly [name: string, value: string];

function facts(name: string, value: unknown): Fact[] {
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, inner]) =>
      facts(name === '' ? key : `${name}.${key}`, inner),
    );
  }
  if (typeof value === 'number') {
    return [[name, name.endsWith('Time') ? `${formatTime(value)} UTC (${value})` : String(value)]];
  }
  return [[name, String(value)]];
}

/** Everything that the result depends on, in full, and the rules by which orders were filled. */
export function manifestSection({ manifest, isolation, doubleRun, sandbox, fillHash }: BacktestResult): Html {
  const { rules, ...rest } = manifest;
  const all: Fact[] = [
    ...facts('', rest),
    ...facts('isolation', isolation),
    ['doubleRun.verdict', doubleRun.verdict],
    ['doubleRun.chunks', doubleRun.chunks.join(', ')],
    ...(sandbox === undefined ? [] : facts('sandbox', sandbox)),
    ['fillHash', fillHash],
  ];
  return html`<section id="manifest" aria-labelledby="manifest-title">
<h2 id="manifest-title">Manifest and fill rules</h2>
<p class="note">The same data, code, parameters, settings and engine give the same fills and the same report, to the byte.</p>
<div class="columns">
<table class="facts"><caption>Manifest</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Value</th></tr></thead>
<tbody>
${all.map(
  ([name, value]) => html`<tr><th scope="row"><code>${name}</code></th><td class="value">${value}</td></tr>
`,
)}</tbody></table>
<table class="facts"><caption>Fill rules</caption>
<thead><tr><th scope="col">Rule</th><th scope="col">What it says</th></tr></thead>
<tbody>
${Object.entries(rules).map(
  ([name, rule]) => html`<tr><th scope="row"><code>${name}</code></th><td>${rule}</td></tr>
`,
)}</tbody></table>
</div>
</section>`;
}

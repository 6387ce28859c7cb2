import { createHash } from 'node:crypto';
import { gatePolicySchema } from '../contracts/gate.ts';
import type { ChartData, ReportPageData, RunReportInput } from '../contracts/report.ts';
import { luckWithPaths } from '../evaluation/gate.ts';
import { chartSection } from './chartSection.ts';
import { drawdownsSection, monthsSection } from './courseSections.ts';
import { gateSection } from './gateSection.ts';
import { headerSection } from './headerSection.ts';
import { Html, html, jsonBlock, nothing } from './html.ts';
import { metricsSection } from './metricsSection.ts';
import { optimisationSection } from './optimisationSection.ts';
import {
  guardSection,
  logSection,
  manifestSection,
  reasoningSection,
  sourceSection,
  stepsSection,
} from './provenanceSections.ts';
import { stressSection } from './stressSection.ts';
import { tradesSection } from './tradesSection.ts';
import { englishWords, validationSection } from './validation/validationSection.ts';
import { validationView } from './validation/validationView.ts';
import { collectWarnings } from './warnings.ts';

/** Texts that are placed into the page as they are: they come with the lab, never from a run. */
export interface ReportAssets {
  /** The bundle of `webviews/report/report.ts`. */
  readonly script: string;
  /** The bundle of `webviews/report/report.css`. */
  readonly style?: string;
}

/** An asset as a browser reads it, and the CSP source that allows exactly it. */
function inline(asset: string, element: 'script' | 'style'): { content: Html; source: string } {
  const text = asset.replace(/\r\n?/g, '\n');
  if (new RegExp(`</${element}|<!--`, 'i').test(text)) {
    throw new RangeError(`the ${element} of a report must not hold </${element} or <!--`);
  }
  const hash = createHash('sha256').update(text, 'utf8').digest('base64');
  return { content: new Html(text), source: `'sha256-${hash}'` };
}

/** Nine digits are more than a pixel can show, and half the bytes. */
function forDrawing(chart: ChartData): ChartData {
  const rounded = (column: readonly number[]) => column.map((value) => Number(value.toPrecision(9)));
  return {
    ...chart,
    low: rounded(chart.low),
    high: rounded(chart.high),
    close: rounded(chart.close),
    equity: rounded(chart.equity),
    equityLow: rounded(chart.equityLow),
    equityHigh: rounded(chart.equityHigh),
    hold: rounded(chart.hold),
    drawdown: rounded(chart.drawdown),
  };
}

function warningsSection(warnings: readonly string[]): Html {
  if (warnings.length === 0) return nothing;
  return html`<section id="warnings" class="warnings" aria-labelledby="warnings-title">
<h2 id="warnings-title">Read this first</h2>
<ul>
${warnings.map(
  (warning) => html`<li>${warning}</li>
`,
)}</ul>
</section>`;
}

/** The sections in reading order, each with its name in the page's contents. */
function sections(input: RunReportInput): (readonly [id: string, name: string, content: Html])[] {
  const { result } = input;
  const warnings = collectWarnings(input);
  const all: (readonly [string, string, Html])[] = [
    ['warnings', `Warnings (${warnings.length})`, warningsSection(warnings)],
    ['metrics', 'Metrics', metricsSection(result)],
    ['charts', 'Charts', chartSection(input.chart, result)],
    ['months', 'Months', monthsSection(result)],
    ['drawdowns', 'Drawdowns', drawdownsSection(result)],
    ['trades', 'Trades', tradesSection(result)],
    [
      'optimisation',
      'Parameter search',
      input.optimisation ? optimisationSection(input.optimisation) : nothing,
    ],
    ['validation', 'Validation', input.validation ? validationSection(input.validation) : nothing],
    [
      'gate',
      'Luck or skill',
      input.gate
        ? gateSection(input.gate, luckWithPaths(input.optimisation?.luck ?? null, input.validation ?? null))
        : nothing,
    ],
    [
      'stress',
      'Stress',
      stressSection({
        result,
        policy: input.policy ?? gatePolicySchema.parse({}),
        fragility: input.fragility ?? null,
        stress: input.stress ?? null,
      }),
    ],
    ['reasoning', 'Reasoning', input.reasoning ? reasoningSection(input.reasoning) : nothing],
    ['steps', 'Pipeline', input.steps ? stepsSection(input.steps) : nothing],
    ['guardian', 'Guardian', input.guard ? guardSection(input.guard) : nothing],
    ['source', 'Source', input.source === undefined ? nothing : sourceSection(input.source)],
    ['log', 'Log', result.log.length === 0 ? nothing : logSection(result.log)],
    ['manifest', 'Manifest', manifestSection(result)],
  ];
  return all.filter(([, , content]) => content !== nothing);
}

/**
 * One HTML file that needs nothing but itself: no network, no font, no clock. All text of the input
 * is taken for hostile. Without JavaScript all but the charts and the sorting works.
 * @param input a value of `runReportInputSchema`
 * @throws RangeError when an asset could end its own element
 */
export function renderRunReport(input: RunReportInput, assets: ReportAssets): string {
  const script = inline(assets.script, 'script');
  const style = inline(assets.style ?? '', 'style');
  const policy = `default-src 'none'; script-src ${script.source}; style-src ${style.source}; img-src data:; base-uri 'none'; form-action 'none'`;
  const parts = sections(input);
  const data: ReportPageData = {
    chart: forDrawing(input.chart),
    splitTime: input.result.segments?.splitTime ?? null,
    validation: input.validation ? validationView(input.validation, englishWords).chart : null,
  };
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${input.title}</title>
<link rel="icon" href="data:,">
<style>${style.content}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<nav aria-label="Contents"><ul>${parts.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main">
${headerSection(input)}
${parts.map(
  ([, , content]) => html`${content}
`,
)}</main>
<script type="application/json" id="report-data">${jsonBlock(data)}</script>
<script>${script.content}</script>
</body>
</html>
`;
  return page.text;
}

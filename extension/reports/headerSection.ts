import { formatCompact, formatNumber, formatTime } from '../../webviews/shared/format.ts';
import type { BacktestResult, Metrics } from '../contracts/backtest.ts';
import { brokenLimits, isAtLeast } from '../contracts/isolation.ts';
import type { RunReportInput } from '../contracts/report.ts';
import { type Html, html, nothing } from './html.ts';
import { marketTexts } from './markets.ts';
import { formatMetric, metricLabel } from './metricTexts.ts';
import { whyNotAvailable } from './unavailable.ts';
import { doubleRunSentence, isolationSentence } from './warnings.ts';

const headlineMetrics = ['totalReturn', 'maxDrawdown', 'sharpe', 'profitFactor', 'trades'] as const;

function returnOf(metrics: Metrics): string {
  const strategy = metrics['totalReturn'];
  const hold = metrics['buyAndHoldReturn'];
  const text = typeof strategy === 'number' ? formatMetric('totalReturn', strategy) : 'no known return';
  return typeof hold === 'number' ? `${text} (buy and hold ${formatMetric('buyAndHoldReturn', hold)})` : text;
}

/** One sentence with the return of each part of the data beside that of holding. */
function verdict({ segments, metrics }: BacktestResult): Html {
  if (segments === null)
    return html`<p class="verdict">On the whole data, none of it held back: ${returnOf(metrics)}.</p>`;
  return html`<p class="verdict">On the held-back part, from ${formatTime(segments.splitTime)}: <strong>${returnOf(segments.outOfSample)}</strong>; in-sample: ${returnOf(segments.inSample)}; on the whole data: ${returnOf(metrics)}.</p>`;
}

function label(kind: 'good' | 'bad' | 'plain', name: string, text: string, detail: string): Html {
  return html`<li class="label ${kind}"><span class="label-name">${name}</span> ${text}<span class="label-detail">${detail}</span></li>
`;
}

function labels(result: BacktestResult): Html {
  const { data, others = [], settings } = result.manifest;
  const isSynthetic = [data, ...others].some(({ synthetic }) => synthetic);
  const { level, limits } = result.isolation;
  const isSandboxed = isAtLeast(level, 'namespaces') && brokenLimits(limits).length === 0;
  const doubleRunKind = { identical: 'good', different: 'bad', 'not-run': 'bad' } as const;
  const costs = `${formatCompact(settings.fee * 100)}% fee, ${formatCompact(settings.slippage * 100)}% slippage`;
  return html`<ul class="labels">
${label(isSynthetic ? 'bad' : 'plain', 'Data', isSynthetic ? 'synthetic' : 'imported', isSynthetic ? 'Generated prices that never traded anywhere.' : 'Prices as they were imported.')}
${label(isSandboxed ? 'good' : 'bad', 'Isolation', level, isolationSentence(result))}
${label(doubleRunKind[result.doubleRun.verdict], 'Double run', result.doubleRun.verdict.replace('-', ' '), doubleRunSentence(result))}
${label(settings.fee > 0 && settings.slippage > 0 ? 'plain' : 'bad', 'Costs', costs, 'As the fill rules below say.')}
</ul>`;
}

function figure(name: string, { metrics, segments }: BacktestResult): Html {
  const shown = segments?.outOfSample ?? metrics;
  const value = shown[name];
  const text = typeof value === 'number' ? formatMetric(name, value) : 'n/a';
  const whole = metrics[name];
  const wholeText = typeof whole === 'number' ? formatMetric(name, whole) : 'not available';
  const reason = typeof value === 'number' ? undefined : (whyNotAvailable(name, shown) ?? 'not available');
  return html`<div><dt>${metricLabel(name)}</dt>
<dd class="big">${text}</dd>
<dd class="small">${reason === undefined ? nothing : html`${reason}; `}${segments === null ? 'whole data' : html`whole ${wholeText}`}</dd></div>
`;
}

/** Title, what was tested, the verdict and the marks of trust. */
export function headerSection({ title, idea, result }: RunReportInput): Html {
  const { data, strategy } = result.manifest;
  const markets = marketTexts(result.manifest);
  const names = headlineMetrics.filter((name) => Object.hasOwn(result.metrics, name));
  return html`<header class="masthead">
<p class="kicker">Strategy Lab: backtest report${data.synthetic ? html` <strong class="stamp">Synthetic data</strong>` : nothing}</p>
<h1>${title}</h1>
<p class="subject"><span>${strategy.name}</span> ${markets.map((market) => html`<span>${market}</span> `)}<span>${formatTime(data.firstTime)} to ${formatTime(data.lastTime)} UTC</span> <span>${formatNumber(data.bars, 0)} bars</span></p>
${idea === undefined ? nothing : html`<blockquote class="idea"><p>${idea}</p></blockquote>`}
${verdict(result)}
<h2 class="figures-title">${result.segments === null ? 'Key figures, whole data' : 'Key figures, held-back part'}</h2>
<dl class="figures">
${names.map((name) => figure(name, result))}
</dl>
${labels(result)}
</header>`;
}

import { formatCompact, formatNumber, formatTime, notAvailable } from '../../webviews/shared/format.ts';
import type { BacktestResult, Metrics, UsedCandles } from '../contracts/backtest.ts';
import { marketTexts } from './markets.ts';
import { formatMetric, groupMetrics, metricLabel } from './metricTexts.ts';
import { sandboxRecordSentence } from './sandboxTexts.ts';
import { whyNotAvailable } from './unavailable.ts';
import { visibleLine } from './visible.ts';
import { collectWarnings, doubleRunSentence, isolationSentence, trialsSentence } from './warnings.ts';

const narrowest = 80;
const widest = 120;
const labelWidth = 26;
const factWidth = 12;

/** `text` in lines of at most `width` characters, all but the first after `indent`. */
function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of visibleLine(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === '' ? word : ` ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = indent + line.slice(width);
    }
  }
  return [...lines, line];
}

function fact(name: string, text: string, width: number): string[] {
  const lines = wrap(text, width - factWidth);
  return lines.map((line, index) => `${(index === 0 ? name : '').padEnd(factWidth)}${line}`);
}

type Column = readonly [title: string, metrics: Metrics];

function columnsOf({ metrics, segments }: BacktestResult): Column[] {
  if (segments === null) return [['Whole', metrics]];
  return [
    ['In-sample', segments.inSample],
    ['Out-of-sample', segments.outOfSample],
    ['Whole', metrics],
  ];
}

function metricLines(metrics: Metrics, columns: readonly Column[], width: number): string[] {
  const cellWidth = Math.min(24, Math.floor((width - labelWidth) / columns.length));
  const row = (label: string, cells: readonly string[]) =>
    `${label.padEnd(labelWidth)}${cells.map((text) => text.padStart(cellWidth)).join('')}`;
  const lines = [
    row(
      '',
      columns.map(([title]) => title),
    ),
  ];
  for (const { title, names } of groupMetrics(metrics)) {
    lines.push(title);
    for (const name of names) {
      const label = `  ${visibleLine(metricLabel(name))}`.slice(0, labelWidth - 1);
      const cells = columns.map(([, each]) => {
        const value = each[name];
        return typeof value === 'number' ? formatMetric(name, value) : notAvailable;
      });
      lines.push(row(label, cells));
    }
  }
  return lines;
}

/** For each part of the data, which metrics are not available and why. */
function missingLines(metrics: Metrics, columns: readonly Column[], width: number): string[] {
  const names = groupMetrics(metrics).flatMap((group) => group.names);
  return columns.flatMap(([title, each]) => {
    const labels = new Map<string, string[]>();
    for (const name of names) {
      if (typeof each[name] === 'number') continue;
      const why = whyNotAvailable(name, each) ?? '';
      labels.set(why, [...(labels.get(why) ?? []), metricLabel(name)]);
    }
    return [...labels].flatMap(([why, of]) =>
      wrap(
        `Not available, ${title.toLowerCase()}: ${of.join(', ')}${why === '' ? '' : ` (${why})`}.`,
        width,
        '  ',
      ),
    );
  });
}

function spanText({ firstTime, lastTime, bars }: UsedCandles): string {
  return `${formatTime(firstTime)} to ${formatTime(lastTime)} UTC, ${formatNumber(bars, 0)} bars`;
}

/**
 * A run for a terminal: what was tested, warnings first, then every metric by part of the data. Plain
 * text without colour, `width` columns wide (80 to 120), with a line feed at its end.
 */
export function renderTextSummary(result: BacktestResult, width = narrowest): string {
  const columns = Math.min(widest, Math.max(narrowest, Math.floor(width)));
  const { data, strategy, settings } = result.manifest;
  const params = Object.entries(strategy.params).map(([name, value]) => `${name} ${formatCompact(value)}`);
  const title = params.length === 0 ? strategy.name : `${strategy.name} (${params.join(', ')})`;
  const others = result.manifest.others ?? [];
  const texts = marketTexts(result.manifest);
  const dataFacts = [data, ...others].map((market, index) => {
    const synthetic = market.synthetic ? ', SYNTHETIC' : '';
    return `${texts[index]}${synthetic}, ${spanText(market)}`;
  });
  const costs = `cash ${formatCompact(settings.cash)}, fee ${formatCompact(settings.fee * 100)}%, slippage ${formatCompact(settings.slippage * 100)}%`;
  const bases = `${settings.periodsPerYear} periods a year, risk-free rate ${formatCompact(settings.riskFreeRate * 100)}%, target ${formatCompact(settings.targetReturn * 100)}%, confidence ${formatCompact(settings.tailConfidence * 100)}%`;
  const split = result.segments === null ? 'nothing' : `from ${formatTime(result.segments.splitTime)} UTC`;
  const warnings = collectWarnings({ result }).flatMap((text) => wrap(`! ${text}`, columns, '  '));
  const parts = columnsOf(result);
  const missing = missingLines(result.metrics, parts, columns);
  return [
    ...wrap(title, columns),
    '',
    ...warnings,
    ...(warnings.length === 0 ? [] : ['']),
    ...dataFacts.flatMap((text, index) => fact(index === 0 ? 'Data' : 'Also', text, columns)),
    ...fact('Held back', split, columns),
    ...fact('Costs', costs, columns),
    ...fact('Bases', bases, columns),
    ...fact('Isolation', `${result.isolation.level}: ${isolationSentence(result)}`, columns),
    ...fact('Double run', doubleRunSentence(result), columns),
    ...(result.sandbox === undefined
      ? []
      : fact('Sandboxes', sandboxRecordSentence(result.sandbox), columns)),
    ...fact('Trials', trialsSentence(result), columns),
    '',
    ...metricLines(result.metrics, parts, columns),
    ...(missing.length === 0 ? [] : ['', ...missing]),
    '',
  ].join('\n');
}

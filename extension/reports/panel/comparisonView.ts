import { formatMoney, withSign } from '../../../webviews/shared/format.ts';
import type { BacktestResult, Metrics } from '../../contracts/backtest.ts';
import type { Comparison, MetricPair } from '../../contracts/backtestPanel.ts';
import { formatMetric, groupMetrics, metricLabel } from '../metricTexts.ts';
import { collectWarnings } from '../warnings.ts';
import { factGroups } from './factsView.ts';
import { metricCell, metricDefinition } from './metricsView.ts';
import type { PreparedRun } from './preparedRun.ts';
import type { Words } from './words.ts';

/** Facts that differ between any two runs and say nothing. */
const ownFacts = ['factFillHash', 'factTrials', 'factChunks'] as const;

function pair(name: string, own: Metrics, other: Metrics, words: Words): MetricPair {
  const [a, b] = [own[name], other[name]];
  const text =
    typeof a === 'number' && typeof b === 'number' ? formatMetric(name, a - b, words.translate) : null;
  const difference = text === null || text.startsWith('+') ? text : withSign(text);
  return { own: metricCell(name, own, words), other: metricCell(name, other, words), difference };
}

/** Two runs side by side: what they rest on, and every metric with the difference, own less other. */
export function comparisonView(own: PreparedRun, other: PreparedRun, words: Words): Comparison {
  const { say, translate } = words;
  const [a, b] = [own.evidence.result, other.evidence.result];
  const [ownParts, otherParts] = [a.segments, b.segments];
  const warnings: string[] = [];
  if (dataOf(a) !== dataOf(b)) warnings.push(say('otherData'));
  if (ownParts?.splitTime !== otherParts?.splitTime) warnings.push(say('otherSplit'));
  for (const warning of collectWarnings({ result: b, guard: [...other.evidence.findings] }, translate)) {
    warnings.push(say('otherWarning', warning));
  }
  return {
    run: other.evidence.run.id,
    title: b.manifest.strategy.name,
    warnings,
    groups: groupMetrics({ ...a.metrics, ...b.metrics }).map(({ title, names }) => ({
      title: translate(title),
      rows: names.map((name) => ({
        name,
        label: translate(metricLabel(name)),
        definition: metricDefinition(name, a, words),
        outOfSample:
          ownParts === null || otherParts === null
            ? null
            : pair(name, ownParts.outOfSample, otherParts.outOfSample, words),
        whole: pair(name, a.metrics, b.metrics, words),
      })),
    })),
    differences: differencesOf(own, other, words),
    scaling:
      own.initialCash === other.initialCash
        ? null
        : say('otherScaled', formatMoney(other.initialCash), formatMoney(own.initialCash)),
  };
}

/** The hashes of all candles that a run has used, in their order. */
function dataOf({ manifest: { data, others = [] } }: BacktestResult): string {
  return [data, ...others].map(({ hash, finer }) => `${hash} ${finer?.hash ?? ''}`).join(' ');
}

function differencesOf(own: PreparedRun, other: PreparedRun, words: Words): Comparison['differences'] {
  const left = new Set(ownFacts.map((key) => words.say(key)));
  const factsOf = ({ evidence }: PreparedRun) =>
    new Map(
      factGroups(evidence.result, evidence.file, words).flatMap(({ rows }) =>
        rows.filter(({ name }) => !left.has(name)).map(({ name, value }) => [name, value] as const),
      ),
    );
  const [a, b] = [factsOf(own), factsOf(other)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .map((name) => ({ name, own: a.get(name) ?? '', other: b.get(name) ?? '' }));
}

import type { BacktestResult, Metrics } from '../../contracts/backtest.ts';
import type { BacktestSnapshot, MetricCell, MetricRow } from '../../contracts/backtestPanel.ts';
import { formatMetric, groupMetrics, metricLabel } from '../metricTexts.ts';
import { whyNotAvailable } from '../unavailable.ts';
import type { Words } from './words.ts';

const headlineMetrics = ['totalReturn', 'maxDrawdown', 'sharpe', 'profitFactor', 'trades'] as const;

export function metricCell(name: string, metrics: Metrics, { say, translate }: Words): MetricCell {
  const value = metrics[name];
  if (typeof value === 'number')
    return { text: formatMetric(name, value, translate), isAvailable: true, why: null };
  const why = whyNotAvailable(name, metrics);
  return { text: say('notAvailable'), isAvailable: false, why: why === undefined ? null : translate(why) };
}

export function metricDefinition(name: string, { definitions }: BacktestResult, words: Words): string {
  const definition = definitions[name];
  return definition === undefined ? words.say('noDefinition') : words.translate(definition);
}

/** Every metric by topic, in-sample beside out-of-sample beside the whole. */
export function metricGroups(result: BacktestResult, words: Words): BacktestSnapshot['metrics'] {
  const { segments, metrics } = result;
  const row = (name: string): MetricRow => ({
    name,
    label: words.translate(metricLabel(name)),
    definition: metricDefinition(name, result, words),
    parts:
      segments === null
        ? null
        : {
            inSample: metricCell(name, segments.inSample, words),
            outOfSample: metricCell(name, segments.outOfSample, words),
          },
    whole: metricCell(name, metrics, words),
  });
  return groupMetrics(metrics).map(({ title, names }) => ({
    title: words.translate(title),
    rows: names.map(row),
  }));
}

/** The figures that are read first: of the held-back part where there is one. */
export function headlineOf(result: BacktestResult, words: Words): BacktestSnapshot['headline'] {
  const { segments, metrics } = result;
  const { say, translate } = words;
  const shown = segments?.outOfSample ?? metrics;
  const names = headlineMetrics.filter((name) => Object.hasOwn(metrics, name));
  return {
    title: segments === null ? say('headlineWhole') : say('headlineHeldBack'),
    figures: names.map((name) => {
      const cell = metricCell(name, shown, words);
      const rest =
        segments === null ? say('wholeData') : say('wholeIs', metricCell(name, metrics, words).text);
      return {
        label: translate(metricLabel(name)),
        definition: metricDefinition(name, result, words),
        text: cell.isAvailable ? cell.text : say('none'),
        note: cell.isAvailable ? rest : `${cell.why ?? cell.text}; ${rest}`,
      };
    }),
  };
}

/** One sentence with the return of each part of the data beside that of holding. */
export function verdictOf({ segments, metrics }: BacktestResult, words: Words, time: (of: number) => string) {
  const { say } = words;
  const returnOf = (part: Metrics): string => {
    const own = part['totalReturn'];
    const hold = part['buyAndHoldReturn'];
    const text = typeof own === 'number' ? formatMetric('totalReturn', own) : say('noReturn');
    return typeof hold === 'number'
      ? say('returnAgainstHold', text, formatMetric('buyAndHoldReturn', hold))
      : text;
  };
  if (segments === null) return say('verdictWhole', returnOf(metrics));
  const { splitTime, inSample, outOfSample } = segments;
  return say('verdict', time(splitTime), returnOf(outOfSample), returnOf(inSample), returnOf(metrics));
}

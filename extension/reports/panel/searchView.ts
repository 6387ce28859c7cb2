import { formatCompact, formatNumber } from '../../../webviews/shared/format.ts';
import type { Metrics } from '../../contracts/backtest.ts';
import type { SearchView } from '../../contracts/backtestPanel.ts';
import type { OptimisationSummary } from '../../contracts/report.ts';
import { formatMetric, metricLabel } from '../metricTexts.ts';
import { triedValues } from '../triedValues.ts';
import type { Words } from './words.ts';

/** Rows of the table; the chosen set is always among them. */
const maximumRows = 200;

/** The parameter sets by their in-sample metric, the best first, each beside its out-of-sample twin. */
export function searchView({ metric, trials, chosen }: OptimisationSummary, words: Words): SearchView {
  const { say, translate } = words;
  const score = (index: number) => trials[index]?.inSample[metric] ?? Number.NEGATIVE_INFINITY;
  const ranked = trials
    .map((_, index) => index)
    .sort((a, b) => (score(b) > score(a) ? 1 : score(b) < score(a) ? -1 : a - b));
  const kept = ranked.filter((index, rank) => rank < maximumRows || index === chosen);
  const parameters = [...new Set(trials.flatMap((trial) => Object.keys(trial.params)))];
  const metrics = [...new Set([metric, 'totalReturn', 'maxDrawdown', 'trades'])];
  const text = (name: string, part: Metrics | null): string => {
    const value = part?.[name];
    if (typeof value === 'number') return formatMetric(name, value, translate);
    return part === null ? say('notRun') : say('none');
  };
  const left = trials.length - kept.length;
  const tried = triedValues(trials);
  const notes = [
    say('searchNote', formatNumber(trials.length, 0), translate(metricLabel(metric))),
    ...(tried === '' ? [] : [say('searchTried', tried)]),
    ...(left === 0 ? [] : [say('searchLeft', formatNumber(left, 0))]),
  ];
  return {
    note: notes.join(' '),
    parameters,
    metrics: metrics.map((name) => translate(metricLabel(name))),
    rows: kept.flatMap((index) => {
      const trial = trials[index];
      if (trial === undefined) return [];
      return {
        isChosen: index === chosen,
        values: parameters.map((name) => {
          const value = trial.params[name];
          return value === undefined ? '' : formatCompact(value);
        }),
        scores: metrics.map((name) => ({
          inSample: text(name, trial.inSample),
          outOfSample: text(name, trial.outOfSample),
        })),
      };
    }),
  };
}

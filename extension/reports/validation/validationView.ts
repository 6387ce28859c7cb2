import {
  formatMoney,
  formatNumber,
  formatPercent,
  formatTime,
  withSign,
} from '../../../webviews/shared/format.ts';
import type { Say, Translate } from '../../../webviews/shared/texts.ts';
import type { validationTexts } from '../../../webviews/shared/validationTexts.ts';
import type { ValidationSummary } from '../../contracts/validation.ts';
import type { ValidationView } from '../../contracts/validationView.ts';
import { metricLabel } from '../metricTexts.ts';
import { meanReturnText, paramsText, partText, scoreText, stretchesText } from './figures.ts';
import { stabilitySentence, stabilityView } from './stabilityView.ts';

/** How a validation is spoken of. */
export interface ValidationWords {
  readonly say: Say<typeof validationTexts>;
  readonly translate: Translate;
}

/** Folds and paths that are listed. */
const mostRows = 200;
/** Rows of the table below the chart. */
const tableRows = 48;

const kindTexts = {
  rolling: 'validationRolling',
  anchored: 'validationAnchored',
  'k-fold': 'validationKFold',
  combinatorial: 'validationCombinatorial',
} as const;

export function validationView(summary: ValidationSummary, words: ValidationWords): ValidationView {
  const { say, translate } = words;
  const { objective, unit, score, meanReturn, efficiency, degradation } = summary;
  const label = translate(metricLabel(objective));
  const scores = (value: number | null) => scoreText(objective, value, translate('not available'));
  const means = (value: number | null) => meanReturnText(value, translate('not available'));
  return {
    how: howOf(summary, words),
    conclusion: conclusionOf(summary, words),
    twins: [
      { name: say('validationScore', label), ...bothOf(score, scores) },
      { name: say(unit === 'day' ? 'validationMean' : 'validationMeanBar'), ...bothOf(meanReturn, means) },
    ],
    ratios: [
      {
        name: say('validationEfficiency'),
        value: partText(efficiency, translate('not available')),
        note: say('validationEfficiencyNote'),
      },
      {
        name: say('validationDegradation'),
        value: partText(degradation, translate('not available')),
        note: say('validationDegradationNote'),
      },
    ],
    chart: chartOf(summary, words),
    folds: {
      scoreName: label,
      left: leftOf(summary.folds.length, words),
      rows: summary.folds.slice(0, mostRows).map((fold, index) => ({
        number: String(index + 1),
        train: stretchesText(fold.train),
        test: stretchesText(fold.test),
        chosen: fold.isJudged ? paramsText(fold.params) : say('validationUnjudged', paramsText(fold.params)),
        score: bothOf(fold.score, scores),
        meanReturn: bothOf(fold.meanReturn, means),
        trades: bothOf(fold.trades, (value) => formatNumber(value, 0)),
      })),
    },
    paths: pathsOf(summary, words, scores),
    stability: stabilityView(summary, words),
  };
}

interface Twin<T> {
  readonly inSample: T;
  readonly outOfSample: T;
}

function bothOf<T>({ inSample, outOfSample }: Twin<T>, text: (value: T) => string): Twin<string> {
  return { inSample: text(inSample), outOfSample: text(outOfSample) };
}

function leftOf(count: number, { say }: ValidationWords): string | null {
  return count <= mostRows ? null : say('validationLeft', formatNumber(count - mostRows, 0));
}

function howOf(summary: ValidationSummary, { say, translate }: ValidationWords): string[] {
  const { kind, folds, sets, objective, unit, definition } = summary;
  const borders = unit === 'day' ? 'validationBorders' : 'validationBordersBars';
  const open = folds.filter(({ isJudged }) => !isJudged).length;
  return [
    say(
      'validationHow',
      say(kindTexts[kind]),
      formatNumber(folds.length, 0),
      formatNumber(sets, 0),
      translate(metricLabel(objective)),
    ),
    say('validationExit'),
    say(borders, formatNumber(definition.purge, 0), formatNumber(definition.embargo, 0)),
    ...(open === 0 || open === folds.length ? [] : [say('validationNotJudged', formatNumber(open, 0))]),
  ];
}

/** What the validation came to, in sentences. */
export function conclusionOf(summary: ValidationSummary, words: ValidationWords): string[] {
  const { folds, paths, path, spread, objective } = summary;
  const { say } = words;
  if (!folds.some(({ isJudged }) => isJudged))
    return [say('validationNothing', formatNumber(folds.length, 0))];
  const shown = paths[path];
  const sentences: string[] = [];
  if (shown !== undefined) {
    const figures = [
      withSign(formatPercent(shown.totalReturn)),
      formatNumber(shown.trades, 0),
      formatPercent(shown.maxDrawdown),
    ] as const;
    sentences.push(
      paths.length === 1
        ? say('validationOne', ...figures)
        : say('validationMiddle', formatNumber(paths.length, 0), ...figures),
    );
  }
  if (paths.length > 1 && spread !== null) {
    const { lowest, lowerQuartile, median, upperQuartile, highest } = spread;
    const texts = [median, lowerQuartile, upperQuartile, lowest, highest];
    sentences.push(say('validationSpread', ...texts.map((value) => scoreText(objective, value))));
  }
  sentences.push(stabilitySentence(summary, words));
  return sentences;
}

function chartOf({ curve }: ValidationSummary, { say }: ValidationWords): ValidationView['chart'] {
  const { time, equity, hold, lowest, highest } = curve;
  const others = [
    ...(lowest === null ? [] : [{ kind: 'lowest' as const, name: say('validationLowest'), values: lowest }]),
    ...(highest === null
      ? []
      : [{ kind: 'highest' as const, name: say('validationHighest'), values: highest }]),
  ];
  const lines: ValidationView['chart']['lines'] = [
    { kind: 'equity', name: say('validationEquity'), values: equity },
    { kind: 'hold', name: say('validationHold'), values: hold },
    ...others,
  ];
  const end = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
  const change = (values: readonly number[]): string =>
    withSign(formatPercent(end(values) / (values[0] ?? Number.NaN) - 1));
  const step = Math.max(1, Math.ceil(time.length / tableRows));
  const shown = time.flatMap((_, row) => (row % step === 0 || row === time.length - 1 ? [row] : []));
  return {
    time,
    lines,
    summary: say(
      'validationCurveSummary',
      formatMoney(equity[0] ?? Number.NaN),
      formatMoney(end(equity)),
      change(equity),
      formatTime(time[0] ?? Number.NaN),
      formatTime(end(time)),
      formatMoney(end(hold)),
      change(hold),
    ),
    table: {
      columns: [say('validationUpTo'), ...lines.map(({ name }) => name)],
      rows: shown.map((row) => [
        formatTime(time[row] ?? Number.NaN),
        ...lines.map(({ values }) => formatMoney(values[row] ?? Number.NaN)),
      ]),
    },
  };
}

function pathsOf(
  { paths, path }: ValidationSummary,
  words: ValidationWords,
  scores: (value: number | null) => string,
): ValidationView['paths'] {
  if (paths.length === 1) return null;
  const rows = paths.map((each, index) => {
    const number = String(index + 1);
    return {
      name: index === path ? words.say('validationPathShown', number) : number,
      isShown: index === path,
      score: scores(each.score),
      totalReturn: withSign(formatPercent(each.totalReturn)),
      maxDrawdown: formatPercent(each.maxDrawdown),
      trades: formatNumber(each.trades, 0),
    };
  });
  return { left: leftOf(rows.length, words), rows: rows.slice(0, mostRows) };
}

import { formatCompact, formatNumber } from '../../../webviews/shared/format.ts';
import type { ValidationSummary } from '../../contracts/validation.ts';
import type { ValidationView } from '../../contracts/validationView.ts';
import { metricLabel } from '../metricTexts.ts';
import { partText, scoreText } from './figures.ts';
import type { ValidationWords } from './validationView.ts';

/** Strongest shade: text on a stronger one is hard to read in dark themes. */
const strongest = 3;
/** Values along a side that are drawn. */
const mostValues = 30;

const shapeTexts = {
  plateau: 'stabilityPlateau',
  slope: 'stabilitySlope',
  spike: 'stabilitySpike',
} as const;

/** What the last fold chose is the choice of the run. */
function isChoiceJudged(folds: ValidationSummary['folds']): boolean {
  return folds.at(-1)?.isJudged ?? false;
}

/** Whether the choice holds where the parameters change a little. */
export function stabilitySentence(
  { stability, folds }: ValidationSummary,
  { say, translate }: ValidationWords,
): string {
  if (!isChoiceJudged(folds)) return say('stabilityNotJudged');
  if (stability === null) return say('stabilityUnknown');
  const { kept, shape } = stability;
  const neighbours = formatNumber(stability.neighbours, 0);
  if (shape === null) return say('stabilityNoShape', neighbours);
  const missing = translate('not available');
  return say(
    shapeTexts[shape],
    neighbours,
    partText(kept.inSample, missing),
    partText(kept.outOfSample, missing),
  );
}

/** The surface around the choice as a table; null where there is none that a person could read. */
export function stabilityView(
  { stability, objective, folds }: ValidationSummary,
  { say, translate }: ValidationWords,
): ValidationView['stability'] {
  if (stability === null || !isChoiceJudged(folds)) return null;
  const { x, y, cells, chosen } = stability;
  if (x.values.length > mostValues || (y?.values.length ?? 0) > mostValues) return null;
  const largest = Math.max(...cells.inSample.flat().map((value) => Math.abs(value ?? 0)));
  const levelOf = (value: number | null): number =>
    value === null || largest === 0
      ? 0
      : Math.sign(value) * Math.ceil(strongest * (Math.abs(value) / largest));
  return {
    note: say('validationStabilityNote', translate(metricLabel(objective))),
    x: x.name,
    y: y?.name ?? null,
    columns: x.values.map(formatCompact),
    rows: cells.inSample.map((row, at) => ({
      head: y === null ? '' : formatCompact(y.values[at] ?? Number.NaN),
      cells: row.map((value, column) => ({
        inSample: value === null ? '' : scoreText(objective, value),
        outOfSample: scoreText(objective, cells.outOfSample[at]?.[column] ?? null, ''),
        isChosen: at === chosen.y && column === chosen.x,
        level: levelOf(value),
      })),
    })),
  };
}

import { formatNumber, formatPercent, withSign } from '../../../webviews/shared/format.ts';
import type { StabilitySummary, ValidationSummary } from '../../contracts/validation.ts';
import { partText, scoreText } from './figures.ts';

/** What the validation came to, in sentences. */
export function conclusionOf(summary: ValidationSummary): string[] {
  const { paths, path, spread, objective, stability } = summary;
  const shown = paths[path];
  const sentences: string[] = [];
  if (shown !== undefined) {
    const which = paths.length === 1 ? 'Out of sample' : `The middle one of ${paths.length} paths`;
    sentences.push(
      `${which}: ${withSign(formatPercent(shown.totalReturn))} in ${formatNumber(shown.trades, 0)} trades, maximum drawdown ${formatPercent(shown.maxDrawdown)}.`,
    );
  }
  if (paths.length > 1 && spread !== null) {
    const text = (value: number) => scoreText(objective, value);
    sentences.push(
      `Score of the paths: median ${text(spread.median)}, half of them from ${text(spread.lowerQuartile)} to ${text(spread.upperQuartile)}, all from ${text(spread.lowest)} to ${text(spread.highest)}.`,
    );
  }
  sentences.push(stabilitySentence(stability));
  return sentences;
}

const shapes = {
  plateau: 'the choice stands on a plateau',
  slope: 'the choice stands on a slope',
  spike: 'the choice is a spike, which is what luck looks like',
} as const;

/** Whether the choice holds where the parameters change a little. */
export function stabilitySentence(stability: StabilitySummary | null): string {
  if (stability === null)
    return 'No set beside the chosen one was tried, so that its surroundings are not known.';
  const { neighbours, kept, shape } = stability;
  if (shape === null) return `The ${neighbours} sets beside the chosen one cannot be compared with it.`;
  return `The ${neighbours} sets beside the chosen one keep ${partText(kept.inSample)} of its score in-sample and ${partText(kept.outOfSample)} out of sample: ${shapes[shape]}.`;
}

import {
  formatCompact,
  formatNumber,
  formatPercent,
  notAvailable,
  withSign,
} from '../../../webviews/shared/format.ts';
import type { ParameterValues } from '../../contracts/strategy.ts';
import type { Stretch, ValidationObjective } from '../../contracts/validation.ts';

/** A score of a stretch of returns: a growth in percent, else a ratio of one return. */
export function scoreText(
  objective: ValidationObjective,
  score: number | null,
  missing = notAvailable,
): string {
  if (score === null) return missing;
  return objective === 'totalReturn' ? withSign(formatPercent(score)) : formatNumber(score, 3);
}

/** The mean return of a row, in percent. */
export function meanReturnText(value: number | null, missing = notAvailable): string {
  return value === null ? missing : withSign(formatPercent(value, 3));
}

/** A part of a whole as percent. */
export function partText(value: number | null, missing = notAvailable): string {
  return value === null ? missing : formatPercent(value, 0);
}

export function paramsText(params: ParameterValues): string {
  return Object.entries(params)
    .map(([name, value]) => `${name}=${formatCompact(value)}`)
    .join(' ');
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Days of the first and last bar of each stretch. */
export function stretchesText(stretches: readonly Stretch[]): string {
  return stretches
    .map(({ firstTime, lastTime }) =>
      dayOf(firstTime) === dayOf(lastTime) ? dayOf(firstTime) : `${dayOf(firstTime)} – ${dayOf(lastTime)}`,
    )
    .join(', ');
}

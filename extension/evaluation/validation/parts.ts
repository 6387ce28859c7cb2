import { LabError } from '../../contracts/errors.ts';
import { minimumObservations } from '../statistics/measured.ts';

/**
 * So many parts in which each row's returns carry a figure: 30 rows and more a part.
 * @throws LabError `data.empty` where there are not rows for `least` parts
 */
export function partsOf(rows: number, most: number, least: number): number {
  const parts = Math.min(most, Math.floor(rows / minimumObservations));
  if (parts >= least) return parts;
  const needed = least * minimumObservations;
  throw new LabError('data.empty', `A validation needs ${needed} returns, and the data has ${rows}.`, {
    action:
      'Choose a longer range of dates: a return is that of a UTC day, or of a bar where bars are longer.',
  });
}

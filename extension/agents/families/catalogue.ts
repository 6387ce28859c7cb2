import { bollingerReversion } from './bollingerReversion.ts';
import { dca } from './dca.ts';
import { donchianBreakout } from './donchianBreakout.ts';
import type { Family, FamilyName } from './family.ts';
import { grid } from './grid.ts';
import { macdMomentum } from './macdMomentum.ts';
import { movingAverageCross } from './movingAverageCross.ts';
import { rsiReversion } from './rsiReversion.ts';

/** The strategy families that the rule-based agents know, by name. */
export const catalogue: Readonly<Record<FamilyName, Family>> = {
  'moving-average-cross': movingAverageCross,
  'rsi-reversion': rsiReversion,
  'bollinger-reversion': bollingerReversion,
  'donchian-breakout': donchianBreakout,
  'macd-momentum': macdMomentum,
  dca,
  grid,
};

/** The family of that name; undefined where the catalogue has none. */
export function familyNamed(name: string): Family | undefined {
  return Object.values(catalogue).find((family) => family.name === name);
}

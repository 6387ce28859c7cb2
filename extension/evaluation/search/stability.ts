import type { ParameterValues } from '../../contracts/strategy.ts';
import type { StabilitySummary } from '../../contracts/validation.ts';
import { robustnessOf } from './robustness.ts';
import { parameterSurface, type SurfacePoint, valuesOf } from './surface.ts';

/** A plateau keeps so much of the chosen value one step away in each parameter, a spike less than that. */
const plateauKeeps = 0.8;
const spikeKeeps = 0.5;
/** Values of a parameter beyond which no grid was searched: each set then stands alone. */
const mostValues = 100;

/**
 * How a metric changes around the chosen set, over the two parameters with the most values among the sets.
 * Null where no neighbour of the chosen set was tried, as in a random search over wide ranges.
 *
 * `shape` is by what the neighbours keep of the chosen in-sample value: a plateau from 80 % on, a spike
 * below 50 %, else a slope. The bounds are choices.
 */
export function stabilityOf(
  points: readonly SurfacePoint[],
  chosen: ParameterValues,
): StabilitySummary | null {
  const counts = Object.keys(chosen)
    .map((name) => ({ name, values: valuesOf(points, name).length }))
    .filter(({ values }) => values > 1 && values <= mostValues)
    .sort((a, b) => b.values - a.values);
  const [first, second] = counts;
  if (first === undefined) return null;
  const names = second === undefined ? ([first.name] as const) : ([first.name, second.name] as const);
  const surface = parameterSurface(points, chosen, names);
  const { neighbours, kept, positive } = robustnessOf(points, chosen);
  if (neighbours === 0) return null;
  const plateau = surface.plateaus.find(({ holdsChosen }) => holdsChosen);
  const part = kept.inSample;
  return {
    x: { ...surface.x, values: [...surface.x.values] },
    y: surface.y === null ? null : { ...surface.y, values: [...surface.y.values] },
    cells: {
      inSample: surface.cells.inSample.map((row) => [...row]),
      outOfSample: surface.cells.outOfSample.map((row) => [...row]),
    },
    chosen: surface.chosen,
    neighbours,
    kept,
    positive,
    plateau: plateau?.share ?? null,
    shape: part === null ? null : part >= plateauKeeps ? 'plateau' : part < spikeKeeps ? 'spike' : 'slope',
  };
}

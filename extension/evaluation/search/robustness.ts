import type { ParameterValues } from '../../contracts/strategy.ts';
import type { Twin } from '../twin.ts';
import { meanOf, type SurfacePoint, valuesOf } from './surface.ts';

/** How much of a chosen set's value its neighbours on the grid keep. */
export interface Robustness {
  /** Sets that differ by at most one step of the grid in each parameter. */
  readonly neighbours: number;
  /** Mean of the neighbours / own value; null without neighbours, and where the own value is not above 0. */
  readonly kept: Twin<number | null>;
  /** Part of the neighbours with a value above 0; null without neighbours. */
  readonly positive: Twin<number | null>;
}

/** Robustness of a chosen set among the sets of a grid, over all parameters at once; without it there, none. */
export function robustnessOf(points: readonly SurfacePoint[], chosen: ParameterValues): Robustness {
  const names = Object.keys(chosen);
  const grid = names.map((name) => valuesOf(points, name));
  const places = (params: ParameterValues): number[] =>
    names.map((name, index) => (grid[index] ?? []).indexOf(params[name] as number));
  const home = places(chosen);
  const steps = points.map(({ params, value }) => {
    const apart = places(params).map((place, index) => Math.abs(place - (home[index] as number)));
    return { value, most: Math.max(0, ...apart) };
  });
  const own = steps.find(({ most }) => most === 0)?.value;
  const near = own === undefined ? [] : steps.filter(({ most }) => most === 1).map(({ value }) => value);
  const side = (name: keyof Twin<unknown>) => {
    const values = near.map((value) => value[name]);
    const known = values.filter((value) => value !== null);
    const [mean, value] = [meanOf(values), own?.[name] ?? null];
    return {
      kept: mean === null || value === null || value <= 0 ? null : mean / value,
      positive: known.length === 0 ? null : known.filter((other) => other > 0).length / known.length,
    };
  };
  const [inSample, outOfSample] = [side('inSample'), side('outOfSample')];
  return {
    neighbours: near.length,
    kept: { inSample: inSample.kept, outOfSample: outOfSample.kept },
    positive: { inSample: inSample.positive, outOfSample: outOfSample.positive },
  };
}

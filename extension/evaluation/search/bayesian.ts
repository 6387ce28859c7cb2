import { seededRandom } from '../../backtest/random.ts';
import type { SearchDefinition, Trial } from '../../contracts/search.ts';
import type { ParameterDefinitions, ParameterValues } from '../../contracts/strategy.ts';
import { drawSets, firstSets, latinHypercube } from './draw.ts';
import { expectedImprovement } from './expectedImprovement.ts';
import { fitGaussianProcess, type GaussianProcess } from './gaussianProcess.ts';
import { modelValues } from './modelValues.ts';
import { type Rounds, roundSeed } from './rounds.ts';
import { type SearchSpace, searchSpace, setKey } from './space.ts';

type BayesianDefinition = Extract<SearchDefinition, { kind: 'bayesian' }>;

/** Points at which the expected improvement is tried: over the whole space, and around the best trials. */
const spreadPoints = 1000;
const centres = 5;
const pointsAround = 60;
/** Of them, those that the later sets of a batch are chosen from: a lie changes little elsewhere. */
const pointsKept = 250;
/** Standard deviations of the steps around a centre, in parts of an axis, each for a share of the points. */
const stepSizes = [0.2, 0.05, 0.01];

interface Candidate {
  readonly params: ParameterValues;
  /** Coordinates after rounding to a value that the parameter can have. */
  readonly point: Float64Array;
}

/** A standard normal deviate (Box and Muller 1958). */
function normalDeviate(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function stepped(centre: Float64Array, size: number, random: () => number): Float64Array {
  return centre.map((value) => Math.min(1, Math.max(0, value + size * normalDeviate(random))));
}

/** Allowed sets that are not in `seen`, each once. */
function candidatesAt(
  space: SearchSpace,
  points: Iterable<Float64Array>,
  seen: ReadonlySet<string>,
): Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const raw of points) {
    const params = space.decode(raw);
    const key = setKey(params);
    if (seen.has(key) || candidates.has(key) || !space.allows(params)) continue;
    // The kernel sees the rounded set, so that all points that stand for one set are one to it
    // (Garrido-Merchan and Hernandez-Lobato 2020).
    candidates.set(key, { params, point: space.encode(params) });
  }
  return [...candidates.values()];
}

interface Promising {
  readonly candidate: Candidate;
  readonly improvement: number;
}

/** The candidates by their expected improvement, the highest first. */
function byPromise(candidates: readonly Candidate[], process: GaussianProcess, best: number): Promising[] {
  return candidates
    .map((candidate) => {
      const { mean, deviation } = process.predict(candidate.point);
      return { candidate, improvement: expectedImprovement(mean, deviation, best) };
    })
    .sort((a, b) => b.improvement - a.improvement);
}

/** Points over the whole space and, in steps of several sizes, around the best trials. */
function pointsToTry(
  points: readonly Float64Array[],
  values: Float64Array,
  random: () => number,
): Float64Array[] {
  const best = [...values.keys()]
    .sort((a, b) => (values[b] as number) - (values[a] as number))
    .slice(0, centres)
    .map((index) => points[index] as Float64Array);
  const around = best.flatMap((centre) =>
    Array.from({ length: pointsAround }, (_, k) =>
      stepped(centre, stepSizes[k % stepSizes.length] as number, random),
    ),
  );
  return [...latinHypercube(spreadPoints, points[0]?.length ?? 0, random), ...around];
}

/**
 * The next batch. Its sets are chosen one after another; each is taken to be as good as the best trial
 * until its result is there (the constant liar, Ginsbourger, Le Riche and Carraro 2010, with the lie that
 * did best there).
 */
function batchOf(
  space: SearchSpace,
  trials: readonly Trial[],
  definition: BayesianDefinition,
  count: number,
): ParameterValues[] {
  const random = seededRandom(roundSeed(definition.seed, trials.length));
  const values = modelValues(trials, definition, random);
  const best = Math.max(...values);
  const points = trials.map(({ params }) => space.encode(params));
  const seen = new Set(trials.map(({ params }) => setKey(params)));
  let process = fitGaussianProcess(points, values);
  let candidates = candidatesAt(space, pointsToTry(points, values, random), seen);
  const sets: ParameterValues[] = [];
  while (sets.length < count) {
    const promising = byPromise(candidates, process, best);
    let [chosen] = promising;
    if (chosen === undefined) break;
    for (const size of stepSizes) {
      const centre = chosen.candidate.point;
      const near = Array.from({ length: pointsAround }, () => stepped(centre, size, random));
      const [nearer] = byPromise(candidatesAt(space, near, seen), process, best);
      if (nearer !== undefined && nearer.improvement > chosen.improvement) chosen = nearer;
    }
    const key = setKey(chosen.candidate.params);
    sets.push(chosen.candidate.params);
    seen.add(key);
    process = process.withValue(chosen.candidate.point, best);
    candidates = promising
      .slice(0, pointsKept)
      .map(({ candidate }) => candidate)
      .filter(({ params }) => setKey(params) !== key);
  }
  return [...sets, ...drawSets(space, count - sets.length, seen, random)];
}

/**
 * A Bayesian search: a Gaussian process with a Matern 5/2 kernel over the sets so far, and the sets of the
 * highest expected improvement next. With several objectives each round weights them anew (ParEGO, Knowles
 * 2006), so that the rounds together find their front.
 */
export function bayesianRounds(definition: BayesianDefinition, declared: ParameterDefinitions): Rounds {
  const { budget, batch, seed } = definition;
  const space = searchSpace(definition, declared);
  const initial = Math.min(budget, definition.initial ?? 2 * space.axes.length + 2);
  const first = firstSets(space, initial, seededRandom(seed));
  const nextSets = (trials: readonly Trial[]): ParameterValues[] => {
    if (trials.length === 0) return first;
    const count = Math.min(batch, budget - trials.length);
    return count > 0 ? batchOf(space, trials, definition, count) : [];
  };
  return {
    next: (trials) => nextSets(trials).map((params) => ({ params, fraction: 1 })),
    work: Math.min(budget, space.size),
  };
}

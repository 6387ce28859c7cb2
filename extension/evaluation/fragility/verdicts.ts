import type { ChangedRun, Fragility, fragilityNames, RunComparison } from '../../contracts/fragility.ts';
import type { GatePolicy } from '../../contracts/gate.ts';

export interface FragilityVerdict {
  readonly name: (typeof fragilityNames)[number];
  readonly state: 'pass' | 'fail' | 'not-available';
  /** What is judged, and its bound; null where the verdict is about orders. */
  readonly value: number | null;
  readonly bound: number | null;
  /** The first bar that differs, from 0, and its open time. */
  readonly difference: RunComparison['difference'];
  /** One sentence with the figures. */
  readonly text: string;
}

export type FragilityPolicy = Pick<GatePolicy, 'leastDelayShare' | 'doubledCostsAbove'>;

/** What is left of the return of a run, as a share of it; null where it had none to lose. */
export function shareLeft(base: number | null, changed: number | null): number | null {
  return base === null || changed === null || base <= 0 ? null : changed / base;
}

/** Judges every check by the bounds of the policy. What could not be seen does not pass. */
export function fragilityVerdicts(fragility: Fragility, policy: FragilityPolicy): FragilityVerdict[] {
  const { shiftedStart, cutData, noiseFuture } = fragility;
  return [
    delayVerdict(fragility, policy.leastDelayShare),
    costsVerdict(fragility, policy.doubledCostsAbove),
    fillsVerdict('shifted-start', shiftedStart, 'begun {at} bars later', 'agrees with the run in all fills'),
    fillsVerdict('cut-data', cutData, 'run on the bars before bar {at} alone', 'gives the same orders'),
    fillsVerdict(
      'noise-future',
      noiseFuture,
      'run on noise from bar {at} on',
      'gives the same orders before it',
    ),
  ];
}

const noDifference = { difference: null } as const;

function delayVerdict({ base, delay }: Fragility, bound: number): FragilityVerdict {
  const what = `${delay.bars === 1 ? 'One bar' : `${delay.bars} bars`} of delay`;
  const value = shareLeft(base.totalReturn, delay.figures?.totalReturn ?? null);
  const common = { name: 'delay', value, bound, ...noDifference } as const;
  const failure = failureOf(delay);
  if (failure !== null) return { ...common, state: 'fail', text: `With one bar of delay ${failure}.` };
  const { from, to } = returns(base.totalReturn, delay);
  if (value === null) {
    const text = `${what} changed a return of ${from} to ${to}: there was no profit to lose.`;
    return { ...common, state: 'not-available', text };
  }
  const sharpes = `Sharpe ratio ${shown(base.sharpe)} to ${shown(delay.figures?.sharpe ?? null)}`;
  return {
    ...common,
    state: value >= bound ? 'pass' : 'fail',
    text: `${what} leaves ${percent(value)} of the return (${from} to ${to}, ${sharpes}), and must leave at least ${percent(bound)}.`,
  };
}

function costsVerdict({ base, doubledCosts }: Fragility, bound: number): FragilityVerdict {
  const value = doubledCosts?.figures?.totalReturn ?? null;
  const common = { name: 'doubled-costs', value, bound, ...noDifference } as const;
  if (doubledCosts === null) {
    const text = 'There are no costs that could be doubled.';
    return { ...common, state: 'not-available', text };
  }
  const failure = failureOf(doubledCosts);
  if (failure !== null) return { ...common, state: 'fail', text: `At doubled costs ${failure}.` };
  const { from, to } = returns(base.totalReturn, doubledCosts);
  if (value === null) {
    return { ...common, state: 'not-available', text: 'The return at doubled costs is not available.' };
  }
  return {
    ...common,
    state: value > bound ? 'pass' : 'fail',
    text: `At doubled costs the return is ${to} (${from} before), and must be above ${percent(bound)}.`,
  };
}

/** @param how with `{at}` where the bar of a comparison stands */
function fillsVerdict(
  name: FragilityVerdict['name'],
  comparisons: readonly RunComparison[],
  how: string,
  same: string,
): FragilityVerdict {
  const common = { name, value: null, bound: null } as const;
  const said = ({ at }: RunComparison): string => how.replace('{at}', String(at));
  const failed = comparisons.find(({ problem }) => problem?.kind === 'failed');
  if (failed?.problem) {
    const text = `The strategy, ${said(failed)}, failed: ${failed.problem.text}`;
    return { ...common, ...noDifference, state: 'fail', text };
  }
  const different = comparisons.find(({ difference }) => difference !== null);
  if (different?.difference) {
    const { bar } = different.difference;
    const text = `The strategy, ${said(different)}, acts otherwise from bar ${bar} on.`;
    return { ...common, difference: different.difference, state: 'fail', text };
  }
  const seen = comparisons.filter(({ problem }) => problem === null);
  if (seen.length === 0) {
    const why = comparisons[0]?.problem?.text ?? 'there are too few bars';
    return { ...common, ...noDifference, state: 'not-available', text: `Nothing can be compared: ${why}.` };
  }
  const places = seen.map(({ at }) => at).join(', ');
  const compared = seen.map((comparison) => comparison.compared).join(', ');
  const text = `The strategy, ${how.replace('{at}', places)}, ${same}: ${compared} compared.`;
  return { ...common, ...noDifference, state: 'pass', text };
}

function failureOf({ problem }: ChangedRun): string | null {
  return problem === null ? null : `the strategy failed: ${problem.text.replace(/\.$/, '')}`;
}

function returns(base: number | null, { figures }: ChangedRun): { from: string; to: string } {
  return { from: percent(base), to: percent(figures?.totalReturn ?? null) };
}

function percent(fraction: number | null): string {
  return fraction === null ? 'not available' : `${Number((fraction * 100).toPrecision(4))} %`;
}

function shown(value: number | null): string {
  return value === null ? 'not available' : String(Number(value.toPrecision(3)));
}

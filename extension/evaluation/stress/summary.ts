import type {
  CrisisOutcome,
  LeftOut,
  StressOutcome,
  StressReport,
  StressScenario,
} from '../../contracts/stress.ts';

/** The paths of one scenario in one row; figures are null where no path has them. */
export interface ScenarioRow {
  readonly scenario: StressScenario;
  readonly paths: number;
  /** Paths on which the strategy failed, and what the first of them said. */
  readonly failed: number;
  readonly problem: string | null;
  /** Why there are no paths; null where there are some. */
  readonly leftOut: LeftOut | null;
  /** Medians of the paths. */
  readonly totalReturn: number | null;
  readonly trades: number | null;
  readonly marketReturn: number | null;
  /** The lowest return and the deepest fall of the paths. */
  readonly worstReturn: number | null;
  readonly maxDrawdown: number | null;
}

export function scenarioRows({ scenarios }: Pick<StressReport, 'scenarios'>): ScenarioRow[] {
  return scenarios.map(({ scenario, outcomes, leftOut }) => {
    const values = (name: 'totalReturn' | 'trades' | 'marketReturn' | 'maxDrawdown'): number[] =>
      outcomes.flatMap((outcome: StressOutcome) => outcome[name] ?? []);
    const failed = outcomes.filter(({ problem }) => problem !== null);
    return {
      scenario,
      paths: outcomes.length,
      failed: failed.length,
      problem: failed[0]?.problem ?? null,
      leftOut,
      totalReturn: medianOf(values('totalReturn')),
      trades: medianOf(values('trades')),
      marketReturn: medianOf(values('marketReturn')),
      worstReturn: extremeOf(values('totalReturn'), Math.min),
      maxDrawdown: extremeOf(values('maxDrawdown'), Math.max),
    };
  });
}

/** Crises that some candles cover, and those that none do. */
export function crisisRows({ crises }: Pick<StressReport, 'crises'>): {
  readonly covered: readonly CrisisOutcome[];
  readonly missing: readonly CrisisOutcome[];
} {
  return {
    covered: crises.filter(({ data }) => data !== null),
    missing: crises.filter(({ data }) => data === null),
  };
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const ascending = values.toSorted((a, b) => a - b);
  const middle = (ascending.length - 1) / 2;
  return ((ascending[Math.floor(middle)] as number) + (ascending[Math.ceil(middle)] as number)) / 2;
}

function extremeOf(values: readonly number[], choose: (a: number, b: number) => number): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => choose(a, b));
}

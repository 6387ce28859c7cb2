import type { SloReport } from '../../contracts/slo.ts';
import { nearestRank, p95Of } from './percentiles.ts';
import type { Attempt, WorkHistory, WorkRecord } from './work.ts';

/** What is promised: SLA and recovery of the second stage, and that nothing is lost, ever. */
export const objectives = {
  availability: 0.99,
  recoverySeconds: 30,
  recoveredWithinLimit: 0.95,
  compensation: 0.99,
} as const;

/** Failures that the lab itself is to blame for; all others are the strategy's, the data's or the person's. */
const ownFaults = new Set([
  'internal',
  'journal.unavailable',
  'journal.corrupt',
  'sandbox.unavailable',
  'sandbox.outdated',
]);

/**
 * How well promises were kept: pure, from what the record has. Counts what ended from `from` to before `to`;
 * what is stranded, lost or duplicated counts whenever it was.
 */
export function sloReport(
  histories: readonly WorkHistory[],
  window: { readonly from: number; readonly to: number },
): SloReport {
  const inWindow = ({ endedTime }: { readonly endedTime: number }): boolean =>
    endedTime >= window.from && endedTime < window.to;
  const work = histories.flatMap((history) => history.work);
  const ended = work.flatMap(({ attempts }) =>
    attempts.filter((attempt) => attempt.outcome !== 'running' && inWindow(attempt)),
  );
  const ownEnds = ended.filter(isOwnFault).length;
  const undone = histories.flatMap((history) => history.undone).filter(inWindow);
  const failedUndoing = undone.filter(({ hasFailed }) => hasFailed).length;
  const report = {
    window,
    availability: {
      value: ratio(ended.length - ownEnds, ended.length),
      attempts: ended.length,
      ownFaults: ownEnds,
    },
    recovery: recoveryOf(work, inWindow),
    stranded: work.filter(({ attempts }) => attempts.at(-1)?.outcome === 'crashed').length,
    lost: work.filter(({ isDue, completions }) => isDue && completions === 0).length,
    duplicated: work.filter(({ completions }) => completions > 1).length,
    compensations: {
      value: ratio(undone.length - failedUndoing, undone.length),
      ended: undone.length,
      failed: failedUndoing,
    },
    ...timesOf(work, inWindow),
  };
  return { ...report, objectives: verdicts(report) };
}

function isOwnFault({ outcome, reason }: Attempt): boolean {
  return outcome === 'crashed' || (outcome === 'failed' && reason !== null && ownFaults.has(reason));
}

function recoveryOf(
  work: readonly WorkRecord[],
  inWindow: (attempt: Attempt) => boolean,
): SloReport['recovery'] {
  const gaps: (number | null)[] = work.flatMap(({ attempts }) =>
    attempts.flatMap((attempt, index) => {
      if (attempt.outcome !== 'crashed' || !inWindow(attempt)) return [];
      const next = attempts[index + 1];
      return [next === undefined ? null : Math.max(0, next.startedTime - attempt.endedTime) / 1000];
    }),
  );
  const recovered = gaps.filter((gap): gap is number => gap !== null);
  const limitSeconds = objectives.recoverySeconds;
  return {
    crashes: gaps.length,
    recovered: recovered.length,
    medianSeconds: nearestRank(recovered, 50),
    maxSeconds: nearestRank(recovered, 100),
    withinLimit: ratio(recovered.filter((gap) => gap <= limitSeconds).length, gaps.length),
    limitSeconds,
  };
}

function timesOf(
  work: readonly WorkRecord[],
  inWindow: (attempt: Attempt) => boolean,
): Pick<SloReport, 'durations' | 'overhead'> {
  const byName = new Map<string, number[]>();
  const own: number[] = [];
  let unknown = 0;
  for (const { name, attempts, providerSeconds } of work) {
    const last = attempts.at(-1);
    if (last?.outcome !== 'completed' || !inWindow(last)) continue;
    const seconds = Math.max(0, last.endedTime - last.startedTime) / 1000;
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [seconds]);
    else values.push(seconds);
    if (providerSeconds === null) unknown += 1;
    else own.push(Math.max(0, seconds - providerSeconds));
  }
  const durations = [...byName].map(([name, values]) => ({
    name,
    count: values.length,
    medianSeconds: nearestRank(values, 50) ?? 0,
    p95Seconds: p95Of(values),
    maxSeconds: nearestRank(values, 100) ?? 0,
  }));
  const overhead = {
    count: own.length,
    unknown,
    medianSeconds: nearestRank(own, 50),
    p95Seconds: p95Of(own),
    maxSeconds: nearestRank(own, 100),
  };
  return { durations, overhead };
}

function verdicts({
  availability,
  recovery,
  lost,
  duplicated,
  compensations,
}: Omit<SloReport, 'objectives'>): SloReport['objectives'] {
  const atLeast = (value: number | null, least: number): boolean | null =>
    value === null ? null : value >= least;
  const percent = (share: number): string => `${share * 100} %`;
  return [
    {
      name: 'availability',
      target: `at least ${percent(objectives.availability)} of attempts end without a fault of the lab`,
      isMet: atLeast(availability.value, objectives.availability),
    },
    {
      name: 'recovery',
      target: `at least ${percent(objectives.recoveredWithinLimit)} of crashes are recovered from within ${objectives.recoverySeconds} s`,
      isMet: atLeast(recovery.withinLimit, objectives.recoveredWithinLimit),
    },
    { name: 'lost', target: 'nothing is lost', isMet: lost === 0 },
    { name: 'duplicated', target: 'nothing counts twice', isMet: duplicated === 0 },
    {
      name: 'compensation',
      target: `at least ${percent(objectives.compensation)} of compensations undo what they should`,
      isMet: atLeast(compensations.value, objectives.compensation),
    },
  ];
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

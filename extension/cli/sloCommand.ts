import type { SloReport } from '../contracts/slo.ts';
import type { Lab } from '../lab.ts';
import { labSlo } from '../labSlo.ts';
import { parseSpan } from './options.ts';
import { type Terminal, table } from './terminal.ts';

const usualWindow = '24h';

/** Tells how well promises were kept; true when none is known to be broken. */
export async function sloCommand(
  lab: Lab,
  terminal: Terminal,
  { window = usualWindow }: { readonly window?: string },
): Promise<boolean> {
  const length = parseSpan(window, '--window');
  const to = lab.clock() + 1;
  const report = await labSlo(await lab.sagas(), { from: to - length, to });
  terminal.document({ lab: lab.folder, slo: report });
  terminal.say(`Of the last ${window}, as the journal of ${lab.folder} has it.`);
  terminal.say();
  for (const line of sloLines(report)) terminal.say(line);
  return report.objectives.every(({ isMet }) => isMet !== false);
}

function sloLines(report: SloReport): string[] {
  const { availability, recovery, compensations, overhead, durations } = report;
  const facts = [
    [
      'availability',
      `${percent(availability.value)} of ${availability.attempts} attempts, ${availability.ownFaults} ended by a fault of the lab`,
    ],
    [
      'recovery',
      recovery.crashes === 0
        ? 'no crash'
        : `${recovery.recovered} of ${recovery.crashes} crashes, median ${seconds(recovery.medianSeconds)}, longest ${seconds(recovery.maxSeconds)}`,
    ],
    [
      'stranded',
      `${report.stranded}${report.stranded === 0 ? '' : ' (strategy-lab resume goes on with them)'}`,
    ],
    ['lost', String(report.lost)],
    ['duplicated', String(report.duplicated)],
    [
      'compensation',
      compensations.ended === 0 ? 'none' : `${percent(compensations.value)} of ${compensations.ended}`,
    ],
    [
      'own overhead',
      `median ${seconds(overhead.medianSeconds)}, p95 ${seconds(overhead.p95Seconds)} of ${overhead.count} steps${overhead.unknown === 0 ? '' : `; of ${overhead.unknown} more the time of models is not on record`}`,
    ],
  ] as const;
  const verdict = { true: 'met', false: 'BROKEN', null: 'not available' } as const;
  const lines = facts.map(([name, text]) => `${name.padEnd(14)}${text}`);
  if (durations.length > 0) {
    const rows = durations.map(({ name, count, medianSeconds, p95Seconds, maxSeconds }) => [
      name,
      String(count),
      seconds(medianSeconds),
      seconds(p95Seconds),
      seconds(maxSeconds),
    ]);
    lines.push('', table(['step', 'completed', 'median', 'p95', 'longest'], rows));
  }
  lines.push(
    '',
    ...report.objectives.map(({ target, isMet }) => `${verdict[`${isMet}`].padEnd(14)}${target}`),
  );
  return lines;
}

function percent(share: number | null): string {
  return share === null ? 'not available' : `${(share * 100).toFixed(2)} %`;
}

function seconds(value: number | null): string {
  return value === null ? 'not available' : `${value.toFixed(value < 10 ? 2 : 0)} s`;
}

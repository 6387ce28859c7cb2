import { checkSetup } from '../checkSetup.ts';
import { isolationDescriptions } from '../contracts/isolation.ts';
import type { Lab } from '../lab.ts';
import { type CounterSample, sandboxAttemptsName, totalOf } from '../observability/sandboxAttempts.ts';
import type { Terminal } from './terminal.ts';

/** Tells what is there and what to do about what is not; true when strategies can run at all. */
export async function doctorCommand(lab: Lab, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const { backends: _backends, attempts, ...report } = await checkSetup(lab, signal, { isThorough: true });
  terminal.document({ ...report, ...attemptsDocument(attempts) });
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  for (const { name, state, detail, action } of report.checks) {
    terminal.say(`${state.padEnd(8)} ${name.padEnd(width)} ${detail}`);
    if (action !== null) terminal.say(`${' '.repeat(10 + width)}${action}`);
  }
  terminal.say(attemptsLine(attempts));
  terminal.say(`Strategies run at the level ${report.level}: ${isolationDescriptions[report.level]}.`);
  return report.healthy;
}

type Attempts = readonly CounterSample[] | null;

function attemptsDocument(attempts: Attempts) {
  const byReason = attempts?.map(({ labels, value }) => [labels['reason'], value] as const);
  return {
    [sandboxAttemptsName]: byReason === undefined ? null : Object.fromEntries(byReason),
  };
}

function attemptsLine(attempts: Attempts): string {
  if (attempts === null) return 'Attempts to break out of a sandbox: not known, the journal cannot be read.';
  const parts = attempts.map(({ labels, value }) => `${labels['reason']} ${value}`);
  const reasons = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return `Attempts to break out of a sandbox, as this lab has them on record: ${totalOf(attempts)}${reasons}.`;
}

import { checkSetup } from '../checkSetup.ts';
import { isolationDescriptions } from '../contracts/isolation.ts';
import type { Lab } from '../lab.ts';
import type { Terminal } from './terminal.ts';

/** Tells what is there and what to do about what is not; true when strategies can run at all. */
export async function doctorCommand(lab: Lab, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const { backends: _backends, ...report } = await checkSetup(lab, signal);
  terminal.document(report);
  const width = Math.max(...report.checks.map(({ name }) => name.length));
  for (const { name, state, detail, action } of report.checks) {
    terminal.say(`${state.padEnd(8)} ${name.padEnd(width)} ${detail}`);
    if (action !== null) terminal.say(`${' '.repeat(10 + width)}${action}`);
  }
  terminal.say(`Strategies run at the level ${report.level}: ${isolationDescriptions[report.level]}.`);
  return report.healthy;
}

import { isolationDescriptions } from '../contracts/isolation.ts';
import type { Lab } from '../lab.ts';
import type { Terminal } from './terminal.ts';

const marks = { held: 'held', failed: 'FAILED', unknown: 'unknown' } as const;

/** Tries the abuses of hostile code on this machine's sandboxes; true when all that is there held. */
export async function sandboxAuditCommand(
  lab: Lab,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<boolean> {
  let last = '';
  const audits = await lab.auditSandboxes(signal, (backend, { verdict, tried, seen }) => {
    if (backend !== last) terminal.say(`${last === '' ? '' : '\n'}${backend}`);
    last = backend;
    terminal.say(`  ${marks[verdict].padEnd(8)} ${tried}: ${seen}`);
  });
  const findings = audits.flatMap((audit) => audit.findings);
  const failed = findings.filter(({ verdict }) => verdict === 'failed').length;
  const unknown = findings.filter(({ verdict }) => verdict === 'unknown').length;
  terminal.document({ audits, tried: findings.length, failed, unknown });
  terminal.say();
  for (const { backend, level, problem, pythonProblem } of audits) {
    if (problem !== null)
      terminal.say(`${backend} was not tried: ${problem} (${isolationDescriptions[level]})`);
    else if (pythonProblem !== null)
      terminal.say(`${backend} was not tried with strategies in Python: ${pythonProblem}`);
  }
  const what = `${findings.length - failed - unknown} of ${findings.length} attempts were held`;
  if (failed === 0 && unknown === 0) {
    terminal.say(`${what}.`);
    return true;
  }
  const rest = [failed > 0 ? `${failed} succeeded` : '', unknown > 0 ? `${unknown} could not be made` : ''];
  terminal.say(`${what}, ${rest.filter((part) => part !== '').join(', ')}.`);
  terminal.say(
    'Run no strategy that you have not read in a sandbox that failed; strategy-lab doctor tells what to mend.',
  );
  return false;
}

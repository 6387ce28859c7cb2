import type { Lab } from '../lab.ts';
import { findingSentence, forensicSentence } from '../reports/sandboxTexts.ts';
import { visibleLine } from '../reports/visible.ts';
import type { Terminal } from './terminal.ts';

/** Runs a run's strategy again under a trace of its system calls; true when it showed nothing suspicious. */
export async function sandboxForensicsCommand(
  lab: Lab,
  terminal: Terminal,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  const report = await lab.forensics(id, {
    signal,
    progress: (fraction, text) => terminal.progress('forensics', fraction, text),
  });
  terminal.document({ run: id, ...report });
  terminal.say(forensicSentence(report));
  if (report.message !== null) terminal.say(visibleLine(report.message));
  for (const finding of report.findings) {
    terminal.say(`\n${finding.kind.padEnd(12)} ${findingSentence(finding)}`);
    for (const example of finding.examples) terminal.say(`${' '.repeat(13)}${visibleLine(example)}`);
  }
  return report.findings.length === 0;
}

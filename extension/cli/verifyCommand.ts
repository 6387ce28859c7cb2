import type { Lab } from '../lab.ts';
import { visibleLine } from '../reports/visible.ts';
import { type Terminal, table } from './terminal.ts';

/** Shows which inputs of a run are still what they were; true when none is known to have changed. */
export async function verifyCommand(lab: Lab, terminal: Terminal, id: string): Promise<boolean> {
  const report = await lab.verify(id);
  terminal.document(report);
  const rows = report.inputs.map(({ input, recorded, now, isSame }) => [
    input,
    shorten(recorded),
    shorten(now),
    isSame === null ? 'unknown' : isSame ? 'yes' : 'NO',
  ]);
  terminal.say(table(['input', 'recorded', 'now', 'same?'], rows));
  const changed = report.inputs.filter(({ isSame }) => isSame === false).map(({ input }) => input);
  terminal.say(
    changed.length === 0
      ? `Run ${id}: nothing is known to have changed.`
      : `Run ${id}: changed: ${changed.join(', ')}.`,
  );
  return report.isSame;
}

/** Hashes as people compare them, and nothing that a terminal would act on; JSON has all as it is. */
function shorten(text: string): string {
  return visibleLine(text).replace(/\b[0-9a-f]{64}\b/g, (hash) => hash.slice(0, 16));
}

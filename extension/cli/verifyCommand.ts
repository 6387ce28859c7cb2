import { basename } from 'node:path';
import type { Lab } from '../lab.ts';
import { visibleLine } from '../reports/visible.ts';
import { type Terminal, table } from './terminal.ts';

/** Shows which inputs of a run are still what they were; true when none that it depends on has changed. */
export async function verifyCommand(lab: Lab, terminal: Terminal, id: string): Promise<boolean> {
  const report = await lab.verify(id);
  terminal.document(report);
  const rows = report.inputs.map(({ input, recorded, now, state, file }) => [
    file === null ? input : visibleLine(`${input}: ${basename(file)}`),
    shorten(recorded),
    shorten(now),
    state,
  ]);
  terminal.say(table(['input', 'recorded', 'now', 'state'], rows));
  for (const note of report.notes) terminal.say(`Note: ${visibleLine(note)}`);
  const changed = report.inputs.filter(
    ({ state, file }) => file === null && (state === 'changed' || state === 'missing'),
  );
  terminal.say(
    changed.length === 0
      ? `Run ${id}: nothing that it depends on is known to have changed.`
      : `Run ${id}: ${changed.map(({ input, state }) => `${input} ${state}`).join(', ')}.`,
  );
  return report.isSame;
}

/** Hashes as people compare them, and nothing that a terminal would act on; JSON has all as it is. */
function shorten(text: string): string {
  return visibleLine(text).replace(/\b[0-9a-f]{64}\b/g, (hash) => hash.slice(0, 16));
}

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LabError } from '../../../extension/contracts/errors.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { openJournal } from '../../../extension/storage/openJournal.ts';
import { crashDefinition, drive, kindOf } from './crashScenario.ts';

/**
 * Arguments: lab folder, URL of the journal's worker, number of sagas, `create` or `join`. Takes every
 * saga to its end, says `working` at each step and `finished` in the end. With `create` it makes those
 * that are missing.
 */
const [folder = '', worker = '', count = '', mode = ''] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);

const journal = await openJournal({ folder, workerUrl: new URL(worker) });
const definition = crashDefinition(join(folder, 'effects'));
const engine = new SagaEngine({
  journal,
  definitions: [definition],
  clock: Date.now,
  newId: randomUUID,
  listener: (notice) => {
    if (notice.kind === 'event' && notice.event.type === 'saga.step-started') say('working');
  },
});
const ends = ['completed', 'failed', 'rejected'];

for (let open = true; open; ) {
  open = false;
  const known = new Map(
    (await engine.list()).map((view) => [definition.inputSchema.parse(view.input).number, view]),
  );
  for (let number = 0; number < Number(count); number += 1) {
    const view = known.get(number);
    if (ends.includes(view?.state ?? '')) continue;
    if (view === undefined && mode === 'join') continue;
    const input = { number, text: '' };
    const { gates } = kindOf(number);
    const id = view?.id ?? (await engine.create({ name: 'crash', input, gates }));
    try {
      await drive(engine, id, number);
    } catch (error) {
      // Another process has it; it is looked at again until it has ended.
      if (!LabError.is(error, 'conflict') && !LabError.is(error, 'saga.state')) throw error;
      open = true;
    }
  }
}
await journal.close();
say('finished');

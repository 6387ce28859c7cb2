import { createInterface } from 'node:readline';
import { LabError } from '../../extension/contracts/errors.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';

/**
 * Holds the lease `work` of the folder given for the milliseconds given, and does what each line of
 * standard input says. Tells in lines what happens.
 */
const [folder = '', milliseconds = ''] = process.argv.slice(2);
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);
const say = (text: string) => process.stdout.write(`${text}\n`);

const journal = await openJournal({ folder, workerUrl });
const outcome = await journal.acquireLease('work', Number(milliseconds));
if (!outcome.held) throw new Error('the lease is held by another');
const { lease } = outcome;
lease.lost.addEventListener('abort', () => say('lost'));
say('held');

for await (const line of createInterface(process.stdin)) {
  if (line === 'block') {
    const end = performance.now() + 3500;
    while (performance.now() < end);
    say('unblocked');
  } else if (line === 'append') {
    const event = { type: 'test.noted', version: 1, time: 0, traceId: 'trace', data: null };
    try {
      await journal.append({ stream: 'note/work', lease, events: [event] });
      say('appended');
    } catch (error) {
      say(LabError.is(error) ? error.reason : String(error));
    }
  }
}

import { once } from 'node:events';
import { LabError } from '../../../extension/contracts/errors.ts';
import { openReal } from '../queue/realQueue.ts';

/** Claims a task, says so, and completes it once it is told to, whatever it hears of its lease meanwhile. */
const [kind = '', place = ''] = process.argv.slice(2);
const say = (text: string) => process.stdout.write(`${text}\n`);
const { queue } = await openReal(kind, place);
const [task] = await queue.claim({ worker: 'stalled', types: ['work'], leaseMilliseconds: 300 });
say(`claimed ${task?.epoch}`);
await once(process.stdin, 'data');
try {
  if (task !== undefined) await queue.complete(task, 'late');
  say('accepted');
} catch (error) {
  say(LabError.is(error) ? error.reason : String(error));
}
process.exit();

import { setTimeout as delay } from 'node:timers/promises';
import { sagaHandler } from '../../extension/orchestrator/sagaTasks.ts';
import { TaskHost } from '../../extension/orchestrator/taskHost.ts';
import { publishOfSagas } from '../../extension/orchestrator/toldTurns.ts';
import { defaultScalingPolicy } from '../../extension/orchestrator/workers/autoscaler.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { emptyToy, toyEngine } from './saga/toy.ts';

/** Works on the tasks of the lab in the folder given; at step `c` it says so in a line, and hangs. */
const [folder = ''] = process.argv.slice(2);
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);

const journal = await openJournal({ folder, workerUrl });
const toy = emptyToy();
toy.run['c'] = async () => {
  process.stdout.write('at c\n');
  await delay(3_600_000);
};
new TaskHost({
  journal,
  queue: journal.tasks,
  handlers: [
    sagaHandler({
      engine: () => Promise.resolve(toyEngine(journal, toy)),
      self: 'the child',
      publish: publishOfSagas({ journal, clock: Date.now }),
    }),
  ],
  name: 'child',
  policy: defaultScalingPolicy,
  clock: Date.now,
  log: () => undefined,
  sleep: (wait, signal) => delay(wait, undefined, { signal }).catch(() => undefined),
});

import { setTimeout as delay } from 'node:timers/promises';
import { TaskHost } from '../../extension/orchestrator/taskHost.ts';
import { defaultScalingPolicy } from '../../extension/orchestrator/workers/autoscaler.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';

/** Works on the tasks of the folder given with as many workers as said, and says a line for each that it starts. */
const [folder = '', workers = ''] = process.argv.slice(2);
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);
const journal = await openJournal({ folder, workerUrl });

new TaskHost({
  journal,
  queue: journal.tasks,
  handlers: [
    {
      type: 'low',
      async run({ id }) {
        process.stdout.write(`${id}\n`);
        await delay(3_600_000);
        return { kind: 'done', result: null };
      },
    },
  ],
  name: 'child',
  policy: { ...defaultScalingPolicy, maximum: Number(workers) },
  workers: Number(workers),
  clock: Date.now,
  log: () => undefined,
  sleep: (wait, signal) => delay(wait, undefined, { signal }).catch(() => undefined),
});
